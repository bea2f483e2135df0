package principals_test

import (
	"context"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tink-crypto/tink-go/v2/prf"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/principals"
	"github.com/customerai/customerai/shared/trust/secrets"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

// admin has every scope in tenant main.
var admin = auth.Principal{Subject: "usr_ADMINISTRATORAAAAAAAAAAAAA", Tenant: "main", Scopes: manifest.Scopes()}

const password = "a fine long sentence"

// house is a service on a table, and the secrets of a stage with an administrator.
type house struct {
	*principals.Service
	table         *memtable.Table
	set           secrets.Set
	administrator secrets.Credentials
	client        secrets.Credentials
}

var document = sync.OnceValue(func() (made struct {
	set                   secrets.Set
	administrator, client secrets.Credentials
},
) {
	document, client, err := secrets.Generate()
	if err != nil {
		panic(err)
	}
	administrator, err := document.AddAdministrator()
	if err != nil {
		panic(err)
	}
	set, problems := document.Open()
	if len(problems) > 0 {
		panic(secrets.Join(problems))
	}
	made.set, made.administrator, made.client = set, administrator, client
	return made
})

func newHouse(tb testing.TB) house {
	tb.Helper()
	t := memtable.New(clock)
	n := 0
	id := func() string {
		n++
		return strings.Repeat("A", 22) + base32.StdEncoding.EncodeToString([]byte{byte(n >> 8), byte(n), 0})[:4]
	}
	made := document()
	return house{
		&principals.Service{Table: t, Audit: audittest.New(tb, t, clock), Now: clock, NewID: id},
		t, made.set, made.administrator, made.client,
	}
}

func (h house) person(t *testing.T, name string, roles ...string) principals.Principal {
	t.Helper()
	p, _, err := h.Create(t.Context(), h.set, admin, principals.Draft{Kind: principals.Person, Username: name, Password: password, Roles: roles})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

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
	if current, err := h.Current(t.Context(), h.set, got.Tenant, got.Subject, 0); err != nil || current.Subject != got.Subject {
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

func TestAPasswordIsLongAndNotGuessedFirst(t *testing.T) {
	h := newHouse(t)
	n := 0
	for password, good := range map[string]bool{
		"correct horse battery": true, "zwölf Zeichen": true, "xk2 vf9 qp1 zz": true, strings.Repeat("ab ", 80): true,
		"elevenchars": false, "password1234": false, "PassWord1234": false, "123456789012": false, "abcdefghijklm": false,
		"aaaaaaaaaaaaaa": false, "zyxwvutsrqpon": false, "i am ann.smith": false, strings.Repeat("ab ", 90): false, "\xff\xfe long and broken": false,
	} {
		n++
		_, _, err := h.Create(t.Context(), h.set, admin, principals.Draft{
			Kind: principals.Person, Username: fmt.Sprintf("ann.smith@%d", n), Password: password, Roles: []string{"analyst"},
		})
		if (err == nil) != good {
			t.Errorf("%q: %v, want accepted = %v", password, err, good)
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

func TestNoUsernameOrSecretIsReadableInTheTable(t *testing.T) {
	h := newHouse(t)
	kept := &keeper{Table: h.table}
	h.Table, h.Audit = kept, audittest.New(t, kept, clock)
	p := h.person(t, "c4n4ry@example.com", "analyst")
	if _, _, err := h.Update(t.Context(), h.set, admin, p.ID, principals.Change{Password: "hunter2 hunter2 hunter2"}); err != nil {
		t.Fatal(err)
	}
	if len(kept.written) < 3 {
		t.Fatalf("%d items were written, want at least 3", len(kept.written))
	}
	for _, text := range kept.written {
		for _, canary := range []string{"c4n4ry", password, "hunter2"} {
			if strings.Contains(text, canary) {
				t.Errorf("the table holds %q", canary)
			}
		}
	}
	shown, err := h.Get(t.Context(), h.set, admin, p.ID)
	if err != nil || shown.Username != "c4n4ry@example.com" {
		t.Errorf("Get = %+v, %v, want the username for the administrator", shown, err)
	}
	if text, err := json.Marshal(shown); err != nil || strings.Contains(string(text), "argon2") {
		t.Errorf("an administrator sees %s, %v", text, err)
	}
}

// keeper keeps the text of everything that is written.
type keeper struct {
	table.Table
	written []string
}

func (k *keeper) Transact(ctx context.Context, token string, writes []table.Write) error {
	for _, w := range writes {
		k.written = append(k.written, w.Item.Partition+w.Item.Sort+string(w.Item.Value))
	}
	return k.Table.Transact(ctx, token, writes)
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

func TestAStoreThatDoesNotAnswerIsUnavailableAndLetsNobodyIn(t *testing.T) {
	good := newHouse(t)
	ann := good.person(t, "ann", "analyst")
	token, err := good.Authenticate(t.Context(), good.set, principals.Person, "ann", password)
	if err != nil {
		t.Fatal(err)
	}
	for name, call := range map[string]func(h house) error{
		"Authenticate": func(h house) error {
			_, err := h.Authenticate(t.Context(), h.set, principals.Person, "ann", password)
			return err
		},
		"Check":   func(h house) error { _, err := h.Check(t.Context(), h.set, token); return err },
		"Current": func(h house) error { _, err := h.Current(t.Context(), h.set, "main", ann.ID, 1); return err },
		"Get":     func(h house) error { _, err := h.Get(t.Context(), h.set, admin, ann.ID); return err },
		"List":    func(h house) error { _, _, err := h.List(t.Context(), h.set, admin, 9, ""); return err },
		"Update": func(h house) error {
			_, _, err := h.Update(t.Context(), h.set, admin, ann.ID, principals.Change{Status: principals.Active})
			return err
		},
		"Create": func(h house) error {
			_, _, err := h.Create(t.Context(), h.set, admin, principals.Draft{Kind: principals.Client, Roles: []string{"client"}})
			return err
		},
	} {
		for n := 1; ; n++ {
			h := newHouse(t)
			h.Service = &principals.Service{Now: good.Now, NewID: good.NewID}
			injector := faults.New(faults.Once(n, faults.Before))
			h.Table = injector.Table(good.table)
			h.Audit = audittest.New(t, h.Table, clock)
			err := call(h)
			if injector.Calls() < n {
				break
			}
			if err == nil && (name == "Update" || name == "Create") && n > 2 {
				continue // the audit log has tried its transaction again
			}
			if !errors.Is(err, faults.ErrInjected) || !errs.Is(err, errs.Unavailable) {
				t.Errorf("%s, call %d: %v, want unavailable", name, n, err)
			}
			if n > 9 {
				t.Fatalf("%s makes more than 9 calls", name)
			}
		}
	}
}

func TestOfTwoChangesAtOnceOneIsAConflict(t *testing.T) {
	h := newHouse(t)
	ann := h.person(t, "ann", "analyst")
	between := &between{Table: h.table}
	between.do = func() { // the other one comes between the read and the write
		other := newHouse(t)
		other.Table, other.Audit = h.table, audittest.New(t, h.table, clock)
		if _, _, err := other.Update(t.Context(), h.set, admin, ann.ID, principals.Change{Status: principals.Disabled}); err != nil {
			t.Error(err)
		}
	}
	h.Audit = audittest.New(t, between, clock)
	if _, _, err := h.Update(t.Context(), h.set, admin, ann.ID, principals.Change{NewSecret: true}); !errs.Is(err, errs.Conflict) {
		t.Errorf("Update = %v, want a conflict", err)
	}
}

// between does something once, before a transaction.
type between struct {
	table.Table
	do func()
}

func (b *between) Transact(ctx context.Context, token string, writes []table.Write) error {
	if do := b.do; do != nil {
		b.do = nil
		do()
	}
	return b.Table.Transact(ctx, token, writes)
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
