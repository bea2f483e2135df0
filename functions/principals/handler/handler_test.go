package handler_test

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai"
	"github.com/customerai/customerai/functions/principals/handler"
	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/caller"
	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/principals"
	"github.com/customerai/customerai/shared/trust/secrets"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

type fixture struct {
	http.Handler
	service *principals.Service
	set     secrets.Set
	log     *strings.Builder
}

func newFixture(t *testing.T, err error) fixture {
	t.Helper()
	set := secretstore.Keys()
	clock := func() time.Time { return now }
	table := memtable.New(clock)
	audited := audittest.New(t, table, clock)
	service := &principals.Service{Table: table, Audit: audited, Now: clock, NewID: rand.Text}
	log := &strings.Builder{}
	api, errNew := handler.New(handler.Deps{Secrets: secretstore.Fixed{Set: set, Err: err}, Principals: service}, httpapi.Config{
		Stage: env.Staging, Now: clock, Audit: audited, Logger: slog.New(slog.NewJSONHandler(log, nil)),
	})
	if errNew != nil {
		t.Fatal(errNew)
	}
	h, errHandler := api.Handler()
	if errHandler != nil {
		t.Fatal(errHandler)
	}
	return fixture{h, service, set, log}
}

// administrator has every scope.
func administrator(tenant string) auth.Principal {
	return auth.Principal{Subject: "usr_ADMINISTRATORAAAAAAAAAAAAA", Tenant: tenant, Scopes: manifest.Scopes(), UsageKey: "x"}
}

type answer struct {
	Status      int
	Location    string
	PrincipalID string   `json:"principalId"`
	Kind        string   `json:"kind"`
	Username    string   `json:"username"`
	Roles       []string `json:"roles"`
	State       string   `json:"-"`
	Version     int64    `json:"version"`
	Secret      string   `json:"secret"`
	Principals  []struct{ PrincipalID string }
	NextToken   string `json:"nextToken"`
	Errors      []errs.Field
}

func (f fixture) call(t *testing.T, who auth.Principal, method, path, body string) answer {
	t.Helper()
	var reader io.Reader = http.NoBody
	if body != "" {
		reader = strings.NewReader(body)
	}
	request := httptest.NewRequestWithContext(auth.WithPrincipal(t.Context(), who), method, path, reader)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	recorder := httptest.NewRecorder()
	f.ServeHTTP(recorder, request)
	var got struct {
		answer
		Status any `json:"status"` // of the principal, or of a problem
	}
	if err := json.Unmarshal(recorder.Body.Bytes(), &got); err != nil {
		t.Fatalf("%s %s: %d %s", method, path, recorder.Code, recorder.Body)
	}
	got.answer.Status, got.Location = recorder.Code, recorder.Header().Get("Location")
	got.State, _ = got.Status.(string)
	return got.answer
}

func TestAnAdministratorAddsShowsListsAndChangesPrincipals(t *testing.T) {
	f, admin := newFixture(t, nil), administrator("main")
	person := f.call(t, admin, "POST", "/v1/principals", `{"kind":"person","username":"Ann@example.com","roles":["analyst"]}`)
	if person.Status != 201 || person.Location != "/v1/principals/"+person.PrincipalID || person.Username != "ann@example.com" || len(person.Secret) != 26 {
		t.Errorf("created %+v, want ann with a password that was made", person)
	}
	client := f.call(t, admin, "POST", "/v1/principals", `{"kind":"client","scopes":["analyze"]}`)
	if client.Status != 201 || !strings.HasPrefix(client.PrincipalID, "cli_") || len(client.Secret) != 52 {
		t.Errorf("created %+v, want a client with its secret", client)
	}
	shown := f.call(t, admin, "GET", person.Location, "")
	if shown.Status != 200 || shown.State != "active" || shown.Secret != "" || shown.Version != 1 || !slices.Equal(shown.Roles, []string{"analyst"}) {
		t.Errorf("shown %+v, want an active analyst and no secret", shown)
	}
	disabled := f.call(t, admin, "PATCH", person.Location, `{"status":"disabled","version":1}`)
	if disabled.Status != 200 || disabled.State != "disabled" || disabled.Version != 2 || disabled.Secret != "" {
		t.Errorf("changed to %+v, want it disabled", disabled)
	}
	reset := f.call(t, admin, "PATCH", client.Location, `{"newSecret":true}`)
	if reset.Status != 200 || len(reset.Secret) != 52 || reset.Secret == client.Secret {
		t.Errorf("reset to %+v, want another secret", reset)
	}
	first := f.call(t, admin, "GET", "/v1/principals?limit=1", "")
	second := f.call(t, admin, "GET", "/v1/principals?limit=1&nextToken="+first.NextToken, "")
	if len(first.Principals) != 1 || len(second.Principals) != 1 || first.Principals[0].PrincipalID >= second.Principals[0].PrincipalID {
		t.Errorf("pages = %+v and %+v, want one principal each", first, second)
	}
	for _, secret := range []string{person.Secret, client.Secret, reset.Secret, "ann@example.com"} {
		if strings.Contains(f.log.String(), secret) {
			t.Error("the log holds a secret or a username")
		}
	}
}

