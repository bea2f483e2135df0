package handler

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/customerai/customerai/shared/trust/auth"
)

// refusal is an error of RFC 6749 section 5.2. Its description never holds anything that the client sent.
type refusal struct {
	status      int
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

func invalidRequest(description string) *refusal {
	return &refusal{http.StatusBadRequest, "invalid_request", description}
}

var (
	invalidClient = &refusal{http.StatusUnauthorized, "invalid_client", "the client is unknown, or its secret is missing or wrong"}
	invalidScope  = &refusal{http.StatusBadRequest, "invalid_scope", "a scope is malformed, repeated or not granted to this client"}
	unsupported   = &refusal{http.StatusBadRequest, "unsupported_grant_type", "the grant type must be client_credentials"}
)

func (f *refusal) write(w http.ResponseWriter) error {
	if f.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="customerai", charset="UTF-8"`)
	}
	return write(w, f.status, f)
}

// tokenRequest is a request that is well formed and names a client. Whether the client is who it says is not decided yet.
type tokenRequest struct {
	clientID, secret string
	scope            string // "" asks for all
}

// parse reads the form and the client's credentials. The body's size and media type have been checked.
func parse(r *http.Request) (tokenRequest, *refusal) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return tokenRequest{}, invalidRequest("the body did not arrive whole")
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return tokenRequest{}, invalidRequest("the body must be application/x-www-form-urlencoded")
	}
	for _, values := range form {
		if len(values) > 1 {
			return tokenRequest{}, invalidRequest("no parameter may stand twice")
		}
	}
	request := tokenRequest{clientID: form.Get("client_id"), secret: form.Get("client_secret"), scope: form.Get("scope")}
	switch form.Get("grant_type") {
	case "":
		return request, invalidRequest("the parameter grant_type is required")
	case "client_credentials":
	default:
		return request, unsupported
	}
	refused := request.authorization(r.Header.Values("Authorization"))
	return request, refused
}

// authorization takes the credentials from the header if there is one, and sees to it that there is one place for them.
func (t *tokenRequest) authorization(headers []string) *refusal {
	switch {
	case len(headers) > 1:
		return invalidRequest("there may be one Authorization header only")
	case len(headers) == 0:
		if t.clientID == "" || t.secret == "" {
			return invalidClient
		}
		return nil
	case t.secret != "":
		return invalidRequest("the client's secret belongs into the Authorization header or into the form, not both")
	}
	id, secret, ok := basic(headers[0])
	switch {
	case !ok:
		return invalidClient
	case t.clientID != "" && t.clientID != id:
		return invalidRequest("the parameter client_id names another client than the Authorization header")
	}
	t.clientID, t.secret = id, secret
	return nil
}

// basic reads the header as section 2.3.1 writes it: both halves are form-urlencoded before they are joined.
func basic(header string) (id, secret string, ok bool) {
	id, secret, ok = (&http.Request{Header: http.Header{"Authorization": {header}}}).BasicAuth()
	if !ok {
		return "", "", false
	}
	id, errID := url.QueryUnescape(id)
	secret, errSecret := url.QueryUnescape(secret)
	return id, secret, errID == nil && errSecret == nil && id != "" && secret != ""
}

// grant returns the scopes of the token: what was asked for, if the client has all of it.
func (t *tokenRequest) grant(client auth.Client) ([]string, *refusal) {
	if t.scope == "" {
		return client.Scopes, nil
	}
	scopes := strings.Split(t.scope, " ")
	for i, scope := range scopes {
		if !slices.Contains(client.Scopes, scope) || slices.Contains(scopes[:i], scope) {
			return nil, invalidScope
		}
	}
	return scopes, nil
}
