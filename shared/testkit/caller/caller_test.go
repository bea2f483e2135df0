package caller_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/testkit/caller"
	"github.com/customerai/customerai/shared/testkit/witness"
	"github.com/customerai/customerai/shared/trust/auth"
)

// echo answers who asks for what.
func echo(w http.ResponseWriter, r *http.Request) {
	principal, _ := auth.PrincipalFrom(r.Context())
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	switch r.URL.Path {
	case "/empty":
		w.WriteHeader(http.StatusNoContent)
	case "/page":
		_, _ = io.WriteString(w, "<p>")
	default:
		_, _ = fmt.Fprintf(w, "{\"who\":\"%s %s %v\",\"what\":\"%s %s %s\",\"headers\":\"%s %s\"}\n",
			principal.Tenant, principal.Subject, principal.Scopes, r.Method, r.URL, body, r.Header.Get("Content-Type"), r.Header.Get("X-A"))
	}
}

func echoed(t testing.TB) *caller.Caller {
	return &caller.Caller{T: t, Handler: http.HandlerFunc(echo), Scopes: []string{"things:read"}}
}

func TestARequestIsThatOfATenantsClient(t *testing.T) {
	for _, test := range []struct {
		method, body string
		headers      []string
		want         string
	}{
		{"GET", "", nil, `{"who":"rival client [things:read]","what":"GET /v1/things?limit=1 ","headers":" "}`},
		{"POST", "1", []string{"X-A", "b"}, `{"who":"rival client [things:read]","what":"POST /v1/things?limit=1 1","headers":"application/json b"}`},
	} {
		if status, got := echoed(t).Do("rival", test.method, "/v1/things?limit=1", test.body, test.headers...); status != http.StatusOK || got != test.want {
			t.Errorf("got %d %s, want 200 %s", status, got, test.want)
		}
	}
	if status, got := echoed(t).Do("main", "DELETE", "/empty", ""); status != http.StatusNoContent || got != "" {
		t.Errorf("got %d %q, want 204 and nothing", status, got)
	}
}

func TestAnAnswerThatIsNotTheWantedOneFailsTheTest(t *testing.T) {
	for name, test := range map[string]struct {
		do   func(testing.TB)
		want int
	}{
		"the answer":                 {func(t testing.TB) { echoed(t).Want("GET", "/", "", http.StatusOK, "main client") }, 0},
		"another status":             {func(t testing.TB) { echoed(t).Want("GET", "/", "", http.StatusCreated, "main client") }, 1},
		"another body":               {func(t testing.TB) { echoed(t).Want("GET", "/", "", http.StatusOK, "rival") }, 1},
		"no JSON":                    {func(t testing.TB) { echoed(t).Do("main", "GET", "/page", "") }, 1},
		"the answer to a sample":     {func(t testing.TB) { echoed(t).WantSample("health-live", http.StatusOK) }, 0},
		"another answer to a sample": {func(t testing.TB) { echoed(t).WantSample("health-live", http.StatusCreated) }, 1},
		"a sample that is not there": {func(t testing.TB) { echoed(t).WantSample("health-dead", http.StatusOK) }, 1},
		"an API that is not whole": {func(t testing.TB) {
			api, err := httpapi.New("health", httpapi.Config{})
			if err != nil {
				panic(err)
			}
			caller.New(t, api)
		}, 1},
	} {
		if seen := witness.Of(t, test.do); len(seen.Failures) != test.want {
			t.Errorf("%s: failures = %q, want %d", name, seen.Failures, test.want)
		}
	}
}
