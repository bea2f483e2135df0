package httpapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/edge/httpapi/problem"
	"github.com/customerai/customerai/shared/edge/httpapi/problem/problemtest"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/testkit/observatory"
)

// sweep is one request for every kind of response: each operation, each refusal, unknown paths and methods, a preflight.
func sweep() []*http.Request {
	return []*http.Request{
		request("POST", "/v1/things/t", `{"name":"x"}`),
		request("GET", "/v1/things", ""),
		request("GET", "/page", ""),
		formRequest("echo=x"),
		formRequest("break=x"), // 500
		request("POST", "/v1/things/t", `{}`),
		request("POST", "/v1/things/t", `{`),
		request("POST", "/v1/things/t", strings.Repeat("x", 5000)),
		request("POST", "/v1/things/t", `{"name":"x"}`, "Content-Encoding", "br"),
		request("GET", "/v1/things", "", "Accept", "text/html"),
		request("GET", "/v1/things?x=1", ""),
		request("GET", "/nowhere", ""),
		request("DELETE", "/page", ""),
		httptest.NewRequest("GET", "/v1/things", nil), // 401
		request("OPTIONS", "/page", "", "Access-Control-Request-Method", "GET"),
	}
}

func TestEveryResponseCarriesTheSecurityHeaders(t *testing.T) {
	s := newSample(t)
	s.create = func(context.Context, *createInput) error { panic("boom") }
	seen := map[int]bool{}
	for _, r := range sweep() {
		w := s.do(r)
		seen[w.Code] = true
		for name, want := range map[string]string{
			"Content-Security-Policy":      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
			"Strict-Transport-Security":    "max-age=31536000; includeSubDomains",
			"X-Content-Type-Options":       "nosniff",
			"Referrer-Policy":              "no-referrer",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Embedder-Policy": "require-corp",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Cache-Control":                "no-store",
			"X-Request-Id":                 "fresh-id-0001",
		} {
			if r.Method == "GET" && r.URL.Path == "/page" && name == "Content-Security-Policy" {
				continue // the page has its own
			}
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s %s (%d): %s = %q, want %q", r.Method, r.URL, w.Code, name, got, want)
			}
		}
	}
	for _, status := range []int{200, 400, 401, 404, 405, 406, 413, 415, 500} {
		if !seen[status] {
			t.Errorf("the sweep saw no %d", status)
		}
	}
}

func TestNoResponseScoresBelowTheBestThatHeadersCanEarn(t *testing.T) {
	s := newSample(t, app)
	for origin, want := range map[string]int{"": observatory.Best, "https://evil.test": observatory.Best, app: observatory.Shared} {
		for _, r := range sweep() {
			if r.URL.Path == "/page" && r.Method == http.MethodGet {
				continue // the page has its own policy
			}
			if origin != "" {
				r.Header.Set("Origin", origin)
			}
			w := s.do(r)
			if got, findings := observatory.Score(w.Header()); got != want {
				t.Errorf("%s %s (%d) from %q scores %d with %v, want %d", r.Method, r.URL, w.Code, origin, got, findings, want)
			}
		}
	}
}

func TestAGatewaysOwnAnswersLookLikeAFunctions(t *testing.T) {
	config := Config{Origins: []string{app}, NewID: func() string { return "fresh-id-0001" }}
	for _, test := range []struct {
		err    error
		status int
		header string
	}{
		{errs.New(errs.Unauthorized, "a valid access token is required"), 401, "Www-Authenticate"},
		{errs.New(errs.RateLimited, "slow down"), 429, "Retry-After"},
		{errs.New(errs.NotFound, "there is nothing at this path"), 404, "X-Request-Id"},
	} {
		handler := Middleware(config)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { problem.Write(w, r, test.err) }))
		r := httptest.NewRequest("GET", "/nowhere", nil)
		r.Header.Set("Origin", app)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		problemtest.Want(t, w, test.status)
		h := w.Header()
		if h.Get(test.header) == "" || h.Get("Access-Control-Allow-Origin") != app || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("header = %v, want %s, CORS and security headers", h, test.header)
		}
	}
}
