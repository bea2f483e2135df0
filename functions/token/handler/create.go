package handler

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/principals"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// issued is the answer of RFC 6749 section 5.1, in its names.
type issued struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"` // seconds
	RefreshToken string `json:"refresh_token,omitempty"`
	Scope        string `json:"scope"` // separated by spaces
}

func (e *endpoint) createToken(w http.ResponseWriter, r *http.Request) error {
	return exchange(e, w, r, form.grantProblem, e.grant)
}

// exchange answers a request with what is granted for it, or with its refusal: for what the form lacks, for its client, or by the grant.
func exchange[Answer any](
	e *endpoint, w http.ResponseWriter, r *http.Request, lacks func(form) *refusal,
	grant func(ctx context.Context, set secrets.Set, request form, client auth.Principal) (Answer, *refusal, error),
) error {
	request, refused := parse(r)
	if refused == nil {
		refused = lacks(request)
	}
	if refused != nil {
		return refused.write(w)
	}
	set, err := e.source.Current(r.Context())
	if err != nil {
		return fmt.Errorf("read the secrets: %w", err)
	}
	client, refused, err := e.client(r.Context(), set, request)
	var answer Answer
	if refused == nil && err == nil {
		answer, refused, err = grant(r.Context(), set, request, client)
	}
	switch {
	case err != nil:
		return err
	case refused != nil:
		return refused.write(w)
	}
	return write(w, http.StatusOK, answer)
}

func (e *endpoint) grant(ctx context.Context, set secrets.Set, request form, client auth.Principal) (issued, *refusal, error) {
	switch request.grantType {
	case clientCredentials:
		return e.forClient(set, request, client)
	case password:
		return e.forPerson(ctx, set, request, client)
	}
	return e.forSession(ctx, set, request, client)
}

// client authenticates the client of a request, if it names one.
func (e *endpoint) client(ctx context.Context, set secrets.Set, request form) (auth.Principal, *refusal, error) {
	if request.clientID == "" {
		return auth.Principal{}, nil, nil
	}
	return e.check(ctx, set, request.source, principals.Client, request.clientID, request.secret, invalidClient)
}

func (e *endpoint) forClient(set secrets.Set, request form, client auth.Principal) (issued, *refusal, error) {
	scopes, refused := request.narrow(client.Scopes)
	if refused != nil {
		return issued{}, refused, nil
	}
	client.Scopes = scopes
	answer, err := e.mint(set, client, "tok_"+e.newID())
	return answer, nil, err
}

func (e *endpoint) forPerson(ctx context.Context, set secrets.Set, request form, client auth.Principal) (issued, *refusal, error) {
	person, refused, err := e.person(ctx, set, request, client)
	if refused != nil || err != nil {
		return issued{}, refused, err
	}
	return e.signIn(ctx, set, request, client, person)
}

// signIn begins a session of a person who is who they say.
func (e *endpoint) signIn(ctx context.Context, set secrets.Set, request form, client, person auth.Principal) (answer issued, refused *refusal, err error) {
	if person.Scopes, refused = request.narrow(person.Scopes); refused != nil {
		return issued{}, refused, nil
	}
	session, refresh, err := e.sessions.Start(ctx, person, client.Subject)
	if err != nil {
		return issued{}, nil, err
	}
	answer, err = e.mint(set, person, session.TokenID(e.newID()))
	answer.RefreshToken = refresh
	return answer, nil, err
}

// forSession renews a session. Of the scopes of its beginning, only those are left that the principal still has.
func (e *endpoint) forSession(ctx context.Context, set secrets.Set, request form, client auth.Principal) (issued, *refusal, error) {
	session, err := e.sessions.Find(ctx, request.refresh, client.Subject)
	if err != nil {
		return e.refuseSession(ctx, err)
	}
	person, err := e.principals.Current(ctx, set, session.Tenant, session.Subject, session.Epoch)
	if err != nil {
		return e.refuseSession(ctx, err)
	}
	granted := slices.DeleteFunc(slices.Clone(session.Scopes), func(scope string) bool { return !slices.Contains(person.Scopes, scope) })
	scopes, refused := request.narrow(granted)
	if refused != nil {
		return issued{}, refused, nil
	}
	refresh, err := e.sessions.Renew(ctx, session)
	if err != nil {
		return e.refuseSession(ctx, err)
	}
	person.Scopes = scopes
	answer, err := e.mint(set, person, session.TokenID(e.newID()))
	answer.RefreshToken = refresh
	return answer, nil, err
}

func (e *endpoint) refuseSession(ctx context.Context, err error) (issued, *refusal, error) {
	if !errs.Is(err, errs.Unauthorized) {
		return issued{}, nil, err
	}
	e.failed(ctx, "refresh token")
	return issued{}, invalidGrant, nil
}

func (e *endpoint) mint(set secrets.Set, principal auth.Principal, id string) (issued, error) {
	token, err := e.tokens(set).Mint(principal, id, e.now())
	return issued{
		AccessToken: token, TokenType: "Bearer", ExpiresIn: int(auth.Lifetime.Seconds()), Scope: strings.Join(principal.Scopes, " "),
	}, err
}
