package blob_test

import (
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
)

func TestValidKey(t *testing.T) {
	for key, valid := range map[string]bool{
		"a":                                true,
		"main/incoming/bat_1/messages.csv": true,
		"main/with space/ü/🙂":              true,
		"main/a..b/c.":                     true,
		"main/" + strings.Repeat("x", 255): true,
		strings.Repeat("x/", blob.MaxKey/2-1) + "xx": true,
		strings.Repeat("x/", blob.MaxKey/2) + "x":    false,
		"main/" + strings.Repeat("x", 256):           false,
		"":                                           false,
		"/main":                                      false,
		"main/":                                      false,
		"main//x":                                    false,
		".":                                          false,
		"main/..":                                    false,
		"main/../x":                                  false,
		"main/.x":                                    false,
		`main\x`:                                     false,
		"main/\x00":                                  false,
		"main/\t":                                    false,
		"main/\x7f":                                  false,
		"main/\xc3":                                  false,
	} {
		err := blob.ValidKey(key)
		if got := err == nil; got != valid {
			t.Errorf("%q: got %v, want valid %v", key, err, valid)
		}
		if err != nil && (errs.CodeOf(err) != errs.Invalid || (len(key) > 2 && strings.Contains(err.Error(), key))) {
			t.Errorf("%q: got %v, want an invalid key that is not echoed", key, err)
		}
	}
}

func FuzzValidKey(f *testing.F) {
	f.Add("main/incoming/messages.csv")
	f.Add("main/../../etc/passwd")
	f.Fuzz(func(t *testing.T, key string) {
		if blob.ValidKey(key) != nil {
			return
		}
		for segment := range strings.SplitSeq(key, "/") {
			if segment == "" || segment == "." || segment == ".." || strings.ContainsAny(segment, "\\\x00\n") {
				t.Errorf("got %q accepted", key)
			}
		}
	})
}

func TestAListingHasALimitAndItsOwnCursor(t *testing.T) {
	for name, c := range map[string]struct {
		prefix, cursor string
		limit          int
		valid          bool
	}{
		"the first page":              {"main/", "", 1, true},
		"the next page":               {"main/", "main/a", 1, true},
		"of everything":               {"", "main/a", 1, true},
		"no limit":                    {"main/", "", 0, false},
		"less than none":              {"main/", "", -1, false},
		"another prefix's cursor":     {"main/", "rival/a", 1, false},
		"a cursor that can be no key": {"main/", "main/../rival/a", 1, false},
	} {
		err := blob.ValidListing(c.prefix, c.cursor, c.limit)
		if (err == nil) != c.valid || err != nil && (errs.CodeOf(err) != errs.Invalid || strings.Contains(err.Error(), "rival")) {
			t.Errorf("%s: got %v, want valid %t, and no cursor in the error", name, err, c.valid)
		}
	}
}
