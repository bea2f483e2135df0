package traces_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/testkit/traces"
)

// awkward has something to escape for everybody, and bytes that the two alphabets of base64 write differently.
const awkward = "Zoë <z\"oe>?\xc3\xbf~\n&c/d e"

func TestATextIsFoundHoweverItIsWritten(t *testing.T) {
	inJSON, err := json.Marshal("before " + awkward + " after")
	if err != nil {
		t.Fatal(err)
	}
	leaks := traces.Of("nobody says this", awkward)
	for name, where := range map[string]string{
		"as it is":                  "before " + awkward + " after",
		"quoted by Go":              fmt.Sprintf("%q", "before "+awkward+" after"),
		"in JSON":                   string(inJSON),
		"in a query":                "?q=" + url.QueryEscape("before "+awkward+" after"),
		"in a path":                 "/x/" + url.PathEscape(awkward) + "/y",
		"in hexadecimal":            hex.EncodeToString([]byte("before " + awkward)),
		"in upper-case hexadecimal": strings.ToUpper(hex.EncodeToString([]byte("before " + awkward))),
	} {
		if got := leaks.In(where); !strings.HasPrefix(got, "text 2 "+name+", at byte ") {
			t.Errorf("%s: got %q", name, got)
		}
	}
	for before := range 7 {
		for after := range 4 {
			whole := []byte(strings.Repeat("x", before) + awkward + strings.Repeat("y", after))
			for name, encoding := range map[string]*base64.Encoding{
				"in base64": base64.StdEncoding, "in base64url": base64.URLEncoding,
			} {
				for _, padded := range []*base64.Encoding{encoding, encoding.WithPadding(base64.NoPadding)} {
					if got := leaks.In("[" + padded.EncodeToString(whole) + "]"); !strings.HasPrefix(got, "text 2 in base64") {
						t.Errorf("%s behind %d bytes and before %d: got %q", name, before, after, got)
					}
				}
			}
		}
	}
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	leaks := traces.Of("abcdefgh", awkward)
	for _, where := range []string{"", "abcdefg", "ABCDEFGH", "Zoe", strings.Repeat("YWJj", 3), "6162636465"} {
		if got := leaks.In(where); got != "" {
			t.Errorf("in %q: got %q, want nothing", where, got)
		}
	}
}

func TestWhatIsFoundIsNotRepeated(t *testing.T) {
	if got, want := traces.Of("hunter22").In("the hunter22"), "text 1 as it is, at byte 4"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestATextThatWouldBeFoundByChanceIsRefused(t *testing.T) {
	defer func() {
		if got, want := fmt.Sprint(recover()), "traces: text 2 has 7 bytes, want at least 8"; got != want {
			t.Errorf("panic = %q, want %q", got, want)
		}
	}()
	traces.Of("long enough", "shorter")
}
