package sentiment

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/text"
)

func TestSharesSumToTheDecisionValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom([]string{
			"good", "bad", "not", "never", "but", "although", "very", "!", "?", ".", ",", "great", "declined again", "thanks for nothing", "😡", "service", "NO", "Yes",
			"5 stars", "the", "my", "used to", "helpful", "\n",
		}), 0, 40).Draw(t, "words")
		s := ""
		for _, word := range words {
			s += word + " "
		}
		var d text.Document
		var w work
		d.Reset(s)
		w.set.Extract(lexicon.Embedded(), model.Embedded().Index(), &d)
		w.read(model.Embedded(), &d)
		w.weigh(model.Embedded())
		got := 0.0
		for _, share := range w.padded {
			got += share
		}
		if want := w.positive - w.negative; math.Abs(got-want) > 1e-6*(1+math.Abs(want)) {
			t.Fatalf("shares of %q sum to %v, want %v", s, got, want)
		}
	})
}
