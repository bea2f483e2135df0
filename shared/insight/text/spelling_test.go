package text_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/text"
)

func TestASpellingIsTheFirstBytesOfANormalForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var d text.Document
		d.Reset(rapid.StringMatching(`(([a-zA-Z']{1,20}|[éßшх]{1,12}|[0-9,]{1,9})[ .]){0,9}([a-z]{1,9}|[éß]{1,9})?`).Draw(t, "message"))
		for i := range d.Tokens {
			var want [text.Spelt / 8]uint64
			for at, c := range d.Norm(i)[:min(len(d.Norm(i)), text.Spelt)] {
				want[at/8] |= uint64(c) << (at % 8 * 8)
			}
			if low, high := d.Spelling(i); low != want[0] || high != want[1] {
				t.Errorf("%q: got %x %x, want %x", d.Norm(i), low, high, want)
			}
		}
	})
}
