package httpapi

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/edge/httpapi/problem/problemtest"
)

const (
	app   = "https://app.example.com"
	local = "http://localhost:3000"
)

// nearMisses are origins that differ a little from the allowed ones.
var nearMisses = []string{
	"null", "https://app.example.com.", "https://app.example.com:443", "https://app.example.com:8443", "http://app.example.com",
	"https://App.example.com", "HTTPS://app.example.com", "https://app.example.com/", "https://app.example.co", "https://app.example.comm",
	"https://xapp.example.com", "https://app.example.com.evil.test", "https://evil.test/app.example.com", "https://app-example.com",
	"https://appxexample.com", "https://user@app.example.com", "https://app.example.com@evil.test", "https://evil.test#app.example.com",
	"https://example.com", "https://*.example.com", "*", "https://", "app.example.com", "//app.example.com", "file://", "data:",
	"https://app.example.com,https://evil.test", "https://app.example.com https://evil.test", " https://app.example.com", "https://app.example.com\t",
	"https://xn--app-example.com", "https://аpp.example.com", "http://localhost", "http://localhost:3001", "https://localhost:3000",
	"http://127.0.0.1:3000", "http://localhost:3000.evil.test", "http://localhost:30000", "http://[::1]:3000", "chrome-extension://abc",
	"https://app.example.com%00", "https://" + strings.Repeat("a", 4096),
}

func TestNoOriginsNoCORSHeadersAtAll(t *testing.T) {
	s := newSample(t)
	for _, r := range sweep() {
		r.Header.Set("Origin", app)
		for name := range s.do(r).Header() {
			if strings.HasPrefix(name, "Access-Control-") || name == "Vary" {
				t.Errorf("%s %s has %s, want no CORS header", r.Method, r.URL, name)
			}
		}
	}
	w := s.do(request("OPTIONS", "/v1/things", "", "Origin", app, "Access-Control-Request-Method", "GET"))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("preflight = %d, want 405", w.Code)
	}
}

func TestEveryResponseVariesByOriginAndNamesAnAllowedOne(t *testing.T) {
	s := newSample(t, app, local)
	for _, origin := range append([]string{app, local, ""}, nearMisses...) {
		want := map[bool]string{true: origin}[origin == app || origin == local]
		for i, r := range sweep() {
			if origin != "" {
				r.Header["Origin"] = []string{origin}
			}
			h := s.do(r).Header()
			if got := h.Get("Access-Control-Allow-Origin"); got != want {
				t.Errorf("request %d with Origin %.60q names %q, want %q", i, origin, got, want)
			}
			if !slices.Contains(h.Values("Vary"), "Origin") {
				t.Errorf("request %d with Origin %.60q: Vary = %q, want Origin in it", i, origin, h.Values("Vary"))
			}
			if h.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("request %d allows credentials", i)
			}
		}
	}
}

// A reference model of the Fetch standard's preflight: would a browser let the page make the call?
func TestPreflightsAgreeWithTheModel(t *testing.T) {
	s := newSample(t, app)
	methods := map[string][]string{"/v1/things": {"GET"}, "/v1/things/t": {"POST"}, "/page": {"GET", "POST"}}
	headers := []string{"", "authorization", "content-type, idempotency-key", "x-request-id", "x-evil", "authorization, x-evil"}
	cells := 0
	for path, allowed := range methods {
		for _, origin := range append([]string{app}, nearMisses...) {
			for _, method := range []string{"GET", "POST", "PUT", "DELETE", "PATCH"} {
				for _, header := range headers {
					cells++
					r := httptest.NewRequest("OPTIONS", path, nil) // and nobody's token
					r.Header["Origin"] = []string{origin}
					r.Header.Set("Access-Control-Request-Method", method)
					if header != "" {
						r.Header.Set("Access-Control-Request-Headers", header)
					}
					w := s.do(r)
					if w.Code != http.StatusNoContent || w.Body.Len() != 0 {
						t.Fatalf("preflight = %d %s, want 204 without a body", w.Code, w.Body)
					}
					want := origin == app && slices.Contains(allowed, method) && !strings.Contains(header, "x-evil")
					if got := browserAllows(w.Header(), origin, method, header); got != want {
						t.Errorf("%s %s from %.40q with %q allowed = %v, want %v", method, path, origin, header, got, want)
					}
				}
			}
		}
	}
	if cells < 1000 || s.calls != 0 {
		t.Errorf("cells = %d with %d calls, want at least 1,000 and no side effect", cells, s.calls)
	}
}

// browserAllows is the check of the Fetch standard, without credentials, for methods and headers that are not safelisted.
func browserAllows(h http.Header, origin, method, requested string) bool {
	allow := h.Get("Access-Control-Allow-Origin")
	if allow != "*" && allow != origin {
		return false
	}
	list := func(name string) []string {
		return strings.Split(strings.ToLower(strings.ReplaceAll(h.Get(name), " ", "")), ",")
	}
	if !slices.Contains(list("Access-Control-Allow-Methods"), strings.ToLower(method)) {
		return false
	}
	for name := range strings.SplitSeq(requested, ",") {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(list("Access-Control-Allow-Headers"), name) {
			return false
		}
	}
	return true
}

func TestAPreflightNeedsAPath(t *testing.T) {
	r := httptest.NewRequest("OPTIONS", "/nowhere", nil)
	r.Header.Set("Origin", app)
	r.Header.Set("Access-Control-Request-Method", "GET")
	problemtest.Want(t, newSample(t, app).do(r), http.StatusNotFound)
}
