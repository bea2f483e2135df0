package httpapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/edge/httpapi/paging"
	"github.com/customerai/customerai/shared/edge/httpapi/problem/problemtest"
)

func TestPagesFollowEachOther(t *testing.T) {
	s := newSample(t)
	body := s.do(request("GET", "/v1/things?limit=10", "")).Body.String()
	token := paging.Token("listThings", "+")
	if want := `{"things":["+"],"nextToken":"` + token + `"}`; body != want {
		t.Fatalf("first page = %s, want %s", body, want)
	}
	body = s.do(request("GET", "/v1/things?nextToken="+token, "")).Body.String()
	if !strings.HasPrefix(body, `{"things":["++"]`) {
		t.Errorf("second page = %s, want it to go on from the first", body)
	}
}

func TestATokenOfAnotherListIsRefused(t *testing.T) {
	p := problemtest.Want(t, newSample(t).do(request("GET", "/v1/things?nextToken="+paging.Token("other", "x"), "")), http.StatusBadRequest)
	if got, want := problemtest.Fields(p), "nextToken: must be the nextToken of this list's last answer, unchanged"; got != want {
		t.Errorf("errors = %q, want %q", got, want)
	}
}
