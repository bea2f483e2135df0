package auth

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Client is an application that may ask for access tokens.
type Client struct {
	ID     string // 20 to 128 of A-Z a-z 0-9 - _; also its key in the gateway's usage plan, which asks for 20
	Tenant string // 1 to 128 of the same letters
	Scopes []string
	Secret SecretHash
}

// Principal returns who the client is when it acts within scopes.
func (c Client) Principal(scopes []string) Principal {
	return Principal{Subject: c.ID, Tenant: c.Tenant, Scopes: scopes, UsageKey: c.ID}
}

// Clients knows every client of a stage.
type Clients struct {
	byID  map[string]Client
	decoy SecretHash
}

const minClientID = 20

// NewClients returns the register of clients, or an error that names each unusable one by its position. All secrets must
// be hashed at one cost: Authenticate gives an unknown client the same work as a known one.
func NewClients(clients []Client) (Clients, error) {
	if len(clients) == 0 {
		return Clients{}, errors.New("at least one client is required")
	}
	register := Clients{byID: map[string]Client{}, decoy: SecretHash{cost: clients[0].Secret.cost}}
	var problems []error
	for i, client := range clients {
		problem := func(text string) { problems = append(problems, fmt.Errorf("[%d].%s", i, text)) }
		if !validName(client.ID) || len(client.ID) < minClientID {
			problem("id must be 20 to 128 letters, digits, - or _")
		}
		if _, twice := register.byID[client.ID]; twice {
			problem("id is another client's, too")
		}
		if !validName(client.Tenant) {
			problem("tenant must be 1 to 128 letters, digits, - or _")
		}
		if !validScopes(client.Scopes) {
			problem("scopes must be one or more different scopes without spaces")
		}
		if client.Secret.cost != register.decoy.cost || client.Secret.cost == (Cost{}) {
			problem("secretHash must be there and cost the same as every other client's")
		}
		register.byID[client.ID] = client
	}
	return register, errors.Join(problems...)
}

// Find returns the client with that id, whatever its secret is.
func (c Clients) Find(id string) (Client, bool) {
	client, known := c.byID[id]
	return client, known
}

// Tenants returns the tenants that have a client, in the order of their names.
func (c Clients) Tenants() []string {
	tenants := map[string]bool{}
	for _, client := range c.byID {
		tenants[client.Tenant] = true
	}
	return slices.Sorted(maps.Keys(tenants))
}

// Authenticate returns the client with that id if secret is its own, else one errs.Unauthorized with a
// Refusal. An unknown client takes as long as a wrong secret.
func (c Clients) Authenticate(id, secret string) (Client, error) {
	client, known := c.byID[id]
	if !known {
		client.Secret = c.decoy
	}
	matches := client.Secret.Matches(secret)
	switch {
	case !known:
		return Client{}, refuseClient(UnknownClient)
	case !matches:
		return Client{}, refuseClient(WrongSecret)
	}
	return client, nil
}
