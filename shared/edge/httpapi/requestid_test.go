package httpapi

import (
	"context"
	"strings"
	"testing"
)

func TestAWellFormedRequestIDIsKeptAndAnyOtherReplaced(t *testing.T) {
	s := newSample(t)
	var inside string
	s.create = func(ctx context.Context, _ *createInput) error { inside = RequestID(ctx); return nil }
	const fresh = "fresh-id-0001"
	for given, want := range map[string]string{
		"c6af9ac6-7b61-11e6-9a41-93e8deadbeef": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
		"JKJaXmPLvHcESHA":                      "JKJaXmPLvHcESHA",
		strings.Repeat("a", 64):                strings.Repeat("a", 64),
		strings.Repeat("a", 65):                fresh,
		"":                                     fresh,
		"short":                                fresh,
		"has space inside":                     fresh,
		"line\nbreak-here":                     fresh,
		"quote\"quote-x":                       fresh,
		"extended=JKJaXm":                      fresh,
		"jané-jané-jané":                       fresh,
	} {
		r := request("POST", "/v1/things/t", `{"name":"x"}`)
		r.Header["X-Request-Id"] = []string{given}
		w := s.do(r)
		if got := w.Header().Get("X-Request-Id"); got != want || inside != want {
			t.Errorf("request id of %q = %q outside and %q inside, want %q", given, got, inside, want)
		}
	}
	if got := RequestID(context.Background()); got != "" {
		t.Errorf("RequestID outside of a request = %q, want none", got)
	}
}
