// Package handler is the principals function: administrators add people and clients, and change what they may do.
//
// Normal use: New with the service that infra/local uses on the command line, too.
//
// A secret is in the answer that made it and nowhere else: createPrincipal therefore takes no Idempotency-Key, which would keep
// the answer. Whatever is changed about a principal ends its tokens within the five minutes that the gateway remembers them.
//
// It refuses what the service refuses: above all, to let anybody give or take over more than they have.
package handler

import (
	"context"
	"fmt"

	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/edge/httpapi/paging"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/principals"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// Deps is what the function needs.
type Deps struct {
	Secrets    secrets.Source
	Principals *principals.Service
}

type handler struct{ Deps }

// New binds the function's operations.
func New(deps Deps, config httpapi.Config) (*httpapi.API, error) {
	api, err := httpapi.New("principals", config)
	if err != nil {
		return nil, err
	}
	h := handler{deps}
	httpapi.Bind(api, "createPrincipal", h.create)
	httpapi.Bind(api, "listPrincipals", h.list)
	httpapi.Bind(api, "getPrincipal", h.get)
	httpapi.Bind(api, "updatePrincipal", h.update)
	return api, nil
}

// begin returns who asks, and the secrets. The route's scope made sure that there is a principal.
func (h handler) begin(ctx context.Context) (auth.Principal, secrets.Set, error) {
	actor, _ := auth.PrincipalFrom(ctx)
	set, err := h.Secrets.Current(ctx)
	if err != nil {
		return auth.Principal{}, secrets.Set{}, fmt.Errorf("read the secrets: %w", err)
	}
	return actor, set, nil
}

// principalAndSecret is a principal and, when one was made, its secret.
type principalAndSecret struct {
	principals.Principal
	Secret string `json:"secret,omitempty" doc:"The password or the client's secret that was made. It is told this once"`
}

type createPrincipalInput struct {
	Body struct {
		Kind     principals.Kind `json:"kind" enum:"person,client"`
		Username string          `json:"username,omitempty" maxLength:"128" doc:"Of a person: 3 to 128 of a-z 0-9 . _ @ + -"`
		Password string          `json:"password,omitempty" maxLength:"256" doc:"Of a person: at least 12 characters. Without it, one is made"`
		Roles    []string        `json:"roles,omitempty" maxItems:"8" enum:"analyst,reviewer,compliance,client,administrator"`
		Scopes   []string        `json:"scopes,omitempty" maxItems:"64" doc:"Scopes beside those of the roles"`
	}
}

type createPrincipalOutput struct {
	Location string `header:"Location"`
	Body     principalAndSecret
}

func (h handler) create(ctx context.Context, in *createPrincipalInput) (*createPrincipalOutput, error) {
	actor, set, err := h.begin(ctx)
	if err != nil {
		return nil, err
	}
	b := in.Body
	created, secret, err := h.Principals.Create(ctx, set, actor, principals.Draft{
		Kind: b.Kind, Username: b.Username, Password: b.Password, Roles: b.Roles, Scopes: b.Scopes,
	})
	if err != nil {
		return nil, err
	}
	return &createPrincipalOutput{Location: "/v1/principals/" + created.ID, Body: principalAndSecret{created, secret}}, nil
}

type listPrincipalsInput struct{ paging.Input }

type listPrincipalsOutput struct {
	Body struct {
		Principals []principals.Principal `json:"principals" doc:"In the order of their ids"`
		NextToken  string                 `json:"nextToken,omitempty"`
	}
}

func (h handler) list(ctx context.Context, in *listPrincipalsInput) (*listPrincipalsOutput, error) {
	const name = "listPrincipals"
	cursor, err := in.Cursor(name)
	if err != nil {
		return nil, err
	}
	actor, set, err := h.begin(ctx)
	if err != nil {
		return nil, err
	}
	page, next, err := h.Principals.List(ctx, set, actor, in.Limit, cursor)
	if err != nil {
		return nil, err
	}
	out := &listPrincipalsOutput{}
	out.Body.Principals, out.Body.NextToken = page, paging.Token(name, next)
	return out, nil
}

type getPrincipalInput struct {
	PrincipalID string `path:"principalId" maxLength:"64"`
}

type getPrincipalOutput struct{ Body principals.Principal }

func (h handler) get(ctx context.Context, in *getPrincipalInput) (*getPrincipalOutput, error) {
	actor, set, err := h.begin(ctx)
	if err != nil {
		return nil, err
	}
	principal, err := h.Principals.Get(ctx, set, actor, in.PrincipalID)
	if err != nil {
		return nil, err
	}
	return &getPrincipalOutput{principal}, nil
}

type updatePrincipalInput struct {
	PrincipalID string `path:"principalId" maxLength:"64"`
	Body        struct {
		Status    principals.Status `json:"status,omitempty" enum:"active,disabled"`
		Roles     *[]string         `json:"roles,omitempty" maxItems:"8" enum:"analyst,reviewer,compliance,client,administrator" doc:"In the place of those it has"`
		Scopes    *[]string         `json:"scopes,omitempty" maxItems:"64" doc:"In the place of those it has beside its roles"`
		Password  string            `json:"password,omitempty" maxLength:"256" doc:"A person's new password: at least 12 characters"`
		NewSecret bool              `json:"newSecret,omitempty" doc:"Make a new password or client's secret, and tell it"`
		Version   int64             `json:"version,omitempty" minimum:"1" doc:"Change this version alone; absent: whichever there is"`
	}
}

type updatePrincipalOutput struct{ Body principalAndSecret }

func (h handler) update(ctx context.Context, in *updatePrincipalInput) (*updatePrincipalOutput, error) {
	actor, set, err := h.begin(ctx)
	if err != nil {
		return nil, err
	}
	b := in.Body
	updated, secret, err := h.Principals.Update(ctx, set, actor, in.PrincipalID, principals.Change{
		Status: b.Status, Roles: b.Roles, Scopes: b.Scopes, Password: b.Password, NewSecret: b.NewSecret, Version: b.Version,
	})
	if err != nil {
		return nil, err
	}
	return &updatePrincipalOutput{principalAndSecret{updated, secret}}, nil
}
