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
// It refuses every token that is not, to the byte, what Mint makes: RFC 9068's at+jwt under HS256, ten claims, each with
// its one type, alive for at most thirty minutes, for this stage alone. Every refusal reads the same to the client; the
// cause is for the log, and it names a kind of fault, never a part of the token.
package auth

import (
	"errors"

	"github.com/customerai/customerai/shared/errs"
)

// Refusal is why a token or a client was refused. It is for the log and for counting; RefusalOf finds it.
type Refusal string

// The kinds of refusal.
const (
	Missing       Refusal = "missing"        // no token came
	Malformed     Refusal = "malformed"      // not the one shape that Mint gives
	Expired       Refusal = "expired"        // was valid
	UnknownKey    Refusal = "unknown_key"    // names a key that is not ours, or not yet known here
	Untrusted     Refusal = "untrusted"      // signed by no live key of ours, or not for this stage, audience, use and time
	Revoked       Refusal = "revoked"        // was valid until somebody took it, or its principal's access, back
	UnknownClient Refusal = "unknown_client" // there is no such client
	WrongSecret   Refusal = "wrong_secret"   // there is, and this is not its secret
)

// RefusalOf returns why err refuses, or "" when it is no refusal of this package.
func RefusalOf(err error) Refusal {
	refused, _ := errors.AsType[refusedError](err)
	return refused.why
}

// refusedError is the cause of every error that refuses.
type refusedError struct{ why Refusal }

func (e refusedError) Error() string { return string(e.why) }

func refuseToken(why Refusal) error {
	return errs.Wrap(errs.Unauthorized, "the access token is missing or not valid", refusedError{why})
}

// RefuseRevoked is the refusal of a token that verifies and no longer counts.
func RefuseRevoked() error { return refuseToken(Revoked) }

func refuseClient(why Refusal) error {
	return errs.Wrap(errs.Unauthorized, "the client is unknown or its secret is wrong", refusedError{why})
}
