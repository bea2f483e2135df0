package text

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAPlainWordIsReadAsTheLongWayReadsIt(t *testing.T) {
	pieces := strings.Split("a|b|ab|Hello|AAA|soo|sooo| |.|,|@|www|http|ftp|://|com|-|'|_|&|amp;|1|0|é|\u0301|\u200d|!|?|\n|\"|/|#|+|%|x@y.com|😀|字|\x00|\xff", "|")
	read := 0
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 8).Draw(t, "pieces"), "")
		var whole Document
		whole.Reset(s)
		for _, token := range whole.Tokens {
			fast, slow := Document{Text: s, nextAt: -1}, Document{Text: s, nextAt: -1}
			begin := int(token.Begin)
			if fast.scanPlain(begin) == begin {
				continue
			}
			read++
			r, n := slow.peek(begin)
			slow.scanName(begin, r, n)
			if got, want := fast.Tokens[0], slow.Tokens[0]; got != want || !bytes.Equal(fast.Norm(0), slow.Norm(0)) {
				t.Fatalf("%q at %d: got %+v %q, want %+v %q", s, begin, got, fast.Norm(0), want, slow.Norm(0))
			}
		}
	})
	if read == 0 {
		t.Error("no plain word was drawn")
	}
}
