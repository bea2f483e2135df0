// Package priors fits the sentiment engine to how often a customer's own messages are positive, negative, neutral and mixed, and
// says what that is worth.
//
// Normal use: gather what the engine says of some hundreds of labelled messages, fit, and hand the offsets to the engine.
//
//	offsets := priors.Fit(samples)
//	before, after := priors.CrossValidate(samples, 5)
//
// Four offsets are all that is fitted, drawn towards none, so that a few hundred messages are enough and no message is learnt by
// heart. What is sought is right probabilities: a label that is rare becomes rarer, which can cost it more F1 than accuracy gains.
// It refuses to guess from few: Fit of less than Fewest samples gives no offsets.
package priors

import "github.com/customerai/customerai/shared/insight/sentiment"

// Fewest is the least number of samples that offsets are fitted to.
const Fewest = 50

// Sample is what the engine, without offsets, says of a message, and what a person says.
type Sample struct {
	Scores sentiment.Scores
	Label  sentiment.Label
}

// The pull towards no offsets, in messages of which each label is as likely as the engine thinks. A weaker one gains more where
// labels are unlike those of training, and loses more where they are alike: the model card has what this one does.
const (
	pull  = 20.0
	steps = 200
)

// Fit returns the offsets that make the samples likeliest, the mean of the four being zero.
func Fit(samples []Sample) sentiment.Offsets {
	var o offsets
	if len(samples) < Fewest {
		return sentiment.Offsets{}
	}
	// Newton's step with the diagonal of a bound on the curvature: it cannot overshoot, and needs no rate.
	curvature := float64(len(samples))/2 + pull
	for range steps {
		var slope offsets
		for _, s := range samples {
			shares, label := o.shift(s.Scores), place(s.Label)
			if shares[label] == 0 {
				continue // no offset can make it right: most messages have no chance to be mixed
			}
			for k, p := range shares {
				slope[k] += p
			}
			slope[label]--
		}
		mean := 0.0
		for k := range o {
			o[k] -= (slope[k] + pull*o[k]) / curvature
			mean += o[k] / float64(len(o))
		}
		for k := range o {
			o[k] -= mean
		}
	}
	return o.public()
}

// offsets are of the labels in order.
type offsets [len(order)]float64

func (o offsets) public() sentiment.Offsets {
	return sentiment.Offsets{Positive: o[0], Negative: o[1], Neutral: o[2], Mixed: o[3]}
}

// shift returns the probabilities of the labels after the offsets.
func (o offsets) shift(s sentiment.Scores) [len(order)]float64 {
	s = o.public().Shift(s)
	return [...]float64{s.Positive, s.Negative, s.Neutral, s.Mixed}
}