func TestOtherRequestsAreRefused(t *testing.T) {
	f, admin := newFixture(t, nil), administrator("main")
	person := f.call(t, admin, "POST", "/v1/principals", `{"kind":"person","username":"ann","roles":["administrator"]}`)
	reader := admin
	reader.Scopes = []string{manifest.ScopePrincipalsRead}
	lesser := admin
	lesser.Scopes = []string{manifest.ScopePrincipals}
	for name, test := range map[string]struct {
		who          auth.Principal
		method, path string
		body         string
		status       int
		fields       []string
	}{
		"reading with the scope to write":     {lesser, "GET", person.Location, "", 403, nil},
		"writing with the scope to read":      {reader, "POST", "/v1/principals", `{"kind":"client","roles":["client"]}`, 403, nil},
		"more than the actor has":             {lesser, "POST", "/v1/principals", `{"kind":"client","roles":["client"]}`, 403, nil},
		"somebody with more than the actor":   {lesser, "PATCH", person.Location, `{"status":"disabled"}`, 403, nil},
		"another tenant's":                    {administrator("rival"), "GET", person.Location, "", 404, nil},
		"a change of another tenant's":        {administrator("rival"), "PATCH", person.Location, `{"status":"disabled"}`, 404, nil},
		"one that is not there":               {admin, "GET", "/v1/principals/usr_AAAAAAAAAAAAAAAAAAAAAAAAAA", "", 404, nil},
		"an id that is none":                  {admin, "GET", "/v1/principals/ann", "", 404, nil},
		"a username that is taken":            {admin, "POST", "/v1/principals", `{"kind":"person","username":"ANN","roles":["analyst"]}`, 409, nil},
		"a version that has passed":           {admin, "PATCH", person.Location, `{"status":"disabled","version":9}`, 409, nil},
		"a page of another list":              {admin, "GET", "/v1/principals?nextToken=AAAA", "", 400, []string{"nextToken"}},
		"fields that the server sets":         {admin, "POST", "/v1/principals", `{"kind":"client","roles":["client"],"principalId":"x","tenant":"rival","version":7}`, 400, []string{"principalId", "tenant", "version"}},
		"a tenant in a change":                {admin, "PATCH", person.Location, `{"tenant":"rival"}`, 400, []string{"tenant"}},
		"a role that is none and no username": {admin, "POST", "/v1/principals", `{"kind":"person","roles":["root"]}`, 400, []string{"roles[0]"}},
		"a short password and no username":    {admin, "POST", "/v1/principals", `{"kind":"person","roles":["analyst"],"password":"hunter2"}`, 400, []string{"username", "password"}},
	} {
		got := f.call(t, test.who, test.method, test.path, test.body)
		var fields []string
		for _, field := range got.Errors {
			fields = append(fields, field.Path)
		}
		if got.Status != test.status || !slices.Equal(fields, test.fields) {
			t.Errorf("%s: %d with problems in %v, want %d with %v", name, got.Status, fields, test.status, test.fields)
		}
	}
}

func TestWithoutSecretsNothingIsDone(t *testing.T) {
	cause := errs.Wrap(errs.Unavailable, "the secrets are not available", errors.New("c4n4ry"))
	f := newFixture(t, cause)
	for path, call := range map[string][2]string{
		"/v1/principals":         {"POST", `{"kind":"client","roles":["client"]}`},
		"/v1/principals?limit=2": {"GET", ""}, "/v1/principals/x": {"GET", ""}, "/v1/principals/y": {"PATCH", `{"status":"disabled"}`},
	} {
		if got := f.call(t, administrator("main"), call[0], path, call[1]); got.Status != http.StatusServiceUnavailable {
			t.Errorf("%s %s = %d, want 503", call[0], path, got.Status)
		}
	}
}

func TestTheDocumentNamesEveryRoleAndNoOther(t *testing.T) {
	var document struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct{ Items struct{ Enum []string } }
			}
		}
	}
	if err := json.Unmarshal(customerai.OpenAPI, &document); err != nil {
		t.Fatal(err)
	}
	for _, schema := range []string{"CreatePrincipalInputBody", "UpdatePrincipalInputBody"} {
		if got := document.Components.Schemas[schema].Properties["roles"].Items.Enum; !slices.Equal(got, manifest.RoleNames()) {
			t.Errorf("%s takes the roles %v, want %v", schema, got, manifest.RoleNames())
		}
	}
}

func TestTheSampleEventsAreAnswered(t *testing.T) {
	c := caller.Caller{T: t, Handler: newFixture(t, nil)}
	for sample, want := range map[string]int{"create": 201, "list": 200, "get": 404, "disable": 404} {
		c.WantSample("principals-"+sample, want)
	}
}
