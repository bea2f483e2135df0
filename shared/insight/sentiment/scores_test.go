package sentiment_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/text"
)

func TestOffsetsShiftTheOddsAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		share := rapid.Float64Range(0.001, 1)
		positive, negative, neutral, mixed := share.Draw(t, "positive"), share.Draw(t, "negative"), share.Draw(t, "neutral"), share.Draw(t, "mixed")
		sum := positive + negative + neutral + mixed
		s := sentiment.Scores{Positive: positive / sum, Negative: negative / sum, Neutral: neutral / sum, Mixed: mixed / sum}
		offset := rapid.Float64Range(-5, 5)
		o := sentiment.Offsets{Positive: offset.Draw(t, "up"), Negative: offset.Draw(t, "down"), Mixed: offset.Draw(t, "both")}
		got := o.Shift(s)
		if total := got.Positive + got.Negative + got.Neutral + got.Mixed; math.Abs(total-1) > 1e-9 {
			t.Fatalf("%+v sum to %v, want 1", got, total)
		}
		for _, pair := range []struct {
			name        string
			got, before float64 // odds
			offset      float64
		}{
			{"positive to negative", got.Positive / got.Negative, s.Positive / s.Negative, o.Positive - o.Negative},
			{"mixed to neutral", got.Mixed / got.Neutral, s.Mixed / s.Neutral, o.Mixed},
		} {
			if want := math.Log(pair.before) + pair.offset; math.Abs(math.Log(pair.got)-want) > 1e-6 {
				t.Fatalf("log odds of %s: got %v, want %v", pair.name, math.Log(pair.got), want)
			}
		}
		if got := (sentiment.Offsets{}).Shift(s); got != s {
			t.Fatalf("no offsets: got %+v, want %+v", got, s)
		}
	})
}

func TestOffsetsOutOfAllMeasureChangeNothing(t *testing.T) {
	s := sentiment.Scores{Positive: 0.5, Negative: 0.2, Neutral: 0.2, Mixed: 0.1}
	for _, o := range []sentiment.Offsets{{Positive: math.Inf(1)}, {Negative: math.NaN()}, {Positive: 1e6}} {
		if got := o.Shift(s); got != s {
			t.Errorf("%+v: got %+v, want %+v", o, got, s)
		}
	}
}

func TestAnOffsetBeyondAllMeasureIsToldByItsName(t *testing.T) {
	within := sentiment.Offsets{Positive: sentiment.MaxOffset, Negative: -sentiment.MaxOffset}
	if got := within.Validate("offsets"); len(got) != 0 {
		t.Errorf("got %v, want no problem at the bounds", got)
	}
	var paths []string
	for _, problem := range (sentiment.Offsets{Positive: 10.1, Neutral: -11, Mixed: math.NaN()}).Validate("offsets") {
		paths = append(paths, problem.Path)
	}
	if want := []string{"offsets.positive", "offsets.neutral", "offsets.mixed"}; !slices.Equal(paths, want) {
		t.Errorf("got %v, want %v", paths, want)
	}
}

func TestACustomersOffsetsMoveTheLabelAndNotTheHighlights(t *testing.T) {
	var d text.Document
	var plain, shifted sentiment.Result
	d.Reset("The delivery was good")
	sentiment.Analyze(&d, &plain)
	sentiment.AnalyzeFor(sentiment.Offsets{Positive: -9, Negative: -9, Neutral: 9}, &d, &shifted)
	if plain.Label != sentiment.Positive || shifted.Label != sentiment.Neutral {
		t.Errorf("got %s and %s, want POSITIVE and NEUTRAL", plain.Label, shifted.Label)
	}
	if shifted.Satisfaction >= plain.Satisfaction {
		t.Errorf("satisfaction %v, want less than %v", shifted.Satisfaction, plain.Satisfaction)
	}
	if len(plain.Highlights) == 0 || len(shifted.Highlights) != len(plain.Highlights) || shifted.Highlights[0] != plain.Highlights[0] {
		t.Errorf("highlights: got %v, want %v", shifted.Highlights, plain.Highlights)
	}
}
