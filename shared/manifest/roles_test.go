package manifest_test

import (
	"slices"
	"testing"

	"github.com/customerai/customerai/shared/manifest"
)

func TestEveryScopeOfARouteIsInSomeRole(t *testing.T) {
	for _, scope := range manifest.Scopes() {
		in := func(role manifest.Role) bool {
			scopes, _ := manifest.ScopesOf(role.Name)
			return slices.Contains(scopes, scope)
		}
		if !slices.ContainsFunc(manifest.Roles, in) {
			t.Errorf("nobody can be given %s: add it to a role in shared/manifest/roles.go", scope)
		}
	}
}

func TestNoRoleHasAScopeThatNoRouteAsksFor(t *testing.T) {
	for _, role := range manifest.Roles {
		for i, scope := range role.Scopes {
			if !slices.Contains(manifest.Scopes(), scope) {
				t.Errorf("%s has %s, which no route asks for: take it out of shared/manifest/roles.go, or land it with its route", role.Name, scope)
			}
			if slices.Contains(role.Scopes[:i], scope) {
				t.Errorf("%s has %s twice", role.Name, scope)
			}
		}
	}
}

func TestTheAdministratorAloneHasEveryScope(t *testing.T) {
	for _, role := range manifest.Roles {
		scopes, known := manifest.ScopesOf(role.Name)
		if !known || len(scopes) == 0 || role.Summary == "" {
			t.Errorf("%s has %d scopes and the summary %q, want both", role.Name, len(scopes), role.Summary)
		}
		if got, want := role.Scopes == nil, role.Name == "administrator"; got != want {
			t.Errorf("%s has every scope = %v, want %v", role.Name, got, want)
		}
	}
	if names := manifest.RoleNames(); len(slices.Compact(slices.Sorted(slices.Values(names)))) != len(manifest.Roles) {
		t.Errorf("names = %v, want each once", names)
	}
}

func TestScopesOfRolesAreListedOnceAndNoneForAnUnknownRole(t *testing.T) {
	got, known := manifest.ScopesOf("reviewer", "analyst", "reviewer")
	want := []string{
		manifest.ScopeAnalyze, manifest.ScopeBatchesRead, manifest.ScopeDetect, manifest.ScopeRestore, manifest.ScopeBatches,
		manifest.ScopeCategoriesRead, manifest.ScopeCategories, manifest.ScopeSettingsRead, manifest.ScopeSettings,
	}
	if !known || !slices.Equal(got, want) {
		t.Errorf("ScopesOf = %v, %v, want %v", got, known, want)
	}
	for _, unknown := range []string{"", "Analyst", "root"} {
		if got, known := manifest.ScopesOf("analyst", unknown); known || got != nil {
			t.Errorf("ScopesOf(analyst, %q) = %v, %v, want none", unknown, got, known)
		}
	}
	if got, known := manifest.ScopesOf(); !known || len(got) != 0 {
		t.Errorf("ScopesOf() = %v, %v, want no scope", got, known)
	}
}
