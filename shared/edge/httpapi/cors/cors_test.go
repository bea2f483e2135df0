package cors

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/env"
)

const (
	app   = "https://app.example.com"
	local = "http://localhost:3000"
)

// answer is the header of an answer to a page that sends the origins.
func answer(allowed []string, given ...string) http.Header {
	r := httptest.NewRequest(http.MethodGet, "/page", nil)
	r.Header["Origin"] = given
	w := httptest.NewRecorder()
	Middleware(allowed, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })).ServeHTTP(w, r)
	return w.Header()
}

func TestAnAllowedPageMayReadTheAnswer(t *testing.T) {
	for _, test := range []struct {
		name    string
		allowed []string
		given   []string
		want    string
	}{
		{"an origin that is allowed", []string{app, local}, []string{local}, local},
		{"another", []string{app}, []string{local}, ""},
		{"none", []string{app}, nil, ""},
		{"two, each of them allowed", []string{app, local}, []string{app, local}, ""},
		{"whichever, where any is allowed", []string{Any}, []string{"https://evil.test"}, Any},
	} {
		h := answer(test.allowed, test.given...)
		if got := h.Get("Access-Control-Allow-Origin"); got != test.want {
			t.Errorf("%s: Access-Control-Allow-Origin = %q, want %q", test.name, got, test.want)
		}
		if got, want := h.Get("Cross-Origin-Resource-Policy") == "cross-origin", test.want != ""; got != want {
			t.Errorf("%s: readable from elsewhere = %v, want %v", test.name, got, want)
		}
		if h.Get("Vary") != "Origin" || h.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: %v, want it to vary by origin and to allow no credentials", test.name, h)
		}
	}
	if h := answer(nil, app); len(h) != 0 {
		t.Errorf("without origins: %v, want no header at all", h)
	}
}

func TestAPreflightNamesItsOriginAndTheMethodItMeans(t *testing.T) {
	for name, test := range map[string]struct {
		method, origin, means string
		want                  bool
	}{
		"a preflight":             {http.MethodOptions, app, "POST", true},
		"OPTIONS for its own":     {http.MethodOptions, app, "", false},
		"from no page":            {http.MethodOptions, "", "POST", false},
		"the request that it was": {http.MethodPost, app, "POST", false},
	} {
		r := httptest.NewRequest(test.method, "/page", nil)
		r.Header.Set("Origin", test.origin)
		r.Header.Set("Access-Control-Request-Method", test.means)
		if got := IsPreflight(r); got != test.want {
			t.Errorf("%s: IsPreflight = %v, want %v", name, got, test.want)
		}
	}
	w := httptest.NewRecorder()
	Preflight(w, "GET, POST")
	if w.Code != http.StatusNoContent || w.Header().Get("Access-Control-Allow-Methods") != "GET, POST" {
		t.Errorf("the answer = %d %v, want 204 and the path's methods", w.Code, w.Header())
	}
}

func TestParseOrigins(t *testing.T) {
	accepted := []struct {
		stage   env.Stage
		setting string
		want    []string
	}{
		{env.Production, "", nil},
		{env.Production, "  ", nil},
		{env.Production, app, []string{app}},
		{env.Production, app + ", https://b.example.com:8443", []string{app, "https://b.example.com:8443"}},
		{env.Production, "https://192.0.2.1", []string{"https://192.0.2.1"}},
		{env.Production, "https://[2001:db8::1]:8443", []string{"https://[2001:db8::1]:8443"}},
		{env.Production, "https://xn--bcher-kva.example", []string{"https://xn--bcher-kva.example"}},
		{env.Development, local, []string{local}},
		{env.Development, "http://localhost", []string{"http://localhost"}},
		{env.Development, "http://127.0.0.1:3000,http://[::1]:3000", []string{"http://127.0.0.1:3000", "http://[::1]:3000"}},
		{env.Development, "*", []string{"*"}},
		{env.Staging, "*", []string{"*"}},
	}
	for _, test := range accepted {
		got, err := ParseOrigins(test.stage, test.setting)
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("ParseOrigins(%s, %q) = %q, %v; want %q", test.stage, test.setting, got, err, test.want)
		}
	}
	for _, stage := range []env.Stage{env.Production, env.Staging, env.Development} {
		for _, setting := range append([]string{
			"null", ",", app + ",", "," + app, "*," + app, app + ",*", "http://app.example.com", "https://*.example.com", "https://app.example.*",
			"https://app.example.com/", "https://app.example.com/x", "https://app.example.com?x", "https://app.example.com?", "https://app.example.com#x",
			"https://app.example.com#", "https://u@app.example.com", "https://u:p@app.example.com", "https://APP.example.com", "HTTPS://app.example.com",
			"https://app.example.com.", "https://.example.com", "https://app..example.com", "https://app.example.com:443", "https://app.example.com:",
			"https://app.example.com:port", "https://", "https:", "https:app.example.com", "app.example.com", "//app.example.com", "ftp://app.example.com",
			"wss://app.example.com", "file:///x", "https://bücher.example", "https://app_1.example.com", "https://-a.example.com", "https://a-.example.com",
			"https://" + strings.Repeat("a", 64) + ".com", "https://app.example.com https://b.example.com", app + ";" + app, "https://app.example.com\\x",
			"https://app.example.com%2f", "https://%41pp.example.com", "http://localhost.evil.test", "http://192.0.2.1", "https://[2001:db8::1",
			"javascript:alert(1)", "chrome-extension://abc", "data:text/html,x", "true", "0", "\"" + app + "\"", "https://a b.example.com", "http://localhost:80/",
			"http://user@localhost", "http://localhost:80",
			// Other spellings of what browsers send.
			"https://[::A]", "https://[2001:db8:0:0:0:0:0:1]", "https://[0::1]", "https://[::ffff:192.0.2.1]", "https://[fe80::1%25eth0]", "https://192.0.2.01",
			"https://192.0.513", "https://app.example.com:08443", "https://app.example.com:65536", "https://app.example.com:0443",
		}, map[env.Stage][]string{
			env.Production: {"*", local, "http://127.0.0.1"}, env.Staging: {local, "http://[::1]"},
		}[stage]...) {
			got, err := ParseOrigins(stage, setting)
			if err == nil {
				t.Errorf("ParseOrigins(%s, %q) = %q, want an error", stage, setting, got)
			} else if strings.Contains(err.Error(), "evil") || !strings.HasPrefix(err.Error(), "entry ") {
				t.Errorf("ParseOrigins(%s, %q) = %v, want the entry's position and no value", stage, setting, err)
			}
		}
	}
}
