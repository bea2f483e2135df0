package handler

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzParse: a form that is accepted names a client in one place, with its secret or not at all, and nothing twice.
func FuzzParse(f *testing.F) {
	for _, body := range []string{
		"", "grant_type=client_credentials", "grant_type=password&username=ann&password=hunter2", "client_id=a&client_secret=b", "client_id=a", "scope=a&scope=b",
		"%zz", "a;b", "grant_type=refresh_token&refresh_token=x&unknown=1",
	} {
		for _, authorization := range []string{"", "Basic YTpi", "Basic YQ==", "Basic JTdlOmI=", "basic YTpi", "Bearer x"} {
			f.Add(body, authorization)
		}
	}
	f.Fuzz(func(t *testing.T, body, authorization string) {
		request := httptest.NewRequest(http.MethodPost, "/v1/oauth/token", strings.NewReader(body))
		if authorization != "" {
			request.Header.Set("Authorization", authorization)
		}
		form, refused := parse(request)
		if refused != nil {
			if refused.status != http.StatusBadRequest && refused.status != http.StatusUnauthorized {
				t.Errorf("refused with %d", refused.status)
			}
			return
		}
		if (form.clientID == "") != (form.secret == "") {
			t.Errorf("half a client is accepted: %q", form.clientID)
		}
		if problem := form.grantProblem(); problem == nil && form.grantType != clientCredentials && form.grantType != password && form.grantType != refreshToken {
			t.Errorf("the grant %q is accepted", form.grantType)
		}
	})
}
