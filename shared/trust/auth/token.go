package auth

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tink-crypto/tink-go/v2/jwt"

	"github.com/customerai/customerai/shared/env"
)

// What every access token has in common.
const (
	Lifetime  = 30 * time.Minute
	ClockSkew = 30 * time.Second // between two of our own machines

	tokenType = "at+jwt" // RFC 9068; keeps every other kind of token from passing as an access token
	audience  = "customerai-api"
)

// Tokens mints and verifies the access tokens of one stage. It is a value: make one from the current secrets for each use.
type Tokens struct {
	MAC    jwt.MAC  // the primary key signs, every enabled key verifies
	KeyIDs []string // kids that MAC verifies; without them no refusal is UnknownKey
	Stage  env.Stage
}

func (t Tokens) issuer() string { return "customerai-" + t.Stage.String() }

// Mint returns a token that says who p is until Lifetime after now. The id is unique to the token and unguessable.
func (t Tokens) Mint(p Principal, id string, now time.Time) (string, error) {
	if !validName(p.Subject) || !validName(p.Tenant) || !validName(id) || !validScopes(p.Scopes) || p.Epoch < 0 {
		return "", errors.New("mint a token: the subject, tenant, id, scopes or epoch are not well formed")
	}
	issuer, expires := t.issuer(), now.Add(Lifetime)
	raw, err := jwt.NewRawJWT(&jwt.RawJWTOptions{
		TypeHeader: new(tokenType), Issuer: &issuer, Audience: new(audience), Subject: &p.Subject, JWTID: &id,
		IssuedAt: &now, NotBefore: &now, ExpiresAt: &expires,
		CustomClaims: map[string]any{"tenant": p.Tenant, "scope": strings.Join(p.Scopes, " "), "epoch": float64(p.Epoch)},
	})
	if err != nil {
		return "", fmt.Errorf("mint a token: %w", err)
	}
	token, err := t.MAC.ComputeMACAndEncode(raw)
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return token, nil
}

// Verify returns who the token speaks for at now, or one errs.Unauthorized with a Refusal.
func (t Tokens) Verify(token string, now time.Time) (Principal, error) {
	if !scan(token) {
		return Principal{}, refuseToken(Malformed)
	}
	validator, err := jwt.NewValidator(&jwt.ValidatorOpts{
		ExpectedTypeHeader: new(tokenType), ExpectedIssuer: new(t.issuer()), ExpectedAudience: new(audience),
		ExpectIssuedInThePast: true, ClockSkew: ClockSkew, FixedNow: now,
	})
	if err != nil {
		return Principal{}, fmt.Errorf("verify a token: %w", err)
	}
	// Tink's errors are dropped, not wrapped: they can quote parts of the token.
	verified, err := t.MAC.VerifyMACAndDecode(token, validator)
	switch {
	case jwt.IsExpirationErr(err):
		return Principal{}, refuseToken(Expired)
	case err != nil && t.KeyIDs != nil && !slices.Contains(t.KeyIDs, keyID(token)):
		return Principal{}, refuseToken(UnknownKey)
	case err != nil:
		return Principal{}, refuseToken(Untrusted)
	}
	return principal(verified)
}

// principal reads the claims that Tink leaves to us. They are signed, so this guards against a key that was used for
// something else and against a Mint that was once more generous.
func principal(token *jwt.VerifiedJWT) (Principal, error) {
	subject, errSubject := token.Subject()
	id, errID := token.JWTID()
	tenant, errTenant := token.StringClaim("tenant")
	scope, errScope := token.StringClaim("scope")
	epoch, errEpoch := token.NumberClaim("epoch")
	scopes := strings.Split(scope, " ")
	issued, errIssued := token.IssuedAt()
	begins, errBegins := token.NotBefore()
	expires, errExpires := token.ExpiresAt()
	life := expires.Sub(issued)
	if errors.Join(errSubject, errID, errTenant, errScope, errEpoch, errIssued, errBegins, errExpires) != nil ||
		life <= 0 || life > Lifetime || !begins.Equal(issued) ||
		!validName(subject) || !validName(id) || !validName(tenant) || !validScopes(scopes) {
		return Principal{}, refuseToken(Untrusted)
	}
	return Principal{Subject: subject, Tenant: tenant, Scopes: scopes, UsageKey: subject, TokenID: id, Epoch: int64(epoch)}, nil
}

// Longest name and longest list of scopes, in bytes.
const (
	maxName   = 128
	maxScopes = 1024
)

// validName reports whether s can be a subject, a tenant or a token's id: letters, digits, '-' and '_', so that it can
// begin a table key, stand in a log line and be a usage plan's key as it is.
func validName(s string) bool {
	return s != "" && len(s) <= maxName && strings.IndexFunc(s, notInName) < 0
}

func notInName(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
}

// validScopes reports whether scopes are different and each as RFC 6749 section 3.3 spells it: '!' to '~' without '"' and
// '\\'. They must fit a claim together.
func validScopes(scopes []string) bool {
	total := 0
	for i, scope := range scopes {
		if scope == "" || slices.Contains(scopes[:i], scope) || strings.IndexFunc(scope, notInScope) >= 0 {
			return false
		}
		total += len(scope) + 1
	}
	return 0 < total && total <= maxScopes
}

func notInScope(r rune) bool { return r < '!' || r > '~' || r == '"' || r == '\\' }
