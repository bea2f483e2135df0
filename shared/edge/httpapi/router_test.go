package httpapi

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/customerai/customerai/shared/edge/httpapi/problem/problemtest"
	"github.com/customerai/customerai/shared/errs"
)

func TestWhatIsNotThereIs404WithoutARedirect(t *testing.T) {
	s := newSample(t)
	for _, path := range []string{
		"/", "/v1", "/v1/things/", "/v1//things", "/v1/./things", "/v1/../v1/things", "//v1/things", "/V1/things", "/v1/things/a/b",
		"/page/", "/docs", "/openapi", "/openapi.yaml", "/schemas/Problem", "/v1/things/..", "*", "",
	} {
		r := request("GET", "/", "")
		r.URL = &url.URL{Path: path}
		if p := problemtest.Want(t, s.do(r), http.StatusNotFound); p.Code != errs.NotFound {
			t.Errorf("GET %s has code %s, want %s", path, p.Code, errs.NotFound)
		}
	}
	r := request("GET", "/", "")
	r.URL = &url.URL{Path: "/v1/things/\xff"}
	problemtest.Want(t, s.do(r), http.StatusNotFound)
}

func TestAnEscapedSlashStaysInsideItsSegment(t *testing.T) {
	w := newSample(t).do(request("POST", "/v1/things/a%2Fb", `{"name":"x"}`))
	if want := `{"thingId":"a/b","name":"x","notes":{},"parts":[]}`; w.Body.String() != want {
		t.Errorf("answer = %d %s, want %s", w.Code, w.Body, want)
	}
}

func TestAnotherMethodIs405WithThePathsMethods(t *testing.T) {
	s := newSample(t)
	for _, test := range []struct{ method, path, want string }{
		{"DELETE", "/page", "GET, POST"},
		{"POST", "/v1/things", "GET"},
		{"HEAD", "/v1/things", "GET"},
		{"get", "/v1/things", "GET"},
		{"OPTIONS", "/v1/things", "GET"},
		{"TRACE", "/page", "GET, POST"},
		{"PROPFIND", "/v1/things/x", "POST"},
	} {
		w := s.do(request(test.method, test.path, ""))
		if got := w.Header().Get("Allow"); w.Code != http.StatusMethodNotAllowed || got != test.want {
			t.Errorf("%s %s = %d, Allow %q; want 405, %q", test.method, test.path, w.Code, got, test.want)
		}
	}
}

func TestMethodOverridesAreIgnored(t *testing.T) {
	s := newSample(t)
	w := s.do(request("GET", "/v1/things", "", "X-Http-Method-Override", "DELETE", "X-Method-Override", "POST"))
	if w.Code != http.StatusOK {
		t.Errorf("status = %d, want 200", w.Code)
	}
}
