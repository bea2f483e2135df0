package handler

import "github.com/danielgtaylor/huma/v2"

func text(description string) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Description: description}
}

func object(required []string, properties map[string]*huma.Schema) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, Required: required, Properties: properties}
}

func formOf(required []string, properties map[string]*huma.Schema) *huma.RequestBody {
	properties["client_id"] = text("A client's, instead of HTTP Basic")
	properties["client_secret"] = text("A client's, instead of HTTP Basic")
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/x-www-form-urlencoded": {Schema: object(required, properties)},
	}}
}

// problemDetails is what the HTTP conventions answer with before the endpoint is asked.
var problemDetails = &huma.MediaType{Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}}

func response(description string, schema *huma.Schema) *huma.Response {
	return &huma.Response{Description: description, Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}
}

var oauthError = object([]string{"error", "error_description"}, map[string]*huma.Schema{
	"error": {Type: huma.TypeString, Enum: []any{
		"invalid_request", "invalid_client", "invalid_grant", "invalid_scope", "unsupported_grant_type",
	}},
	"error_description": text("What is wrong, for people"),
})

// refusals are the answers of all operations that RFC 6749 has words for, and of guessing, for which it has none.
func refusals(success *huma.Response) map[string]*huma.Response {
	return map[string]*huma.Response{
		"200": success,
		"400": {Description: "The request, the password or the refresh token is not acceptable", Content: map[string]*huma.MediaType{
			"application/json": {Schema: oauthError}, "application/problem+json": problemDetails,
		}},
		"401": response("The client is unknown, or its secret is missing or wrong", oauthError),
	}
}

var tokenAnswer = object([]string{"access_token", "token_type", "expires_in", "scope"}, map[string]*huma.Schema{
	"access_token":  text("Send it as Authorization: Bearer …"),
	"token_type":    {Type: huma.TypeString, Enum: []any{"Bearer"}},
	"expires_in":    {Type: huma.TypeInteger, Description: "Seconds"},
	"refresh_token": text("A person's: exchange it for the next access and refresh token"),
	"scope":         text("What the token allows, separated by spaces"),
})

// What the types of the forms and of their answers cannot say by themselves.
var (
	describeCreate = huma.Operation{
		Description: "The OAuth 2.0 token endpoint (RFC 6749) for the grants client_credentials, password and refresh_token. A client names " +
			"itself by HTTP Basic, or by client_id and client_secret in the form. A person signs in with or without a client; a session is " +
			"the client's that has asked for it. A refresh token is good once, and its session lasts seven days. Too many wrong " +
			"attempts from one source are answered 429 with Retry-After.",
		RequestBody: formOf([]string{"grant_type"}, map[string]*huma.Schema{
			"grant_type":    {Type: huma.TypeString, Enum: []any{clientCredentials, password, refreshToken}},
			"scope":         text("Scopes separated by spaces; absent: all that were granted"),
			"username":      text("For the password grant"),
			"password":      text("For the password grant"),
			"refresh_token": text("For the refresh_token grant"),
		}),
		Responses: refusals(response("An access token", tokenAnswer)),
	}
	describeChange = huma.Operation{
		Description: "Changes the password of a person who knows the present one, ends all sessions and tokens that the person has, and signs in " +
			"with the new one. Wrong attempts are refused and counted as those of createToken.",
		RequestBody: formOf([]string{"username", "password", "new_password"}, map[string]*huma.Schema{
			"username":     text("Whose password"),
			"password":     text("The present one"),
			"new_password": text("At least 12 characters, and not one that is guessed first"),
			"scope":        text("Scopes separated by spaces; absent: all that were granted"),
		}),
		Responses: refusals(response("The password is changed, and this is an access token", tokenAnswer)),
	}
	describeRevoke = huma.Operation{
		Description: "Token revocation (RFC 7009). A refresh token takes its session and all its access tokens along. The gateway may go on " +
			"accepting a token for the five minutes that it remembers it. A token that is no good is answered like any other.",
		RequestBody: formOf([]string{"token"}, map[string]*huma.Schema{
			"token":           text("An access token or a refresh token"),
			"token_type_hint": text("Not needed: the two cannot be confused"),
		}),
		Responses: refusals(response("The token is good no longer", object(nil, map[string]*huma.Schema{}))),
	}
)
