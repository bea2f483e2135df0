package priors_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/sentiment/priors"
)

var labels = []sentiment.Label{sentiment.Positive, sentiment.Negative, sentiment.Neutral, sentiment.Mixed}

// shop is a customer most of whose messages are neutral, read by an engine that thinks the three are alike frequent.
func shop(n int) []priors.Sample {
	samples := make([]priors.Sample, n)
	for i := range samples {
		s := &samples[i]
		switch i / 5 % 10 {
		case 0:
			s.Label, s.Scores = sentiment.Positive, sentiment.Scores{Positive: 0.96, Negative: 0.02, Neutral: 0.02}
		case 1:
			s.Label, s.Scores = sentiment.Negative, sentiment.Scores{Positive: 0.02, Negative: 0.96, Neutral: 0.02}
		case 2, 3, 4:
			s.Label, s.Scores = sentiment.Neutral, sentiment.Scores{Positive: 0.5, Negative: 0.1, Neutral: 0.4}
		default:
			s.Label, s.Scores = sentiment.Neutral, sentiment.Scores{Positive: 0.2, Negative: 0.3, Neutral: 0.5}
		}
	}
	return samples
}

func TestOffsetsFollowHowOftenACustomerIsNeutral(t *testing.T) {
	o := priors.Fit(shop(300))
	if o.Neutral <= o.Positive || o.Neutral <= o.Negative {
		t.Errorf("got %+v, want neutral raised above both", o)
	}
	if sum := o.Positive + o.Negative + o.Neutral + o.Mixed; math.Abs(sum) > 0.003 {
		t.Errorf("offsets sum to %v, want 0", sum)
	}
}

func TestAReportShowsTheGainOnMessagesThatWereNotFittedTo(t *testing.T) {
	offsets, report, err := priors.Calibrate(shop(300))
	if err != nil || report.Rows != 300 || offsets != priors.Fit(shop(300)) {
		t.Errorf("got %+v and %+v, %v, want the fit to 300 rows", offsets, report, err)
	}
	if math.Abs(report.Before.Accuracy-0.7) > 1e-9 || report.After.Accuracy < 0.99 || report.After.MacroF1 <= report.Before.MacroF1 {
		t.Errorf("before %+v, after %+v: want .7 to become 1", report.Before, report.After)
	}
}

// Every fifth message is of one fold. Each fold is of another mind than the rest of the messages.
func TestNoMessageIsJudgedByOffsetsThatWereFittedToIt(t *testing.T) {
	samples := make([]priors.Sample, 55)
	for i := range samples {
		samples[i] = priors.Sample{Label: sentiment.Positive, Scores: sentiment.Scores{Positive: 0.5, Negative: 0.5}}
		if fold := i % 5; fold == 2 || fold == 3 {
			samples[i].Label = sentiment.Negative
		}
	}
	_, report, err := priors.Calibrate(samples)
	if err != nil || report.After.Accuracy > 0.5 || priors.Measure(samples, priors.Fit(samples)).Accuracy < 0.59 {
		t.Errorf("after %+v, %v, want at most half right, where the fit to all has three fifths", report.After, err)
	}
}

func TestAReaderSaysWhatTheEngineSays(t *testing.T) {
	var reader priors.Reader
	for message, want := range map[string]sentiment.Label{"I love it, thank you!": sentiment.Positive, "terrible service, never again": sentiment.Negative} {
		got := reader.Read(message, sentiment.Mixed)
		if got.Label != sentiment.Mixed || got.Scores.Label() != want {
			t.Errorf("%s: got %+v, want %s of the engine and the person's own label", message, got, want)
		}
	}
}

func TestOffsetsStayWithinTheirBounds(t *testing.T) {
	samples := make([]priors.Sample, 1000)
	for i := range samples {
		samples[i] = priors.Sample{Label: sentiment.Negative, Scores: sentiment.Scores{Positive: 1, Negative: 1e-30}}
	}
	if got := priors.Fit(samples); len(got.Validate("")) > 0 {
		t.Errorf("got %+v, want at most %d each", got, sentiment.MaxOffset)
	}
}

