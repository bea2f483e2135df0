package httpapi

import (
	"net/http"
	"testing"

	"github.com/customerai/customerai/shared/edge/httpapi/problem/problemtest"
)

func TestAcceptIsHonoured(t *testing.T) {
	s := newSample(t)
	for accept, want := range map[string]int{
		"": 200, "*/*": 200, "application/json": 200, "application/*": 200, "text/html, */*;q=0.1": 200,
		"application/json;q=0.001": 200, "application/json; charset=utf-8": 200, "nonsense, application/json": 200,
		"text/html": 406, "application/json;q=0": 406, "application/json;q=0, */*": 406, "application/*;q=0, */*": 406,
		"application/problem+json": 406, "nonsense": 406, "application/xml, text/*": 406, "application/json;q=x": 406,
		"*/*;q=0, application/json": 200,
	} {
		w := s.do(request("GET", "/v1/things", "", "Accept", accept))
		if w.Code != want {
			t.Errorf("Accept %q = %d, want %d", accept, w.Code, want)
		}
		if want == http.StatusNotAcceptable {
			problemtest.Want(t, w, want)
		}
	}
	if w := s.do(request("GET", "/page", "", "Accept", "text/html")); w.Code != http.StatusOK {
		t.Errorf("a page for text/html = %d, want 200", w.Code)
	}
	problemtest.Want(t, s.do(request("GET", "/page", "", "Accept", "application/json")), http.StatusNotAcceptable)
}
