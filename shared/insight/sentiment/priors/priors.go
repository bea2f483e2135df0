// Package priors fits the sentiment engine to how often a customer's own messages are positive, negative and neutral, and says
// what that is worth.
//
// Normal use: gather what the engine says of some hundreds of labelled messages, fit, and hand the offsets to the engine.
//
//	offsets := priors.Fit(samples)
//	before, after := priors.CrossValidate(samples, 5)
//
// Three offsets are all that is fitted, drawn towards none, so that a few hundred messages are enough and no message is learnt by
// heart. It refuses to guess from few: Fit of less than Fewest samples gives no offsets. Messages labelled MIXED count in
// what is measured, not in what is fitted: their probability has a rule of its own.
package priors

import (
	"math"

	"github.com/customerai/customerai/shared/insight/sentiment"
)

// Fewest is the least number of samples with one of the three classes that offsets are fitted to.
const Fewest = 50

// Sample is what the engine, without offsets, says of a message, and what a person says.
type Sample struct {
	Scores sentiment.Scores
	Label  sentiment.Label
}

// Offsets to find and the pull towards none: as strong as pull messages of which each class is as likely as the engine thinks.
const (
	pull  = 5.0
	steps = 200
)

// Fit returns the offsets that make the samples likeliest, the mean of the three being zero.
func Fit(samples []Sample) sentiment.Offsets {
	var o [3]float64
	var fitted []Sample
	for _, s := range samples {
		if class(s.Label) >= 0 {
			fitted = append(fitted, s)
		}
	}
	if len(fitted) < Fewest {
		return sentiment.Offsets{}
	}
	// Newton's step with the diagonal of a bound on the curvature: it cannot overshoot, and needs no rate.
	curvature := float64(len(fitted))/2 + pull
	for range steps {
		var slope [3]float64
		for _, s := range fitted {
			p := shifted(s.Scores, o)
			for k := range slope {
				slope[k] += p[k]
			}
			slope[class(s.Label)]--
		}
		mean := 0.0
		for k := range o {
			o[k] -= (slope[k] + pull*o[k]) / curvature
			mean += o[k] / 3
		}
		for k := range o {
			o[k] -= mean
		}
	}
	return sentiment.Offsets{Positive: o[0], Negative: o[1], Neutral: o[2]}
}

// class returns 0 to 2 for positive, negative and neutral, -1 for mixed.
func class(label sentiment.Label) int {
	switch label {
	case sentiment.Positive:
		return 0
	case sentiment.Negative:
		return 1
	case sentiment.Neutral:
		return 2
	case sentiment.Mixed:
	}
	return -1
}

// shifted returns the probabilities of the three classes among themselves after the offsets.
func shifted(s sentiment.Scores, o [3]float64) (p [3]float64) {
	sum := 0.0
	for k, v := range [3]float64{s.Positive, s.Negative, s.Neutral} {
		p[k] = max(v, 1e-12) * math.Exp(o[k])
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p
}
