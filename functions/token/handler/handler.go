// Package handler is the token function: the OAuth 2.0 token endpoint (RFC 6749) for the client_credentials grant.
//
// Normal use:
//
//	curl -u "$ID:$SECRET" -d grant_type=client_credentials https://…/v1/oauth/token
//
// A client names itself by HTTP Basic or by client_id and client_secret in the form. It gets every scope it was granted,
// or those of them that it asks for.
//
// It refuses credentials in the query, in two places or twice, and answers an unknown client and a wrong secret alike.
package handler

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/strictjson"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// Deps is what the function needs.
type Deps struct {
	Secrets secrets.Source
}

// New binds the function's operation.
func New(deps Deps, config httpapi.Config) (*httpapi.API, error) {
	api, err := httpapi.New("token", config)
	if err != nil {
		return nil, err
	}
	e := &endpoint{source: deps.Secrets, stage: config.Stage, now: config.Now, newID: config.NewID}
	if e.now == nil {
		e.now = time.Now
	}
	if e.newID == nil {
		e.newID = rand.Text
	}
	httpapi.BindHandler(api, "createToken", description, e.createToken)
	return api, nil
}

type endpoint struct {
	source secrets.Source
	stage  env.Stage
	now    func() time.Time
	newID  func() string
}

// accessToken is the answer of RFC 6749 section 5.1, in its names.
type accessToken struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"` // seconds
	Scope       string `json:"scope"`      // separated by spaces
}

func (e *endpoint) createToken(w http.ResponseWriter, r *http.Request) error {
	request, refused := parse(r)
	if refused != nil {
		return refused.write(w)
	}
	set, err := e.source.Current(r.Context())
	if err != nil {
		return fmt.Errorf("read the secrets: %w", err)
	}
	client, err := set.Clients.Authenticate(request.clientID, request.secret)
	switch {
	case errs.Is(err, errs.Unauthorized):
		return invalidClient.write(w)
	case err != nil:
		return fmt.Errorf("authenticate the client: %w", err)
	}
	scopes, refused := request.grant(client)
	if refused != nil {
		return refused.write(w)
	}
	tokens := auth.Tokens{MAC: set.Signing, Stage: e.stage}
	token, err := tokens.Mint(client.Principal(scopes), "tok_"+e.newID(), e.now())
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, accessToken{
		AccessToken: token, TokenType: "Bearer", ExpiresIn: int(auth.Lifetime.Seconds()), Scope: strings.Join(scopes, " "),
	})
}

// write answers with JSON that no cache may keep (RFC 6749 section 5.1 asks for both headers).
func write(w http.ResponseWriter, status int, body any) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache")
	w.WriteHeader(status)
	return strictjson.MarshalWrite(w, body)
}
