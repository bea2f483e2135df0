package httpapi

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/customerai/customerai/shared/edge/httpapi/problem/problemtest"
	"github.com/customerai/customerai/shared/trust/auth"
)

func TestARouteAsksForItsScope(t *testing.T) {
	s := newSample(t)
	anonymous := httptest.NewRequest("GET", "/v1/things", nil)
	for _, test := range []struct {
		name string
		r    *http.Request
		want int
	}{
		{"nobody", anonymous, http.StatusUnauthorized},
		{"a principal without a tenant", as(anonymous, auth.Principal{Subject: "x", Scopes: []string{"things:read"}}), http.StatusUnauthorized},
		{"no scopes", as(anonymous, auth.Principal{Subject: "x", Tenant: "main"}), http.StatusForbidden},
		{"another scope", as(anonymous, auth.Principal{Subject: "x", Tenant: "main", Scopes: []string{"things:write"}}), http.StatusForbidden},
		{"a prefix of the scope", as(anonymous, auth.Principal{Subject: "x", Tenant: "main", Scopes: []string{"things"}}), http.StatusForbidden},
		{"the scope", as(anonymous, auth.Principal{Subject: "x", Tenant: "main", Scopes: []string{"a", "things:read"}}), http.StatusOK},
		{"nobody on a public route", httptest.NewRequest("GET", "/page", nil), http.StatusOK},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := s.do(test.r)
			if w.Code != test.want {
				t.Errorf("status = %d, want %d", w.Code, test.want)
			}
			challenge := map[bool]string{true: "Bearer"}[test.want == http.StatusUnauthorized]
			if got := w.Header().Get("WWW-Authenticate"); got != challenge {
				t.Errorf("WWW-Authenticate = %q, want %q", got, challenge)
			}
		})
	}
}

func TestWhoMayNotEnterLearnsNothingAboutTheInput(t *testing.T) {
	s := newSample(t)
	r := httptest.NewRequest("POST", "/v1/things/t?bogus=1", http.NoBody)
	if p := problemtest.Want(t, s.do(r), http.StatusUnauthorized); len(p.Errors) != 0 {
		t.Errorf("errors = %v, want none", p.Errors)
	}
}
