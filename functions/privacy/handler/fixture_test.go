package handler_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/customerai/customerai/functions/privacy/handler"
	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/vault"
)

const day = 24 * time.Hour

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// theSource is made once: a document's client costs a password hash.
var theSource = sync.OnceValue(func() secretstore.Fixed {
	document, _, err := secrets.Generate()
	if err != nil {
		panic(err)
	}
	set, _ := document.Open()
	return secretstore.Fixed{Set: set}
})

// fixture is the function over stores in memory.
type fixture struct {
	t           testing.TB
	http        http.Handler
	now         *time.Time
	table, keys table.Table
	log         *audit.Log
	lines       bytes.Buffer // what was logged
	answers     bytes.Buffer // what was answered
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	clock := new(time.Time)
	*clock = noon
	now := func() time.Time { return *clock }
	return newFixtureOver(t, clock, memtable.New(now), memtable.New(now), vault.Keyset{Secrets: theSource()})
}

func newFixtureOver(t testing.TB, now *time.Time, items, keys table.Table, wrapper vault.Wrapper) *fixture {
	t.Helper()
	f := &fixture{t: t, now: now, table: items, keys: keys}
	clock := func() time.Time { return *now }
	f.log = audit.New(audit.Config{
		Table: f.table, Secrets: theSource(), Now: clock, NewID: rand.Text, Sleep: func(context.Context, time.Duration) {},
	})
	api, err := handler.New(handler.Deps{
		Table: f.table, Keys: f.keys, Wrapper: wrapper, Secrets: theSource(), Audit: f.log, Originals: 30 * day, Now: clock, NewID: rand.Text, Random: rand.Reader,
	}, httpapi.Config{Logger: slog.New(slog.NewJSONHandler(&f.lines, nil)), Now: clock, Audit: f.log})
	if err != nil {
		t.Fatal(err)
	}
	if f.http, err = api.Handler(); err != nil {
		t.Fatal(err)
	}
	return f
}

// do sends a request of a tenant's client with every scope and returns status and body.
func (f *fixture) do(tenant, method, target, body string) (int, string) {
	f.t.Helper()
	return f.doWith(manifest.Scopes(), tenant, method, target, body)
}

func (f *fixture) doWith(scopes []string, tenant, method, target, body string) (int, string) {
	f.t.Helper()
	principal := auth.Principal{Subject: "cli_1", Tenant: tenant, Scopes: scopes}
	request := httptest.NewRequestWithContext(auth.WithPrincipal(f.t.Context(), principal), method, target, strings.NewReader(body))
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	recorder := httptest.NewRecorder()
	f.http.ServeHTTP(recorder, request)
	f.answers.WriteString(recorder.Body.String())
	return recorder.Code, strings.TrimSpace(recorder.Body.String())
}

// must sends a request of the tenant main and fails unless it succeeds.
func (f *fixture) must(method, target, body string) string {
	f.t.Helper()
	status, answer := f.do("main", method, target, body)
	if status >= http.StatusBadRequest {
		f.t.Fatalf("%s %s = %d: %s", method, target, status, answer)
	}
	return answer
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // tests marshal strings and lists
	}
	return string(b)
}

// texts returns the texts of an answer's results.
func texts(t testing.TB, answer string) (list []string) {
	t.Helper()
	var out struct{ Results []struct{ Text string } }
	if err := json.Unmarshal([]byte(answer), &out); err != nil {
		t.Fatal(err)
	}
	for _, r := range out.Results {
		list = append(list, r.Text)
	}
	return list
}

func documents(list ...string) []map[string]string {
	var all []map[string]string
	for i, s := range list {
		all = append(all, map[string]string{"id": string(rune('a' + i)), "text": s})
	}
	return all
}
