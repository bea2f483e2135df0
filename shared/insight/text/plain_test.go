package text

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAPlainTokenIsReadAsTheLongWayReadsIt(t *testing.T) {
	pieces := strings.Split("a|b|ab|Hello|WORLD|AAA|soo|sooo| |.|,|@|www|http|ftp|://|com|-|'|_|&|amp;|#49;|1|0|12|:|;|é|\u0301|\u200d|\ufe0f\u20e3|٣|!|?|(|)|*|\n|\t|\"|/|#|+|%|[|]|{|}|\\|~|`|$|<|>|=|^|x@y.com|😀|字|\x00|\x01|\xff", "|")
	capitals := regexp.MustCompile(`[A-Z]`)
	read := map[Kind]int{}
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 12).Draw(t, "pieces"), "")
		var whole Document
		whole.Reset(s)
		for i, got := range whole.Tokens {
			var long Document
			long.begin(s)
			long.scan(int(got.Begin))
			want := long.Tokens[0]
			if int(got.normBegin) == int(got.Begin) {
				read[got.Kind]++
			}
			want.Break = got.Break
			if bytes.Equal(whole.Norm(i), long.Norm(0)) {
				got.normBegin, got.normEnd = want.normBegin, want.normEnd
			}
			if got.Plain { // the long way does not say so
				want.Plain, want.Capitals = true, uint8(len(capitals.FindAllString(whole.Raw(i), -1)))
			}
			if got != want {
				t.Fatalf("%q at %d: got %+v %q, want %+v %q", s, got.Begin, got, whole.Norm(i), want, long.Norm(0))
			}
		}
	})
	for _, kind := range []Kind{Word, Number, Punct} {
		if read[kind] == 0 {
			t.Errorf("no plain token of kind %d was drawn", kind)
		}
	}
}
