package detect

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
	"github.com/customerai/customerai/shared/insight/text"
)

func TestNothingIsInWhatIsPassedOver(t *testing.T) {
	pieces := rapid.SampledFrom([]string{
		"my", "card", "Mail", "DE89370400440532013000", "AB12", "4111-1111-1111-1111", "12", "(415)", "555-0132", "+44", "jane", "@", "example.com", "2001:db8::1",
		".", ",", ":", "-", "/", "'", "!", "!!!", ")", "(", ";", "?", "_", "#", "é", "&amp;", "&#39;", "…", "\n", " ", " ", " ", "  ",
	})
	rapid.Check(t, func(t *rapid.T) {
		message := strings.Join(rapid.SliceOfN(pieces, 0, 30).Draw(t, "pieces"), "")
		found := func(passing bool) []pii.Entity {
			var d text.Document
			d.Reset(message)
			for i := range d.Tokens {
				d.Tokens[i].Upper = d.Tokens[i].Upper || !passing
			}
			s := evidence.Sheet{Doc: &d, Text: message}
			scanBytes(&s)
			return s.Found
		}
		if got, want := found(true), found(false); !slices.Equal(got, want) {
			t.Fatalf("%q: got %+v, want %+v", message, got, want)
		}
	})
}
