package principals_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/principals"
)

func TestEveryProblemWithADraftIsNamedAtOnceAndNoValue(t *testing.T) {
	h := newHouse(t)
	for name, test := range map[string]struct {
		draft principals.Draft
		want  []string
	}{
		"nothing":                 {principals.Draft{}, []string{"roles", "kind"}},
		"a kind that is none":     {principals.Draft{Kind: "robot", Roles: []string{"analyst"}}, []string{"kind"}},
		"an unknown role":         {principals.Draft{Kind: principals.Client, Roles: []string{"analyst", "c4n4ry"}}, []string{"roles[1]"}},
		"a role twice":            {principals.Draft{Kind: principals.Client, Roles: []string{"analyst", "analyst"}}, []string{"roles[1]"}},
		"an unknown scope":        {principals.Draft{Kind: principals.Client, Scopes: []string{"c4n4ry"}}, []string{"scopes[0]"}},
		"a client with a name":    {principals.Draft{Kind: principals.Client, Roles: []string{"client"}, Username: "c4n4ry"}, []string{"username"}},
		"a client's own password": {principals.Draft{Kind: principals.Client, Roles: []string{"client"}, Password: "c4n4ryc4n4ry"}, []string{"password"}},
		"a person without a name": {principals.Draft{Kind: principals.Person, Roles: []string{"analyst"}}, []string{"username"}},
		"several": {
			principals.Draft{Kind: principals.Person, Username: "c4n4ry#", Password: "c4n4ry", Roles: []string{"c4n4ry"}, Scopes: []string{"c4n4ry"}},
			[]string{"roles[0]", "scopes[0]", "username", "password"},
		},
	} {
		_, _, err := h.Create(t.Context(), h.set, admin, test.draft)
		var got []string
		for _, field := range errs.Public(err).Fields {
			got = append(got, field.Path)
		}
		if !errs.Is(err, errs.Invalid) || !slices.Equal(got, test.want) || strings.Contains(err.Error(), "c4n4ry") {
			t.Errorf("%s: %v, want problems with %v and no value", name, err, test.want)
		}
	}
}

func TestAUsernameIsTakenOnceInWhicheverTenant(t *testing.T) {
	h := newHouse(t)
	h.person(t, "ann@example.com", "analyst")
	rival := auth.Principal{Subject: "usr_RIVALAAAAAAAAAAAAAAAAAAAAA", Tenant: "rival", Scopes: manifest.Scopes()}
	for _, actor := range []auth.Principal{admin, rival} {
		_, _, err := h.Create(t.Context(), h.set, actor, principals.Draft{Kind: principals.Person, Username: "ANN@example.com", Roles: []string{"analyst"}})
		if !errs.Is(err, errs.Conflict) {
			t.Errorf("in %s: %v, want a conflict", actor.Tenant, err)
		}
	}
}

// What may be done is a question of who asks about whom. Each row is one decision.
func TestNobodyRaisesThemselvesOrGivesWhatTheyLack(t *testing.T) {
	lesser := admin
	lesser.Subject, lesser.Scopes = "usr_LESSERAAAAAAAAAAAAAAAAAAAA", []string{manifest.ScopePrincipals, manifest.ScopePrincipalsRead, manifest.ScopeAnalyze}
	rival := admin
	rival.Tenant = "rival"
	analyst, administrator, own := []string{"analyst"}, []string{"administrator"}, []string{manifest.ScopeAnalyze}
	none := []string{}
	for name, test := range map[string]struct {
		actor  auth.Principal
		target string // roles of the one to change; self: the actor; "": create
		change principals.Change
		want   errs.Code
	}{
		"an administrator gives every role":                {admin, "analyst", principals.Change{Roles: &administrator}, ""},
		"an administrator disables another":                {admin, "administrator", principals.Change{Status: principals.Disabled}, ""},
		"somebody gives a scope that they have":            {lesser, "scoped", principals.Change{Scopes: &own, Roles: &none}, ""},
		"somebody gives a role that holds more":            {lesser, "scoped", principals.Change{Roles: &analyst}, errs.Forbidden},
		"somebody resets the password of one with more":    {lesser, "administrator", principals.Change{NewSecret: true}, errs.Forbidden},
		"somebody disables one with more":                  {lesser, "analyst", principals.Change{Status: principals.Disabled}, errs.Forbidden},
		"somebody takes a role from one with more":         {lesser, "analyst", principals.Change{Roles: &none, Scopes: &own}, errs.Forbidden},
		"an administrator gives themselves a role":         {admin, "self", principals.Change{Roles: &administrator}, errs.Forbidden},
		"an administrator takes a role from themselves":    {admin, "self", principals.Change{Roles: &analyst}, errs.Forbidden},
		"an administrator disables themselves":             {admin, "self", principals.Change{Status: principals.Disabled}, errs.Forbidden},
		"an administrator changes their own password":      {admin, "self", principals.Change{Password: "another long sentence"}, ""},
		"another tenant's administrator finds nobody":      {rival, "analyst", principals.Change{Status: principals.Disabled}, errs.NotFound},
		"a change of nothing":                              {admin, "analyst", principals.Change{}, errs.Invalid},
		"a change that leaves nothing":                     {admin, "analyst", principals.Change{Roles: &none}, errs.Invalid},
		"a status that is none":                            {admin, "analyst", principals.Change{Status: "erased"}, errs.Invalid},
		"a weak password":                                  {admin, "analyst", principals.Change{Password: "hunter2"}, errs.Invalid},
		"a password and a made one":                        {admin, "analyst", principals.Change{Password: "another long sentence", NewSecret: true}, errs.Invalid},
		"a version that has passed":                        {admin, "analyst", principals.Change{Status: principals.Disabled, Version: 7}, errs.Conflict},
		"the version that it has":                          {admin, "analyst", principals.Change{Status: principals.Disabled, Version: 1}, ""},
		"somebody without any scope disables one with one": {auth.Principal{Subject: "x", Tenant: "main"}, "scoped", principals.Change{Status: principals.Disabled}, errs.Forbidden},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			var target principals.Principal
			actor := test.actor
			switch test.target {
			case "scoped":
				created, _, err := h.Create(t.Context(), h.set, admin, principals.Draft{Kind: principals.Person, Username: "zoe", Password: password, Scopes: own})
				if err != nil {
					t.Fatal(err)
				}
				target = created
			case "self":
				target = h.person(t, "self", "administrator")
				actor.Subject = target.ID
			default:
				target = h.person(t, "zoe", test.target)
			}
			_, _, err := h.Update(t.Context(), h.set, actor, target.ID, test.change)
			if got := errs.CodeOf(err); got != test.want {
				t.Errorf("Update = %v, want %q", err, test.want)
			}
			if err == nil {
				return
			}
			if after, errGet := h.Get(t.Context(), h.set, admin, target.ID); errGet != nil || after.Version != 1 {
				t.Errorf("after a refusal it is version %d, %v, want 1", after.Version, errGet)
			}
		})
	}
	h := newHouse(t)
	for name, roles := range map[string][]string{"a role that holds more": analyst, "every scope": administrator} {
		_, _, err := h.Create(t.Context(), h.set, lesser, principals.Draft{Kind: principals.Client, Roles: roles})
		if !errs.Is(err, errs.Forbidden) {
			t.Errorf("a lesser administrator creates %s: %v, want forbidden", name, err)
		}
	}
}

