package text

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAPlainTokenIsReadAsTheLongWayReadsIt(t *testing.T) {
	pieces := strings.Split("a|b|ab|Hello|AAA|soo|sooo| |.|,|@|www|http|ftp|://|com|-|'|_|&|amp;|#49;|1|0|12|:|;|é|\u0301|\u200d|\ufe0f\u20e3|٣|!|?|(|)|*|\n|\t|\"|/|#|+|%|x@y.com|😀|字|\x00|\x01|\xff", "|")
	read := map[Kind]int{}
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 8).Draw(t, "pieces"), "")
		var whole Document
		whole.Reset(s)
		for _, token := range whole.Tokens {
			var short, long Document
			short.begin(s)
			long.begin(s)
			begin := int(token.Begin)
			short.next(begin)
			long.scan(begin)
			got, want := short.Tokens[0], long.Tokens[0]
			if bytes.Equal(short.Norm(0), long.Norm(0)) {
				got.normBegin, got.normEnd = want.normBegin, want.normEnd
			}
			if got.Plain {
				want.Plain, want.Capitals = true, got.Capitals // the long way does not say so
			}
			if got != want {
				t.Fatalf("%q at %d: got %+v %q, want %+v %q", s, begin, got, short.Norm(0), want, long.Norm(0))
			}
			if int(short.Tokens[0].normBegin) == begin {
				read[got.Kind]++
			}
		}
	})
	for _, kind := range []Kind{Word, Number, Punct} {
		if read[kind] == 0 {
			t.Errorf("no plain token of kind %d was drawn", kind)
		}
	}
}
