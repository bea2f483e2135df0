// Package priors fits the sentiment engine to how often a customer's own messages are positive, negative, neutral and mixed, and
// says what that is worth.
//
// Normal use: read some hundreds of labelled messages, calibrate, and hand the offsets to the engine.
//
//	var reader priors.Reader
//	samples = append(samples, reader.Read(message, label))
//	offsets, report, err := priors.Calibrate(samples)
//
// Four offsets are all that is fitted, drawn towards none, so that a few hundred messages are enough and no message is learnt by
// heart. What is sought is right probabilities: a label that is rare becomes rarer, which can cost it more F1 than accuracy gains.
// It refuses to guess from few: less than Fewest messages give no offsets.
package priors

import (
	"fmt"
	"math"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/text"
)

// Fewest is the least number of messages that are calibrated to. A cross-validation fits to four fifths of them.
const Fewest = 50

// Sample is what the engine, without offsets, says of a message, and what a person says.
type Sample struct {
	Scores sentiment.Scores
	Label  sentiment.Label
}

// Reader makes samples of messages. The zero value is ready. It keeps nothing of a message but for the next one's memory.
type Reader struct {
	document text.Document
	result   sentiment.Result
}

// Read returns the sample of a message that a person has labelled.
func (r *Reader) Read(message string, label sentiment.Label) Sample {
	r.document.Reset(message)
	sentiment.Analyze(&r.document, &r.result)
	return Sample{Scores: r.result.Scores, Label: label}
}

// Report says what offsets are worth.
type Report struct {
	Rows   int     `json:"rows" doc:"Messages that they were fitted to"`
	Before Figures `json:"before" doc:"Of the engine without offsets"`
	After  Figures `json:"after" doc:"By five-fold cross-validation: of messages that the offsets were not fitted to"`
}

// Calibrate fits offsets to the samples and measures what they are worth. errs.Invalid for less than Fewest.
func Calibrate(samples []Sample) (sentiment.Offsets, Report, error) {
	if len(samples) < Fewest {
		return sentiment.Offsets{}, Report{}, errs.New(errs.Invalid, fmt.Sprintf("at least %d labelled messages are needed", Fewest))
	}
	return Fit(samples), Report{Rows: len(samples), Before: Measure(samples, sentiment.Offsets{}), After: crossValidate(samples)}, nil
}

// The pull towards no offsets, in messages of which each label is as likely as the engine thinks. A weaker one gains more where
// labels are unlike those of training, and loses more where they are alike: the model card has what this one does.
const (
	pull   = 20.0
	steps  = 200
	digits = 1000 // more than so many messages can tell
)

// Fit returns the offsets that make the samples likeliest.
func Fit(samples []Sample) sentiment.Offsets {
	var o offsets
	// Newton's step with the diagonal of a bound on the curvature: it cannot overshoot, and needs no rate.
	curvature := float64(len(samples))/2 + pull
	for range steps {
		var slope offsets
		for _, s := range samples {
			shares, label := o.shift(s.Scores), place(s.Label)
			if shares[label] == 0 {
				continue // no offset can make it right
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
	for k := range o {
		o[k] = math.Round(o[k]*digits)/digits + 0 // never -0
	}
	return o.public()
}

// offsets are of the labels in order.
type offsets [len(order)]float64

func (o offsets) public() sentiment.Offsets {
	for k := range o {
		o[k] = min(max(o[k], -sentiment.MaxOffset), sentiment.MaxOffset)
	}
	return sentiment.Offsets{Positive: o[0], Negative: o[1], Neutral: o[2], Mixed: o[3]}
}

// shift returns the probabilities of the labels after the offsets.
func (o offsets) shift(s sentiment.Scores) [len(order)]float64 {
	s = o.public().Shift(s)
	return [...]float64{s.Positive, s.Negative, s.Neutral, s.Mixed}
}
