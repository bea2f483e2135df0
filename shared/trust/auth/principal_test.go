package auth_test

import (
	"testing"

	"github.com/customerai/customerai/shared/trust/auth"
)

func TestAScopeAllowsItselfAndNothingElse(t *testing.T) {
	p := auth.Principal{Scopes: []string{"analyze", "batches:read"}}
	for scope, want := range map[string]bool{
		"analyze": true, "batches:read": true,
		"": false, "batches": false, "batches:write": false, "ANALYZE": false, "analyze batches:read": false, "*": false,
	} {
		if got := p.Allows(scope); got != want {
			t.Errorf("Allows(%q) = %v, want %v", scope, got, want)
		}
	}
	if (auth.Principal{Scopes: []string{""}}).Allows("") {
		t.Error("Allows of no scope = true, want false: a public route asks for no principal")
	}
}

func TestAContextCarriesThePrincipal(t *testing.T) {
	want := auth.Principal{Subject: "cli_1", Tenant: "main", UsageKey: "k"}
	got, ok := auth.PrincipalFrom(auth.WithPrincipal(t.Context(), want))
	if !ok || got.Subject != want.Subject || got.Tenant != want.Tenant || got.UsageKey != want.UsageKey {
		t.Errorf("PrincipalFrom = %+v, %v, want %+v, true", got, ok, want)
	}
	if _, ok := auth.PrincipalFrom(t.Context()); ok {
		t.Error("PrincipalFrom a bare context = true, want false")
	}
	if _, ok := auth.PrincipalFrom(auth.WithPrincipal(t.Context(), auth.Principal{Subject: "cli_1"})); ok {
		t.Error("PrincipalFrom without a tenant = true, want false")
	}
	if got := auth.TenantFrom(auth.WithPrincipal(t.Context(), want)); got != want.Tenant {
		t.Errorf("TenantFrom = %q, want %q", got, want.Tenant)
	}
	if got := auth.TenantFrom(t.Context()); got != "" {
		t.Errorf("TenantFrom a bare context = %q, want none", got)
	}
}
