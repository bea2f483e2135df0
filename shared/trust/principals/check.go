package principals

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/strictjson"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// Authenticate returns the principal whose name and secret these are, with everything that it may do: a person by its username,
// a client by its id. errs.Unauthorized for an unknown name, a wrong secret and a disabled principal alike: each takes the same
// reads and one hash.
func (s *Service) Authenticate(ctx context.Context, set secrets.Set, kind Kind, name, secret string) (auth.Principal, error) {
	principal, hash, status, err := s.find(ctx, set, kind, NormalName(kind, name))
	if err != nil {
		return auth.Principal{}, fmt.Errorf("look for the principal: %w", err)
	}
	if !hash.Matches(secret) || status != Active {
		return auth.Principal{}, errUnknown
	}
	return principal, nil
}

var errUnknown = errs.New(errs.Unauthorized, "the name is unknown or the secret is wrong")

// find returns the principal of a name, its hash and its status. A name that is unknown has a hash that nothing matches.
func (s *Service) find(ctx context.Context, set secrets.Set, kind Kind, name string) (auth.Principal, auth.SecretHash, Status, error) {
	found, err := s.lookUp(ctx, set, kind, name)
	if err != nil {
		return auth.Principal{}, auth.SecretHash{}, "", err
	}
	item, err := s.Table.Get(ctx, recordKey(found.Tenant, found.ID))
	// The document's come after the reads, so that their names cannot be told by the time that these take.
	if principal, hash, ok := ofDocument(set, kind, name); ok {
		return principal, hash, Active, nil
	}
	if errs.Is(err, errs.NotFound) {
		return auth.Principal{}, auth.Unmatched(), Disabled, nil
	}
	if err != nil {
		return auth.Principal{}, auth.SecretHash{}, "", err
	}
	r, err := decodeRecord(item)
	if err != nil {
		return auth.Principal{}, auth.SecretHash{}, "", err
	}
	hash, err := auth.ParseSecretHash(r.SecretHash)
	if err != nil {
		return auth.Principal{}, auth.SecretHash{}, "", errs.Wrap(errs.Internal, "read the hash of "+found.ID, err)
	}
	return auth.Principal{Subject: found.ID, Tenant: found.Tenant, Scopes: r.scopes(), UsageKey: found.ID, Epoch: r.Epoch}, hash, r.Status, nil
}

// ofDocument finds a principal of the secret document.
func ofDocument(set secrets.Set, kind Kind, name string) (auth.Principal, auth.SecretHash, bool) {
	if kind == Client {
		client, ok := set.Clients.Find(name)
		return client.Principal(client.Scopes), client.Secret, ok
	}
	if a := set.Administrator; a != nil && a.Username == name {
		return administrator(a), a.Secret, true
	}
	return auth.Principal{}, auth.SecretHash{}, false
}

func administrator(a *secrets.Person) auth.Principal {
	return auth.Principal{Subject: a.ID, Tenant: a.Tenant, Scopes: allScopes([]string{"administrator"}, nil), UsageKey: a.ID, Epoch: a.Epoch()}
}

// nobody is who an unknown name leads to, so that it costs the same reads as a known one.
var nobody = entry{Tenant: "nobody", ID: "nobody"}

func (s *Service) lookUp(ctx context.Context, set secrets.Set, kind Kind, name string) (entry, error) {
	keys, err := directoryKeys(set.Pseudonyms, kind, name)
	if err != nil {
		return entry{}, err
	}
	for _, key := range keys {
		item, err := s.Table.Get(ctx, key)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return entry{}, err
		}
		var found entry
		if err := strictjson.Unmarshal(item.Value, &found); err != nil {
			return entry{}, errs.Wrap(errs.Internal, "read the directory", err)
		}
		return found, nil
	}
	return nobody, nil
}

// Current returns what a principal may do now, or an errs.Unauthorized when it is gone, disabled or no longer of that epoch.
func (s *Service) Current(ctx context.Context, set secrets.Set, tenant, id string, epoch int64) (auth.Principal, error) {
	if a := set.Administrator; a != nil && a.ID == id && a.Tenant == tenant {
		if a.Epoch() != epoch {
			return auth.Principal{}, auth.RefuseRevoked()
		}
		return administrator(a), nil
	}
	item, err := s.get(ctx, tenant, id)
	if errs.Is(err, errs.NotFound) {
		return auth.Principal{}, auth.RefuseRevoked()
	}
	if err != nil {
		return auth.Principal{}, err
	}
	r, err := decodeRecord(item)
	if err != nil {
		return auth.Principal{}, err
	}
	if r.Status != Active || r.Epoch != epoch {
		return auth.Principal{}, auth.RefuseRevoked()
	}
	return auth.Principal{Subject: id, Tenant: tenant, Scopes: r.scopes(), UsageKey: id, Epoch: r.Epoch}, nil
}

// Check returns the principal of a token that verifies, as the gateway has to know it, or an errs.Unauthorized when it no longer
// counts: the token or its session was revoked, or the principal is gone, disabled, changed, or may do less than the token says.
// It costs one query.
func (s *Service) Check(ctx context.Context, set secrets.Set, token auth.Principal) (auth.Principal, error) {
	items, err := table.All(ctx, s.Table, table.Query{Partition: partition(token.Tenant), From: token.Subject, To: token.Subject + "$"}) // $ follows #
	if err != nil {
		return auth.Principal{}, fmt.Errorf("read the principal of a token: %w", err)
	}
	known := fromDocument(set, token)
	for _, item := range items {
		if item.Sort == token.Subject {
			r, err := decodeRecord(item)
			if err != nil {
				return auth.Principal{}, err
			}
			known = r.Status == Active && r.Epoch == token.Epoch && holdsAll(r.scopes(), token.Scopes)
			continue
		}
		if id := strings.TrimPrefix(item.Sort, token.Subject+revoked); id == token.TokenID || id == Session(token.TokenID) {
			return auth.Principal{}, auth.RefuseRevoked()
		}
	}
	if !known {
		return auth.Principal{}, auth.RefuseRevoked()
	}
	return token, nil
}

func fromDocument(set secrets.Set, token auth.Principal) bool {
	if client, ok := set.Clients.Find(token.Subject); ok {
		return client.Tenant == token.Tenant && holdsAll(client.Scopes, token.Scopes)
	}
	a := set.Administrator
	return a != nil && a.ID == token.Subject && a.Tenant == token.Tenant && a.Epoch() == token.Epoch
}

// Session returns the id of the session that a token's id begins with, or "" for a token of no session.
func Session(tokenID string) string {
	session, _, ok := strings.Cut(tokenID, "-")
	if !ok {
		return ""
	}
	return session
}

// Revocation is the write that ends an access token, or all those of a session, by its id. It may be forgotten once the
// last of them has expired.
func Revocation(of auth.Principal, id string, now time.Time) table.Write {
	return table.Put(table.Item{Key: revokedKey(of.Tenant, of.Subject, id), Expires: now.Add(auth.Lifetime + 2*auth.ClockSkew)}, table.Absent())
}
