// Package auth decides who a request acts for: it mints and verifies access tokens and checks the secrets of clients.
//
// Normal use: the token function authenticates a client and mints, the authorizer verifies, the edge puts the principal
// into the context, and everything else asks the context.
//
//	client, err := set.Clients.Authenticate(id, secret)
//	token, err := auth.Tokens{MAC: set.Signing, Stage: stage}.Mint(client.Principal(scopes), tokenID, now)
//	principal, err := auth.Tokens{MAC: set.Signing, Stage: stage}.Verify(token, now)
//	principal, ok := auth.PrincipalFrom(ctx)
//
// It refuses every token that is not, to the byte, what Mint makes: RFC 9068's at+jwt under HS256, nine claims, each with
// its one type, alive for at most thirty minutes, for this stage alone. Every refusal reads the same to the client; the
// cause is for the log, and it names a kind of fault, never a part of the token.
package auth

import "github.com/customerai/customerai/shared/errs"

// Refusal is why a token or a client was refused. It is an error's cause: find it with errors.AsType, count by it.
type Refusal string

// The kinds of refusal.
const (
	Malformed     Refusal = "malformed"      // not the one shape that Mint gives
	Expired       Refusal = "expired"        // was valid
	Untrusted     Refusal = "untrusted"      // signed by no live key of ours, or not for this stage, audience, use and time
	UnknownClient Refusal = "unknown_client" // there is no such client
	WrongSecret   Refusal = "wrong_secret"   // there is, and this is not its secret
)

// Error makes a Refusal the cause of an error.
func (r Refusal) Error() string { return string(r) }

func refuseToken(cause Refusal) error {
	return errs.Wrap(errs.Unauthorized, "the access token is missing or not valid", cause)
}

func refuseClient(cause Refusal) error {
	return errs.Wrap(errs.Unauthorized, "the client is unknown or its secret is wrong", cause)
}
