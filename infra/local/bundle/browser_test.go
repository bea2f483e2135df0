package bundle_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/local/bundle"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/testkit/browser"
)

// asks is a page that calls the API named in its query, each way once, and writes down what it could read.
const asks = `<!doctype html><body>waiting</body><script>
const api = new URLSearchParams(location.search).get("api");
const calls = [
  ["no token",      "/v1/batches",  {}],
  ["a bad token",   "/v1/batches",  {headers: {Authorization: "Bearer x"}}],
  ["a preflight",   "/v1/sentiment", {method: "POST", headers: {Authorization: "Bearer x", "Content-Type": "application/json"}, body: "{}"}],
  ["no such path",  "/v2",          {}],
  ["public",        "/health/live", {}],
];
Promise.all(calls.map(([name, path, options]) => fetch(api + path, options).then(
  async r => name + ": " + r.status + " " + ((await r.json()).code || "fine") + (r.headers.get("X-Request-Id") ? "" : ", no request id"),
  () => name + ": blocked"))).then(lines => { document.body.textContent = lines.join("; ") });
</script>`

func TestABrowserLetsPagesOfAllowedOriginsAloneReadAnswersRefusalsIncluded(t *testing.T) {
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, asks)
	})
	allowed, foreign := httptest.NewServer(page), httptest.NewServer(page)
	defer allowed.Close()
	defer foreign.Close()
	b, err := bundle.Open(t.Context(), bundle.Config{
		Folder: filepath.Join(t.TempDir(), "data"), BaseURL: "http://localhost", Stage: env.Development,
		Origins: []string{allowed.URL}, Logger: slog.New(slog.DiscardHandler), Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Close() }()
	api := httptest.NewServer(b.Handler)
	defer api.Close()

	for origin, want := range map[string]string{
		allowed.URL: "no token: 401 unauthorized; a bad token: 401 unauthorized; a preflight: 401 unauthorized; no such path: 404 not_found; public: 200 fine",
		foreign.URL: "no token: blocked; a bad token: blocked; a preflight: blocked; no such path: blocked; public: blocked",
	} {
		if got := browser.Text(t, fmt.Sprintf("%s/?api=%s", origin, api.URL)); got != want {
			t.Errorf("a page read %q, want %q", got, want)
		}
	}
}