func TestMixedIsFittedLikeTheOthers(t *testing.T) {
	samples := make([]priors.Sample, 300)
	for i := range samples {
		samples[i] = priors.Sample{Label: sentiment.Negative, Scores: sentiment.Scores{Positive: 0.1, Negative: 0.3, Neutral: 0.1, Mixed: 0.5}}
	}
	if o := priors.Fit(samples); o.Mixed >= o.Negative || o.Mixed >= 0 {
		t.Errorf("nobody calls a message mixed: got %+v, want mixed lowered", o)
	}
	for i := range samples {
		samples[i].Label = sentiment.Mixed
	}
	if o := priors.Fit(samples); o.Mixed <= 0 {
		t.Errorf("people call them all mixed: got %+v, want mixed raised", o)
	}
}

func TestALabelThatTheEngineRulesOutTeachesNothing(t *testing.T) {
	samples := shop(300)
	want := priors.Fit(samples)
	for range 60 {
		samples = append(samples, priors.Sample{Label: sentiment.Mixed, Scores: sentiment.Scores{Neutral: 1}})
	}
	if got := priors.Fit(samples); math.Abs(got.Mixed-want.Mixed) > 0.01 {
		t.Errorf("got %+v, want mixed as in %+v", got, want)
	}
}

func TestFewMessagesAreNotCalibratedTo(t *testing.T) {
	for name, samples := range map[string][]priors.Sample{"few": shop(priors.Fewest - 1), "none": nil} {
		if _, _, err := priors.Calibrate(samples); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
}

func TestFiguresByHand(t *testing.T) {
	certain := func(l sentiment.Label) (s sentiment.Scores) {
		switch l {
		case sentiment.Positive:
			s.Positive = 1
		case sentiment.Negative:
			s.Negative = 1
		case sentiment.Neutral:
			s.Neutral = 1
		case sentiment.Mixed:
			s.Mixed = 1
		}
		return s
	}
	got := priors.Measure([]priors.Sample{
		{certain(sentiment.Positive), sentiment.Positive},
		{certain(sentiment.Positive), sentiment.Negative},
		{certain(sentiment.Negative), sentiment.Negative},
		{certain(sentiment.Mixed), sentiment.Mixed},
	}, sentiment.Offsets{})
	want := priors.Figures{Rows: 4, Accuracy: 0.75, MacroF1: (2.0/3 + 2.0/3 + 1) / 3, ECE: 0.25}
	if got.Rows != want.Rows || math.Abs(got.Accuracy-want.Accuracy)+math.Abs(got.MacroF1-want.MacroF1)+math.Abs(got.ECE-want.ECE) > 1e-9 {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := priors.Measure(nil, sentiment.Offsets{}); got != (priors.Figures{}) {
		t.Errorf("of nothing: got %+v", got)
	}
}

// What is fitted is never less likely than without offsets, on the samples that it was fitted to, but for the rounding.
func TestFittingNeverHurtsWhatItWasFittedTo(t *testing.T) {
	surprise := func(samples []priors.Sample, o sentiment.Offsets) (sum float64) {
		for _, s := range samples {
			p := o.Shift(s.Scores)
			switch s.Label {
			case sentiment.Positive:
				sum -= math.Log(p.Positive)
			case sentiment.Negative:
				sum -= math.Log(p.Negative)
			case sentiment.Neutral:
				sum -= math.Log(p.Neutral)
			case sentiment.Mixed:
				sum -= math.Log(p.Mixed)
			}
		}
		return sum
	}
	rapid.Check(t, func(t *rapid.T) {
		samples := make([]priors.Sample, rapid.IntRange(0, 120).Draw(t, "samples"))
		for i := range samples {
			a, b := rapid.Float64Range(0.01, 1).Draw(t, "a"), rapid.Float64Range(0.01, 1).Draw(t, "b")
			sum := a + b + 1
			samples[i] = priors.Sample{Scores: sentiment.Scores{Positive: a / sum, Negative: b / sum, Neutral: 0.5 / sum, Mixed: 0.5 / sum}, Label: rapid.SampledFrom(labels).Draw(t, "label")}
		}
		o := priors.Fit(samples)
		if before, after := surprise(samples, sentiment.Offsets{}), surprise(samples, o); after > before+1e-4 {
			t.Fatalf("surprise rises from %v to %v with %+v", before, after, o)
		}
	})
}
