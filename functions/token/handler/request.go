package handler

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
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
	invalidGrant  = &refusal{http.StatusBadRequest, "invalid_grant", "the username, the password or the refresh token is not valid"}
	invalidScope  = &refusal{http.StatusBadRequest, "invalid_scope", "a scope is malformed, repeated or not granted"}
	unsupported   = &refusal{http.StatusBadRequest, "unsupported_grant_type", "the grant type must be client_credentials, password or refresh_token"}
)

func (f *refusal) write(w http.ResponseWriter) error {
	if f.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="customerai", charset="UTF-8"`)
	}
	return write(w, f.status, f)
}

// The grant types.
const (
	clientCredentials = "client_credentials"
	password          = "password"
	refreshToken      = "refresh_token"
)

// form is a request that is well formed. Whether anybody is who it says is not decided yet.
type form struct {
	source             string // where it comes from
	clientID, secret   string // both or neither
	grantType          string
	username, password string
	newPassword        string
	refresh            string
	token              string // to revoke
	scope              string // "" asks for all
}

// parse reads the form and the client's credentials. The body's size and media type have been checked.
func parse(r *http.Request) (form, *refusal) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return form{}, invalidRequest("the body did not arrive whole")
	}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return form{}, invalidRequest("the body must be application/x-www-form-urlencoded")
	}
	for _, given := range values {
		if len(given) > 1 {
			return form{}, invalidRequest("no parameter may stand twice")
		}
	}
	request := form{
		source: sourceOf(r), clientID: values.Get("client_id"), secret: values.Get("client_secret"), grantType: values.Get("grant_type"),
		username: values.Get("username"), password: values.Get("password"), refresh: values.Get("refresh_token"),
		newPassword: values.Get("new_password"), token: values.Get("token"), scope: values.Get("scope"),
	}
	refused := request.authorization(r.Header.Values("Authorization"))
	return request, refused
}

// grantProblem says what the grant lacks.
func (f form) grantProblem() *refusal {
	switch f.grantType {
	case "":
		return invalidRequest("the parameter grant_type is required")
	case clientCredentials:
		if f.clientID == "" {
			return invalidClient
		}
	case password:
		if f.username == "" || f.password == "" {
			return invalidRequest("the parameters username and password are required")
		}
	case refreshToken:
		if f.refresh == "" {
			return invalidRequest("the parameter refresh_token is required")
		}
	default:
		return unsupported
	}
	return nil
}

// authorization takes the credentials from the header if there is one, and sees to it that there is one place for them.
func (f *form) authorization(headers []string) *refusal {
	switch {
	case len(headers) > 1:
		return invalidRequest("there may be one Authorization header only")
	case len(headers) == 0:
		if (f.clientID == "") != (f.secret == "") {
			return invalidClient
		}
		return nil
	case f.secret != "":
		return invalidRequest("the client's secret belongs into the Authorization header or into the form, not both")
	}
	id, secret, ok := basic(headers[0])
	switch {
	case !ok:
		return invalidClient
	case f.clientID != "" && f.clientID != id:
		return invalidRequest("the parameter client_id names another client than the Authorization header")
	}
	f.clientID, f.secret = id, secret
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

// narrow returns the scopes of the token: what was asked for, if all of it is granted.
func (f form) narrow(granted []string) ([]string, *refusal) {
	if f.scope == "" && len(granted) > 0 {
		return granted, nil
	}
	scopes := strings.Split(f.scope, " ")
	for i, scope := range scopes {
		if !slices.Contains(granted, scope) || slices.Contains(scopes[:i], scope) {
			return nil, invalidScope
		}
	}
	return scopes, nil
}
