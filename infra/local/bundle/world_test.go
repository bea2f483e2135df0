package bundle_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/local/bundle"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/principals"
	"github.com/customerai/customerai/shared/trust/secrets/envsecrets"
)

// world is a bundle with two tenants, and in the first a principal of every role.
type world struct {
	t       *testing.T
	b       *bundle.Bundle
	now     time.Time
	tokens  map[string]string // by role; "administrator" and "rival" may do everything in their tenants
	ids     map[string]string // of the principals, by role
	secrets map[string]string // likewise
}

const rival = "rival"

func newWorld(t *testing.T, remember time.Duration) *world {
	t.Helper()
	w := &world{t: t, now: time.Now(), tokens: map[string]string{"nobody": ""}, ids: map[string]string{}, secrets: map[string]string{}}
	folder := filepath.Join(t.TempDir(), "data")
	b, err := bundle.Open(t.Context(), bundle.Config{
		Folder: folder, BaseURL: "http://localhost", Stage: env.Development, Logger: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return w.now }, Remember: remember,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	w.b = b
	source, _, err := envsecrets.Open(env.Development, folder)
	if err != nil {
		t.Fatal(err)
	}
	set, err := source.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	service := &principals.Service{Table: b.Table(), Audit: audittest.New(t, b.Table(), time.Now), Now: time.Now, NewID: rand.Text}
	for _, role := range append(manifest.RoleNames(), rival) {
		tenant, roles := "main", []string{role}
		if role == rival {
			tenant, roles = rival, []string{"administrator"}
		}
		operator := auth.Principal{Subject: "operator", Tenant: tenant, Scopes: manifest.Scopes()}
		created, secret, err := service.Create(t.Context(), set, operator, principals.Draft{Kind: principals.Client, Roles: roles})
		if err != nil {
			t.Fatal(err)
		}
		w.tokens[role], w.ids[role], w.secrets[role] = w.signIn(created.ID, secret), created.ID, secret
	}
	return w
}

func (w *world) signIn(id, secret string) string {
	w.t.Helper()
	return w.field(w.ask("/v1/oauth/token", id, secret, url.Values{"grant_type": {"client_credentials"}}), "access_token")
}

// ask sends a form as a client.
func (w *world) ask(path, id, secret string, form url.Values) *httptest.ResponseRecorder {
	request := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	request.SetBasicAuth(id, secret)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	recorder := httptest.NewRecorder()
	w.b.Handler.ServeHTTP(recorder, request)
	return recorder
}

func (w *world) send(method, path, body, token string) *httptest.ResponseRecorder {
	request := httptest.NewRequestWithContext(w.t.Context(), method, path, strings.NewReader(body))
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	recorder := httptest.NewRecorder()
	w.b.Handler.ServeHTTP(recorder, request)
	return recorder
}

// field returns a member of an answer that has to be a success.
func (w *world) field(answer *httptest.ResponseRecorder, name string) string {
	w.t.Helper()
	var members map[string]any
	if answer.Code >= 300 || name != "" && json.Unmarshal(answer.Body.Bytes(), &members) != nil {
		w.t.Fatalf("got %d %s, want success", answer.Code, answer.Body)
	}
	return fmt.Sprint(members[name])
}

func (w *world) remove(key table.Key) {
	w.t.Helper()
	if err := w.b.Table().Delete(w.t.Context(), key, table.Any()); err != nil {
		w.t.Fatal(err)
	}
}
