package priors

import (
	"math"

	"github.com/customerai/customerai/shared/insight/sentiment"
)

// Figures say how well labels and probabilities agree with people.
type Figures struct {
	Rows     int     `json:"-"`
	Accuracy float64 `json:"accuracy" minimum:"0" maximum:"1"`
	MacroF1  float64 `json:"macroF1" minimum:"0" maximum:"1" doc:"Mean F1 of the labels that people gave"`
	ECE      float64 `json:"calibrationError" minimum:"0" maximum:"1" doc:"Expected calibration error over ten bins"`
}

// Measure returns the figures of the engine with the offsets.
func Measure(samples []Sample, o sentiment.Offsets) Figures {
	var t table
	for _, s := range samples {
		t.add(s, o)
	}
	return t.figures()
}

// folds of the cross-validation. Every folds-th sample is of one fold.
const folds = 5

// crossValidate returns the figures with offsets that were fitted to the other folds each time.
func crossValidate(samples []Sample) Figures {
	var t table
	for fold := range folds {
		var fitted, held []Sample
		for i, s := range samples {
			if i%folds == fold {
				held = append(held, s)
			} else {
				fitted = append(fitted, s)
			}
		}
		o := Fit(fitted)
		for _, s := range held {
			t.add(s, o)
		}
	}
	return t.figures()
}

var order = [...]sentiment.Label{sentiment.Positive, sentiment.Negative, sentiment.Neutral, sentiment.Mixed}

// table counts what was said against what people say.
type table struct {
	counts [len(order)][len(order)]int
	bins   [10]struct{ n, right, confidence float64 }
}

func (t *table) add(s Sample, o sentiment.Offsets) {
	scores := o.Shift(s.Scores)
	said := place(scores.Label())
	gold := place(s.Label)
	t.counts[gold][said]++
	confidence := max(scores.Positive, scores.Negative, scores.Neutral, scores.Mixed)
	b := &t.bins[min(int(confidence*10), 9)]
	b.n++
	b.confidence += confidence
	if said == gold {
		b.right++
	}
}

func place(label sentiment.Label) int {
	for i, l := range order {
		if l == label {
			return i
		}
	}
	return len(order) - 1
}

func (t *table) figures() (f Figures) {
	right, classes := 0, 0
	for k := range order {
		said, gold := 0, 0
		for other := range order {
			gold += t.counts[k][other]
			said += t.counts[other][k]
		}
		f.Rows += gold
		right += t.counts[k][k]
		if gold > 0 {
			classes++
			f.MacroF1 += 2 * float64(t.counts[k][k]) / float64(said+gold)
		}
	}
	if f.Rows == 0 {
		return Figures{}
	}
	f.Accuracy = float64(right) / float64(f.Rows)
	f.MacroF1 /= float64(classes)
	for _, b := range t.bins {
		f.ECE += math.Abs(b.right-b.confidence) / float64(f.Rows)
	}
	return f
}
