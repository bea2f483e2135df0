package sentiment_test

import (
	"testing"

	"github.com/customerai/customerai/shared/insight/sentiment"
)

// joints set one clause against another, with a conjunction or without.
var joints = []string{
	", ", "; ", ". ", "! ", " - ", " – ", " — ", "... ", "\n", " (but ", " but ", ", but ", ", and ", " and ", ", yet ", ", though ", " although ", ", even though ", ", however, ", ", except ", ". Unfortunately ",
	", shame about the ", ", while ", ", only the ", " / ", " + ", ": ", ", still, ", "… ",
}

func TestTwoMindsAreFoundHoweverTheyAreJoined(t *testing.T) {
	for _, pair := range [][2]string{{"great product", "awful delivery"}, {"terrible seats", "lovely crew"}} {
		for _, joint := range joints {
			s := pair[0] + joint + pair[1]
			if r := analyze(s); r.Label != sentiment.Mixed {
				t.Errorf("%q: got %s %+v, want MIXED", s, r.Label, r.Scores)
			}
		}
	}
}
