package httpapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
)

func TestPagesFollowEachOther(t *testing.T) {
	s := newSample(t)
	body := s.do(request("GET", "/v1/things?limit=10", "")).Body.String()
	token := EncodeToken("listThings", "+")
	if want := `{"things":["+"],"nextToken":"` + token + `"}`; body != want {
		t.Fatalf("first page = %s, want %s", body, want)
	}
	body = s.do(request("GET", "/v1/things?nextToken="+token, "")).Body.String()
	if !strings.HasPrefix(body, `{"things":["++"]`) {
		t.Errorf("second page = %s, want it to go on from the first", body)
	}
}

func TestATokenWorksForItsListOnly(t *testing.T) {
	for _, cursor := range []string{"x", "a\x00b", strings.Repeat("ü", 500)} {
		token := EncodeToken("list", cursor)
		if got, err := (Paging{NextToken: token}).Cursor("list"); err != nil || got != cursor {
			t.Errorf("Cursor = %q, %v; want %q", got, err, cursor)
		}
		for name, bad := range map[string]Paging{
			"cut short": {NextToken: token[:len(token)-1]}, "longer": {NextToken: token + "A"}, "changed": {NextToken: "A" + token[1:]},
			"padded": {NextToken: token + "="}, "not base64": {NextToken: "%"}, "too short": {NextToken: "AAAA"},
		} {
			_, err := bad.Cursor("list")
			if public := errs.Public(err); public.Code != errs.Invalid || len(public.Fields) != 1 || public.Fields[0].Path != "nextToken" {
				t.Errorf("a token %s: %v, want a problem with nextToken", name, err)
			}
		}
		if _, err := (Paging{NextToken: token}).Cursor("another"); !errs.Is(err, errs.Invalid) {
			t.Errorf("another list's token: %v, want invalid", err)
		}
	}
	if got, err := (Paging{}).Cursor("list"); got != "" || err != nil || EncodeToken("list", "") != "" {
		t.Errorf("no token = %q, %v; want the first page", got, err)
	}
	problem(t, newSample(t).do(request("GET", "/v1/things?nextToken="+EncodeToken("other", "x"), "")), http.StatusBadRequest)
}
