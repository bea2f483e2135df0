package principals_test

import (
	"slices"
	"testing"

	"github.com/tink-crypto/tink-go/v2/prf"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/principals"
	"github.com/customerai/customerai/shared/trust/secrets"
)

func TestAPersonSignsInWithTheUsernameInAnyCaseAndTheRightPassword(t *testing.T) {
	h := newHouse(t)
	created := h.person(t, " Ann@Example.com", "analyst")
	for _, name := range []string{"ann@example.com", "ANN@example.com"} {
		got, err := h.Authenticate(t.Context(), h.set, principals.Person, name, password)
		if err != nil || got.Subject != created.ID || got.Tenant != "main" || got.Epoch != 1 ||
			!slices.Contains(got.Scopes, "batches:write") || slices.Contains(got.Scopes, "privacy:restore") {
			t.Errorf("%s: got %+v, %v, want %s with an analyst's scopes", name, got, err, created.ID)
		}
	}
	want := []string{}
	for name, try := range map[string][2]string{
		"a wrong password": {"ann@example.com", password + "x"}, "an unknown name": {"bob@example.com", password}, "nothing": {"", ""},
		"the id for the name": {created.ID, password},
	} {
		_, err := h.Authenticate(t.Context(), h.set, principals.Person, try[0], try[1])
		if !errs.Is(err, errs.Unauthorized) {
			t.Errorf("%s: %v, want unauthorized", name, err)
		}
		want = append(want, err.Error())
	}
	if len(slices.Compact(want)) != 1 {
		t.Errorf("the refusals differ: %q", want)
	}
}

func TestAClientSignsInWithTheSecretThatIsToldOnce(t *testing.T) {
	h := newHouse(t)
	created, secret, err := h.Create(t.Context(), h.set, admin, principals.Draft{Kind: principals.Client, Scopes: []string{"analyze"}})
	if err != nil || len(secret) != 52 || created.Username != "" {
		t.Fatalf("Create = %+v, a secret of %d letters, %v", created, len(secret), err)
	}
	got, err := h.Authenticate(t.Context(), h.set, principals.Client, created.ID, secret)
	if err != nil || got.Subject != created.ID || !slices.Equal(got.Scopes, []string{"analyze"}) {
		t.Errorf("Authenticate = %+v, %v", got, err)
	}
	if _, err := h.Authenticate(t.Context(), h.set, principals.Person, created.ID, secret); !errs.Is(err, errs.Unauthorized) {
		t.Errorf("a client as a person: %v, want unauthorized", err)
	}
}

func TestThoseOfTheSecretDocumentSignInAndNobodyTakesTheirNames(t *testing.T) {
	h := newHouse(t)
	got, err := h.Authenticate(t.Context(), h.set, principals.Person, h.administrator.ID, h.administrator.Secret)
	if err != nil || len(got.Scopes) != len(manifest.Scopes()) || got.Tenant != secrets.DefaultTenant {
		t.Errorf("the administrator is %+v, %v, want every scope", got, err)
	}
	if checked, err := h.Check(t.Context(), h.set, got); err != nil || checked.Subject != got.Subject {
		t.Errorf("Check = %+v, %v", checked, err)
	}
	if current, err := h.Current(t.Context(), h.set, got.Tenant, got.Subject, got.Epoch); err != nil || current.Subject != got.Subject {
		t.Errorf("Current = %+v, %v", current, err)
	}
	client, err := h.Authenticate(t.Context(), h.set, principals.Client, h.client.ID, h.client.Secret)
	if err != nil || client.Subject != h.client.ID {
		t.Errorf("the client is %+v, %v", client, err)
	}
	_, _, err = h.Create(t.Context(), h.set, admin, principals.Draft{Kind: principals.Person, Username: h.administrator.ID, Roles: []string{"analyst"}})
	if !errs.Is(err, errs.Conflict) {
		t.Errorf("a second administrator: %v, want a conflict", err)
	}
}

func TestWhateverIsChangedEndsTheTokens(t *testing.T) {
	analyst := []string{"reviewer"}
	for name, change := range map[string]principals.Change{
		"disabled": {Status: principals.Disabled}, "a new role": {Roles: &analyst}, "a new secret": {NewSecret: true}, "a new password": {Password: "another long sentence"},
	} {
		h := newHouse(t)
		ann := h.person(t, "ann", "analyst")
		token, err := h.Authenticate(t.Context(), h.set, principals.Person, "ann", password)
		if err != nil {
			t.Fatal(err)
		}
		token.TokenID = "ses_1-1"
		if _, err := h.Check(t.Context(), h.set, token); err != nil {
			t.Errorf("%s: before it, %v", name, err)
		}
		updated, secret, err := h.Update(t.Context(), h.set, admin, ann.ID, change)
		if err != nil || updated.Version != 2 || (secret != "") != change.NewSecret {
			t.Fatalf("%s: %+v, %v", name, updated, err)
		}
		if _, err := h.Check(t.Context(), h.set, token); auth.RefusalOf(err) != auth.Revoked {
			t.Errorf("%s: Check = %v, want revoked", name, err)
		}
		if _, err := h.Current(t.Context(), h.set, "main", ann.ID, 1); auth.RefusalOf(err) != auth.Revoked {
			t.Errorf("%s: Current = %v, want revoked", name, err)
		}
	}
}

