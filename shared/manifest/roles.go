package manifest

import "slices"

// Role is a named set of scopes: what a kind of person or program does here.
type Role struct {
	Name    string
	Summary string
	Scopes  []string // nil: every scope that some route asks for
}

// Roles is who may do what. A new scope goes into the roles whose work needs it; the administrator has it without being
// told. A principal's scopes are those of all its roles.
var Roles = []Role{
	{
		"analyst", "analyses messages and files by categories and settings of its own, and reads what came out, without personal data",
		[]string{ScopeAnalyze, ScopeBatchesRead, ScopeBatches, ScopeDetect, ScopeCategoriesRead, ScopeCategories, ScopeSettingsRead, ScopeSettings},
	},
	{
		"reviewer", "answers customers, and therefore may see who they are",
		[]string{ScopeAnalyze, ScopeBatchesRead, ScopeDetect, ScopeRestore},
	},
	{
		"compliance", "watches over personal data: gives it to whom it is about, erases it, or keeps it from being erased",
		[]string{ScopeBatchesRead, ScopeDetect, ScopeRestore, ScopeExport, ScopeErase, ScopeHold, ScopePrincipalsRead, ScopeAuditRead},
	},
	{
		"client", "a program that sends messages and files and fetches results",
		[]string{ScopeAnalyze, ScopeBatchesRead, ScopeBatches, ScopeDetect},
	},
	{"administrator", "everything; nobody can be given a scope by somebody who lacks it", nil},
}

// RoleNames returns the names of all roles, in the table's order.
func RoleNames() []string {
	names := make([]string, len(Roles))
	for i, role := range Roles {
		names[i] = role.Name
	}
	return names
}

// ScopesOf returns the scopes of all the roles together, each once, in the table's order. It reports false, and no scope,
// when one of them is not a role.
func ScopesOf(roles ...string) ([]string, bool) {
	var scopes []string
	for _, name := range roles {
		at := slices.IndexFunc(Roles, func(r Role) bool { return r.Name == name })
		if at < 0 {
			return nil, false
		}
		of := Roles[at].Scopes
		if of == nil {
			of = Scopes()
		}
		for _, scope := range of {
			if !slices.Contains(scopes, scope) {
				scopes = append(scopes, scope)
			}
		}
	}
	return scopes, true
}
