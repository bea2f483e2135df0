package handler

import "github.com/danielgtaylor/huma/v2"

func text(description string) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Description: description}
}

func object(required []string, properties map[string]*huma.Schema) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, Required: required, Properties: properties}
}

// problem is what the HTTP conventions answer with before the endpoint is asked.
var problem = &huma.MediaType{Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}}

func response(description string, schema *huma.Schema) *huma.Response {
	return &huma.Response{Description: description, Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}
}

var oauthError = object([]string{"error", "error_description"}, map[string]*huma.Schema{
	"error":             {Type: huma.TypeString, Enum: []any{"invalid_request", "invalid_client", "invalid_scope", "unsupported_grant_type"}},
	"error_description": text("What is wrong, for people"),
})

// description is what the types of the form and of its answers cannot say by themselves.
var description = huma.Operation{
	Description: "The OAuth 2.0 token endpoint (RFC 6749) for the client_credentials grant. The client names itself by HTTP Basic, or by " +
		"client_id and client_secret in the form.",
	RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/x-www-form-urlencoded": {Schema: object([]string{"grant_type"}, map[string]*huma.Schema{
			"grant_type":    {Type: huma.TypeString, Enum: []any{"client_credentials"}},
			"scope":         text("Scopes separated by spaces; absent: all that the client was granted"),
			"client_id":     text("Needed without HTTP Basic"),
			"client_secret": text("Needed without HTTP Basic"),
		})},
	}},
	Responses: map[string]*huma.Response{
		"200": response("An access token", object([]string{"access_token", "token_type", "expires_in", "scope"}, map[string]*huma.Schema{
			"access_token": text("Send it as Authorization: Bearer …"),
			"token_type":   {Type: huma.TypeString, Enum: []any{"Bearer"}},
			"expires_in":   {Type: huma.TypeInteger, Description: "Seconds"},
			"scope":        text("What the token allows, separated by spaces"),
		})),
		"400": {Description: "The request is not acceptable", Content: map[string]*huma.MediaType{
			"application/json": {Schema: oauthError}, "application/problem+json": problem,
		}},
		"401": response("The client is unknown, or its secret is missing or wrong", oauthError),
	},
}
