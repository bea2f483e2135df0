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
	"github.com/customerai/customerai/infra/local/gateway"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/testkit/browser"
)

// asks is a page that calls the API named in its query, each way once, and writes down what it could read.
const asks = `<!doctype html><body>waiting</body><script>
const query = new URLSearchParams(location.search), api = query.get("api"), busy = query.get("busy");
const calls = [
  ["no token",      "/v1/batches",  {}],
  ["a bad token",   "/v1/batches",  {headers: {Authorization: "Bearer x"}}],
  ["a preflight",   "/v1/sentiment", {method: "POST", headers: {Authorization: "Bearer x", "Content-Type": "application/json"}, body: "{}"}],
  ["no such path",  "/v2",          {}],
  ["public",        "/health/live", {}],
  ["too many",      "/health/live", {}, busy],
];
Promise.all(calls.map(([name, path, options, at]) => fetch((at || api) + path, options).then(
  async r => name + ": " + r.status + " " + ((await r.json()).code || "fine") + (r.headers.get("X-Request-Id") ? "" : ", no request id") +
    (r.headers.get("Retry-After") ? ", again in " + r.headers.get("Retry-After") + " s" : ""),
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
	api, busy := served(t, allowed.URL, gateway.Limits{}), served(t, allowed.URL, gateway.Limits{Rate: 1, Burst: 1})
	if first, err := http.Get(busy + "/health/live"); err != nil || first.Body.Close() != nil { // takes all that may come at once
		t.Fatal(err)
	}

	for origin, want := range map[string]string{
		allowed.URL: "no token: 401 unauthorized; a bad token: 401 unauthorized; a preflight: 401 unauthorized; no such path: 404 not_found; public: 200 fine; " +
			"too many: 429 rate_limited, again in 1 s",
		foreign.URL: "no token: blocked; a bad token: blocked; a preflight: blocked; no such path: blocked; public: blocked; too many: blocked",
	} {
		if got := browser.Text(t, fmt.Sprintf("%s/?api=%s&busy=%s", origin, api, busy)); got != want {
			t.Errorf("a page read %q, want %q", got, want)
		}
	}
}

// served serves the bundle by a clock that stands still, and returns its address.
func served(t *testing.T, origin string, limits gateway.Limits) string {
	t.Helper()
	now := time.Now()
	b, err := bundle.Open(t.Context(), bundle.Config{
		Folder: filepath.Join(t.TempDir(), "data"), BaseURL: "http://localhost", Stage: env.Development,
		Origins: []string{origin}, Limits: limits, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(b.Handler)
	t.Cleanup(func() {
		server.Close()
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return server.URL
}