func TestAnotherPasswordForTheAdministratorOfTheSecretDocumentEndsTheTokens(t *testing.T) {
	h := newHouse(t)
	token, err := h.Authenticate(t.Context(), h.set, principals.Person, h.administrator.ID, h.administrator.Secret)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		change func(*secrets.Person)
		good   bool
	}{
		"as it was":        {func(*secrets.Person) {}, true},
		"another password": {func(p *secrets.Person) { p.Secret = auth.HashSecret("another long sentence", [16]byte{1}) }, false},
	} {
		set, person := h.set, *h.set.Administrator
		test.change(&person)
		set.Administrator = &person
		if _, err := h.Check(t.Context(), set, token); (err == nil) != test.good || err != nil && auth.RefusalOf(err) != auth.Revoked {
			t.Errorf("%s: Check = %v, want good = %v", name, err, test.good)
		}
		_, err := h.Current(t.Context(), set, token.Tenant, token.Subject, token.Epoch)
		if (err == nil) != test.good || err != nil && auth.RefusalOf(err) != auth.Revoked {
			t.Errorf("%s: Current = %v, want good = %v", name, err, test.good)
		}
	}
}

func TestADisabledPersonCannotSignInAndAnEnabledOneCanAgain(t *testing.T) {
	h := newHouse(t)
	ann := h.person(t, "ann", "analyst")
	for _, step := range []struct {
		status principals.Status
		good   bool
	}{{principals.Disabled, false}, {principals.Active, true}} {
		if _, _, err := h.Update(t.Context(), h.set, admin, ann.ID, principals.Change{Status: step.status}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Authenticate(t.Context(), h.set, principals.Person, "ann", password); (err == nil) != step.good {
			t.Errorf("%s: %v, want signed in = %v", step.status, err, step.good)
		}
	}
}

func TestATokenThatWasRevokedOrSaysTooMuchNoLongerCounts(t *testing.T) {
	h := newHouse(t)
	h.person(t, "ann", "reviewer")
	token, err := h.Authenticate(t.Context(), h.set, principals.Person, "ann", password)
	if err != nil {
		t.Fatal(err)
	}
	token.TokenID = "ses_A-1"
	put := func(write table.Write) {
		t.Helper()
		if err := h.table.Put(t.Context(), write.Item, write.Condition); err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		change func(*auth.Principal)
		good   bool
	}{
		"as it was minted":          {func(*auth.Principal) {}, true},
		"of another epoch":          {func(p *auth.Principal) { p.Epoch = 2 }, false},
		"with a scope that is gone": {func(p *auth.Principal) { p.Scopes = []string{"batches:write"} }, false},
		"with fewer scopes":         {func(p *auth.Principal) { p.Scopes = []string{"analyze"} }, true},
		"of another tenant":         {func(p *auth.Principal) { p.Tenant = "rival" }, false},
		"of nobody":                 {func(p *auth.Principal) { p.Subject = "usr_NOBODY" }, false},
		"of a name that begins so":  {func(p *auth.Principal) { p.Subject = p.Subject[:10] }, false},
		"revoked by its id":         {func(p *auth.Principal) { p.TokenID = "tok_9"; put(principals.Revocation(*p, "tok_9", now)) }, false},
		"of a session that ended":   {func(p *auth.Principal) { p.TokenID = "ses_Z-7"; put(principals.Revocation(*p, "ses_Z", now)) }, false},
		"of a session not ended":    {func(p *auth.Principal) { p.TokenID = "ses_Y-7"; put(principals.Revocation(*p, "ses_X", now)) }, true},
		"a client's whose tenant changed in the document": {func(p *auth.Principal) {
			*p = auth.Principal{Subject: h.client.ID, Tenant: "rival", Scopes: []string{"analyze"}, TokenID: "tok_2"}
		}, false},
		"a client's with a scope that left the document": {func(p *auth.Principal) {
			*p = auth.Principal{Subject: h.client.ID, Tenant: "main", Scopes: []string{"principals:write"}, TokenID: "tok_2"}
		}, false},
	} {
		p := token
		test.change(&p)
		got, err := h.Check(t.Context(), h.set, p)
		if (err == nil) != test.good || err != nil && auth.RefusalOf(err) != auth.Revoked {
			t.Errorf("%s: %v, want good = %v", name, err, test.good)
		}
		if err != nil && got.Subject != "" {
			t.Errorf("%s: refused, but gives %+v", name, got)
		}
	}
}

func TestAUsernameIsFoundByTheKeyItWasKeptUnder(t *testing.T) {
	h := newHouse(t)
	h.person(t, "ann", "analyst")
	rotated := document().set
	other, _, err := secrets.Generate()
	if err != nil {
		t.Fatal(err)
	}
	fresh, problems := other.Open()
	if len(problems) > 0 {
		t.Fatal(secrets.Join(problems))
	}
	rotated.Pseudonyms.PRFs = map[uint32]prf.PRF{h.set.Pseudonyms.PrimaryID: h.set.Pseudonyms.PRFs[h.set.Pseudonyms.PrimaryID]}
	for id, key := range fresh.Pseudonyms.PRFs {
		rotated.Pseudonyms.PRFs[id], rotated.Pseudonyms.PrimaryID = key, id
	}
	if _, err := h.Authenticate(t.Context(), rotated, principals.Person, "ann", password); err != nil {
		t.Errorf("after a rotation: %v, want ann signed in", err)
	}
	_, _, err = h.Create(t.Context(), rotated, admin, principals.Draft{Kind: principals.Person, Username: "ann", Roles: []string{"analyst"}})
	if !errs.Is(err, errs.Conflict) {
		t.Errorf("a second ann after a rotation: %v, want a conflict", err)
	}
}