// The gateway remembers what somebody may do for some minutes; what they do to others then would last.
func TestWhoseRightsAreTakenAwayGivesNoneFromThatMomentOn(t *testing.T) {
	none := []string{"analyst"}
	for name, change := range map[string]principals.Change{"disabled": {Status: principals.Disabled}, "an analyst by now": {Roles: &none}} {
		h := newHouse(t)
		mallory, ann := h.person(t, "mallory", "administrator"), h.person(t, "ann", "analyst")
		actor, err := h.Authenticate(t.Context(), h.set, principals.Person, "mallory", password)
		if err != nil {
			t.Fatal(err)
		}
		attempt := func() []error {
			_, _, created := h.Create(t.Context(), h.set, actor, principals.Draft{Kind: principals.Client, Roles: []string{"analyst"}})
			_, _, changed := h.Update(t.Context(), h.set, actor, ann.ID, principals.Change{NewSecret: true})
			return []error{created, changed}
		}
		for _, err := range attempt() {
			if err != nil {
				t.Errorf("%s: before it: %v", name, err)
			}
		}
		if _, _, err := h.Update(t.Context(), h.set, admin, mallory.ID, change); err != nil {
			t.Fatal(err)
		}
		for i, err := range attempt() {
			if !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s: attempt %d: %v, want forbidden", name, i+1, err)
			}
		}
	}
}

func TestAListHoldsTheTenantsPrincipalsAloneAndFollowsItsPages(t *testing.T) {
	h := newHouse(t)
	var want []string
	for i := range 7 {
		p := h.person(t, fmt.Sprintf("ann%d", i), "analyst")
		want = append(want, p.ID)
		token := auth.Principal{Tenant: "main", Subject: p.ID}
		write := principals.Revocation(token, "tok_1", now)
		if err := h.table.Put(t.Context(), write.Item, write.Condition); err != nil {
			t.Fatal(err)
		}
	}
	rival := admin
	rival.Tenant = "rival"
	if _, _, err := h.Create(t.Context(), h.set, rival, principals.Draft{Kind: principals.Client, Roles: []string{"client"}}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for cursor, pages := "", 0; ; pages++ {
		page, next, err := h.List(t.Context(), h.set, admin, 3, cursor)
		if err != nil || len(page) > 3 || pages > 9 {
			t.Fatalf("page %d: %d principals, %v", pages, len(page), err)
		}
		for _, p := range page {
			got = append(got, p.ID)
		}
		if cursor = next; next == "" {
			break
		}
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestEveryCreationAndChangeHasItsRecord(t *testing.T) {
	h := newHouse(t)
	ann := h.person(t, "ann", "analyst")
	if _, _, err := h.Update(t.Context(), h.set, admin, ann.ID, principals.Change{Status: principals.Disabled}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, record := range audittest.Records(t, h.Audit, "main") {
		got = append(got, record.Operation)
	}
	if want := []string{"createPrincipal", "updatePrincipal"}; !slices.Equal(got, want) {
		t.Errorf("records of %v, want of %v", got, want)
	}
}
