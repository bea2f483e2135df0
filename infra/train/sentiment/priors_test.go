package sentiment

import (
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/sentiment/priors"
)

// An engine that thinks all labels alike likely where it is in doubt, and a source that is neutral there.
func doubtful(n int) []priors.Sample {
	samples := make([]priors.Sample, n)
	for i := range samples {
		s := &samples[i]
		switch i % 4 {
		case 0:
			s.Label, s.Scores = sentiment.Positive, sentiment.Scores{Positive: 0.9, Negative: 0.05, Neutral: 0.05}
		case 1:
			s.Label, s.Scores = sentiment.Negative, sentiment.Scores{Positive: 0.05, Negative: 0.9, Neutral: 0.05}
		default:
			s.Label, s.Scores = sentiment.Neutral, sentiment.Scores{Positive: 0.4, Negative: 0.25, Neutral: 0.35}
		}
	}
	return samples
}

func TestWhatCalibrationIsWorthIsMeasuredOnRowsThatItDidNotSee(t *testing.T) {
	found := gains([]string{"big", "small"}, map[string][]priors.Sample{"big": doubtful(1200), "small": doubtful(400)})
	if len(found) != 2 {
		t.Fatalf("got %+v, want the big source as it is and mostly neutral: all else leaves too few rows", found)
	}
	for _, g := range found {
		if g.before.Rows != g.after.Rows || g.before.Rows > 900 || g.before.Accuracy > 0.6 || g.after.Accuracy < 0.99 {
			t.Errorf("%s: got %+v and %+v, want half of at most 900 rows right before and all of them after", g.mix, g.before, g.after)
		}
	}
	table := gainTable(found)
	if !strings.Contains(table, "| big | as it is | 900 | .500 > 1.000 |") {
		t.Errorf("got %s, want the means as a row", table)
	}
}

func TestAMixHasItsShares(t *testing.T) {
	for _, m := range mixes[1:] {
		rows := m.of(doubtful(1000))
		counts := map[sentiment.Label]float64{}
		for _, s := range rows {
			counts[s.Label]++
		}
		n := float64(len(rows))
		for label, want := range map[sentiment.Label]float64{sentiment.Positive: m.positive, sentiment.Negative: m.negative, sentiment.Neutral: m.neutral} {
			if got := counts[label] / n; got < want-0.01 || got > want+0.01 {
				t.Errorf("%s: %s is %.3f, want %.2f", m.name, label, got, want)
			}
		}
	}
}
