package auth_test

import (
	"testing"

	"github.com/customerai/customerai/shared/trust/auth"
)

func TestBearerTakesOneTokenOfOneHeader(t *testing.T) {
	for name, test := range map[string]struct {
		headers []string
		want    string
		refusal auth.Refusal
	}{
		"the usual spelling":          {[]string{"Bearer a.b.c"}, "a.b.c", ""},
		"the scheme in another case":  {[]string{"bEARER a.b.c"}, "a.b.c", ""},
		"more than one space":         {[]string{"Bearer   a.b.c"}, "a.b.c", ""},
		"no header":                   {nil, "", auth.Missing},
		"an empty header":             {[]string{""}, "", auth.Malformed},
		"the scheme alone":            {[]string{"Bearer"}, "", auth.Malformed},
		"the token alone":             {[]string{"a.b.c"}, "", auth.Malformed},
		"a tab":                       {[]string{"Bearer\ta.b.c"}, "", auth.Malformed},
		"a leading space":             {[]string{" Bearer a.b.c"}, "", auth.Malformed},
		"another scheme":              {[]string{"Basic YTpi"}, "", auth.Malformed},
		"a scheme that folds":         {[]string{"Bearerſ a.b.c"}, "", auth.Malformed},
		"two headers":                 {[]string{"Bearer a.b.c", "Bearer d.e.f"}, "", auth.Malformed},
		"the same header twice":       {[]string{"Bearer a.b.c", "Bearer a.b.c"}, "", auth.Malformed},
		"another header beside it":    {[]string{"Bearer a.b.c", "Basic YTpi"}, "", auth.Malformed},
		"two headers, the first none": {[]string{"", "Bearer a.b.c"}, "", auth.Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := auth.Bearer(test.headers)
			cause := auth.RefusalOf(err)
			if got != test.want || cause != test.refusal || (err == nil) != (test.refusal == "") {
				t.Errorf("Bearer = %q, %v, want %q, %q", got, err, test.want, test.refusal)
			}
		})
	}
}

func TestHeadersThatWereJoinedAreRefusedAsTokens(t *testing.T) {
	f := newForge(t)
	token := f.mint(t)
	for _, header := range []string{"Bearer " + token + ", Bearer " + token, "Bearer " + token + "," + token, "Bearer bearer " + token, "Bearer " + token + " "} {
		joined, err := auth.Bearer([]string{header})
		if err == nil {
			_, err = f.tokens.Verify(joined, now)
		}
		if err == nil {
			t.Errorf("a header of %d bytes is accepted, want a refusal", len(header))
		}
	}
}
