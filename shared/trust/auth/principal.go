package auth

import (
	"context"
	"slices"
)

// Principal is who a request acts for, as the access token said. It holds no secret.
type Principal struct {
	Subject  string   // the person's or the client's id
	Tenant   string   // begins the key of every item that the principal can reach
	Scopes   []string // what the token allows, of those the principal was granted
	UsageKey string   // the gateway counts and throttles by it; the same for all tokens of a principal
	TokenID  string   // of the access token; known where the token is, and not behind the gateway
	Epoch    int64    // of the principal's record when the token was minted; 0 for a client of the secret document
}

// Allows reports whether the principal may use a route that asks for scope. No scope implies another, and none allows "":
// a public route asks for no principal.
func (p Principal) Allows(scope string) bool {
	return scope != "" && slices.Contains(p.Scopes, scope)
}

type principalKey struct{}

// WithPrincipal returns a context that carries p. Only the edge calls it, with what the authorizer verified.
func WithPrincipal(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// PrincipalFrom returns the principal of a request, and whether there is one. A principal without a tenant is none.
func PrincipalFrom(ctx context.Context) (Principal, bool) {
	p, ok := ctx.Value(principalKey{}).(Principal)
	return p, ok && p.Tenant != ""
}

// TenantFrom returns the tenant of a request's principal. A route with a scope lets no request through that has none.
func TenantFrom(ctx context.Context) string {
	principal, _ := PrincipalFrom(ctx)
	return principal.Tenant
}
