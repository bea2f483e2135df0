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

// FuzzAccept: whatever else a client accepts, what it names first decides, and the rest is read without harm.
func FuzzAccept(f *testing.F) {
	for _, seed := range []string{
		"", "*/*", "*/*;q=0", "application/*;q=0.1, text/html", "application/json;q=0", ";;", "a/b/c", "text/html;q=x", "application/json; q=1; q=0", "\x00",
		"application/json;q=NaN", ",,,", "*/json", `application/json;q="0"`,
	} {
		f.Add(seed)
	}
	const offered = "application/json"
	f.Fuzz(func(t *testing.T, ranges string) {
		if !acceptable(offered+","+ranges, offered) {
			t.Errorf("%q rules out what it begins with", offered+","+ranges)
		}
		if acceptable(offered+";q=0,"+ranges, offered) {
			t.Errorf("%q does not rule out what it begins with", offered+";q=0,"+ranges)
		}
	})
}
