package sentiment

import (
	"fmt"
	"math"

	"github.com/customerai/customerai/shared/errs"
)

// Scores are the probabilities of the labels. They sum to 1. Positive, negative and neutral are calibrated against each other, Mixed
// against the three together.
type Scores struct {
	Positive float64 `json:"positive"`
	Negative float64 `json:"negative"`
	Neutral  float64 `json:"neutral"`
	Mixed    float64 `json:"mixed"`
}

// Label is the likeliest one; of equal ones the more cautious.
func (s Scores) Label() Label {
	best, p := Neutral, s.Neutral
	if s.Mixed > p {
		best, p = Mixed, s.Mixed
	}
	if s.Negative > p {
		best, p = Negative, s.Negative
	}
	if s.Positive > p {
		best = Positive
	}
	return best
}

// MaxOffset bounds offsets both ways: at it, a label is 20,000 times as likely.
const MaxOffset = 10

// Offsets say how much more often, in natural logarithms of odds, a customer's messages are of a label than those that the
// engine was fitted to. The zero value says nothing.
type Offsets struct {
	Positive float64 `json:"positive" minimum:"-10" maximum:"10"`
	Negative float64 `json:"negative" minimum:"-10" maximum:"10"`
	Neutral  float64 `json:"neutral" minimum:"-10" maximum:"10"`
	Mixed    float64 `json:"mixed" minimum:"-10" maximum:"10"`
}

// Validate returns a problem for each offset that is beyond MaxOffset, or no number.
func (o Offsets) Validate(path string) []errs.Field {
	var problems []errs.Field
	for _, each := range []struct {
		name  string
		value float64
	}{{"positive", o.Positive}, {"negative", o.Negative}, {"neutral", o.Neutral}, {"mixed", o.Mixed}} {
		if !(math.Abs(each.value) <= MaxOffset) { // NaN is none
			problems = append(problems, errs.Field{Path: path + "." + each.name, Message: fmt.Sprintf("must be from %d to %d", -MaxOffset, MaxOffset)})
		}
	}
	return problems
}

// Shift returns the scores of a customer with the offsets.
func (o Offsets) Shift(s Scores) Scores {
	if o == (Offsets{}) {
		return s
	}
	shifted := Scores{
		Positive: s.Positive * math.Exp(o.Positive), Negative: s.Negative * math.Exp(o.Negative),
		Neutral: s.Neutral * math.Exp(o.Neutral), Mixed: s.Mixed * math.Exp(o.Mixed),
	}
	sum := shifted.Positive + shifted.Negative + shifted.Neutral + shifted.Mixed
	if sum == 0 || math.IsInf(sum, 1) || math.IsNaN(sum) {
		return s
	}
	return Scores{shifted.Positive / sum, shifted.Negative / sum, shifted.Neutral / sum, shifted.Mixed / sum}
}
