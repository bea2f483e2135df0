package paging

import (
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
)

func TestATokenWorksForItsListOnly(t *testing.T) {
	for _, cursor := range []string{"x", "a\x00b", strings.Repeat("ü", 500)} {
		token := Token("list", cursor)
		if got, err := (Input{NextToken: token}).Cursor("list"); err != nil || got != cursor {
			t.Errorf("Cursor = %q, %v; want %q", got, err, cursor)
		}
		for name, bad := range map[string]Input{
			"cut short": {NextToken: token[:len(token)-1]}, "longer": {NextToken: token + "A"}, "changed": {NextToken: "A" + token[1:]},
			"padded": {NextToken: token + "="}, "not base64": {NextToken: "%"}, "too short": {NextToken: "AAAA"},
		} {
			_, err := bad.Cursor("list")
			if public := errs.Public(err); public.Code != errs.Invalid || len(public.Fields) != 1 || public.Fields[0].Path != "nextToken" {
				t.Errorf("a token %s: %v, want a problem with nextToken", name, err)
			}
		}
		if _, err := (Input{NextToken: token}).Cursor("another"); !errs.Is(err, errs.Invalid) {
			t.Errorf("another list's token: %v, want invalid", err)
		}
	}
	if got, err := (Input{}).Cursor("list"); got != "" || err != nil || Token("list", "") != "" {
		t.Errorf("no token = %q, %v; want the first page", got, err)
	}
}
