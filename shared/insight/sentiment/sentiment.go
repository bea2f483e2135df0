// Package sentiment says how a customer feels in a message, how sure that is, and which words say so.
//
// Normal use: keep one Result per worker and let Analyze overwrite it for each message.
//
//	var doc text.Document
//	var result sentiment.Result
//	doc.Reset(message)
//	sentiment.Analyze(&doc, &result)
//
// A linear model weighs words, word pairs and the evidence of a lexicon with rules for negation, tone, contrast and
// questions. The decision value is the difference of the positive and the negative weight; every highlight is a share of
// it. It reads English. It refuses to guess from who is spoken of: names, pronouns, nationalities and religions weigh
// nothing. Irony is caught only where its wording is fixed ("thanks for nothing").
package sentiment

import (
	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/text"
)

// Label is how a message feels as a whole.
type Label string

// The labels. Mixed is a message with a clearly positive and a clearly negative clause.
const (
	Positive Label = "POSITIVE"
	Negative Label = "NEGATIVE"
	Neutral  Label = "NEUTRAL"
	Mixed    Label = "MIXED"
)

// Scores are the probabilities of the labels. They sum to 1. Positive, negative and neutral are calibrated against each other;
// Mixed is the verdict of a rule and surer of itself than people agree.
type Scores struct {
	Positive float64 `json:"positive"`
	Negative float64 `json:"negative"`
	Neutral  float64 `json:"neutral"`
	Mixed    float64 `json:"mixed"`
}

// Highlight is a word or phrase that moved the score.
type Highlight struct {
	Begin, End int     // bytes of the text
	Weight     float64 // its share of the decision value: positive moves up
}

// Result is what a message says. Valence is the probability of a positive message less that of a negative one, -1 to 1.
// Satisfaction is the rating, 1 to 10, that people give to messages of this valence on average: a monotone curve fitted to
// human ratings of messages from sources that the model had not seen.
type Result struct {
	Label        Label
	Scores       Scores
	Satisfaction float64
	Valence      float64
	Highlights   []Highlight // in the order of the text, at most eight
}

// Analyze overwrites r with the sentiment of d, reusing r.Highlights. It may run at once with different d and r.
func Analyze(d *text.Document, r *Result) {
	w := borrow()
	defer pool.Put(w)
	analyze(w, lexicon.Embedded(), model.Embedded(), d, r)
}

// Engine is Analyze with another lexicon and model, for training and measurement.
type Engine struct {
	Lexicon lexicon.Lexicon
	Model   model.Model
}

// Analyze is the function Analyze with the engine's parts.
func (e Engine) Analyze(d *text.Document, r *Result) {
	w := borrow()
	defer pool.Put(w)
	analyze(w, e.Lexicon, e.Model, d, r)
}

func analyze(w *work, lex lexicon.Lexicon, m model.Model, d *text.Document, r *Result) {
	w.set.Extract(lex, d)
	temperature := m.Temperature()
	w.weigh(m, len(d.Tokens))
	for t := range w.shares {
		w.shares[t] /= temperature
	}
	p, mixed := softmax(w.logits, temperature), w.mixed(m, d)
	r.Scores = Scores{
		Positive: p[model.Positive] * (1 - mixed), Negative: p[model.Negative] * (1 - mixed), Neutral: p[model.Neutral] * (1 - mixed), Mixed: mixed,
	}
	r.Label = r.Scores.label()
	r.Valence = r.Scores.Positive - r.Scores.Negative
	r.Satisfaction = m.Satisfaction(r.Valence)
	r.Highlights = w.highlights(d, r.Highlights[:0])
}

// label is the likeliest one; of equal ones the more cautious.
func (s Scores) label() Label {
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
