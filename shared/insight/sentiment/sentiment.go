// Package sentiment says how a customer feels in a message, how sure that is, and which words say so.
//
// Normal use: keep one Result per worker and let Analyze overwrite it for each message.
//
//	var doc text.Document
//	var result sentiment.Result
//	doc.Reset(message)
//	sentiment.Analyze(&doc, &result)
//
// A convolution over the words, three at a time, and the evidence of a lexicon with rules for negation, tone, contrast and
// questions weigh each label. The decision value is the difference of the positive and the negative weight; every highlight
// is a share of it. It reads English. It refuses to guess from who is spoken of: names, pronouns, nationalities and
// religions weigh nothing. Irony is caught only where its wording is fixed ("thanks for nothing").
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
func Analyze(d *text.Document, r *Result) { AnalyzeFor(Offsets{}, d, r) }

// AnalyzeFor is Analyze for a customer with offsets of its own. Highlights stay what they are: offsets are of no word.
func AnalyzeFor(o Offsets, d *text.Document, r *Result) {
	w := borrow()
	defer pool.Put(w)
	analyze(w, lexicon.Embedded(), model.Embedded(), o, d, r)
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
	analyze(w, e.Lexicon, e.Model, Offsets{}, d, r)
}

// Minds returns the evidence that d has two minds, to fit what the model makes of it.
func (e Engine) Minds(d *text.Document) model.Minds {
	w := borrow()
	defer pool.Put(w)
	w.set.Extract(e.Lexicon, e.Model.Index(), d)
	w.read(e.Model, d)
	w.weigh(e.Model)
	return w.minds(e.Model, d, softmax(w.positive, w.negative))
}

func analyze(w *work, lex lexicon.Lexicon, m model.Model, o Offsets, d *text.Document, r *Result) {
	w.set.Extract(lex, m.Index(), d)
	w.read(m, d)
	w.weigh(m)
	p := softmax(w.positive, w.negative)
	minds := w.minds(m, d, p)
	mixed := m.Mixed(&minds)
	r.Highlights = w.highlights(d, p.neutral, r.Highlights[:0])
	r.Scores = Scores{
		Positive: p.positive * (1 - mixed), Negative: p.negative * (1 - mixed), Neutral: p.neutral * (1 - mixed), Mixed: mixed,
	}
	r.Scores = o.Shift(r.Scores)
	r.Label = r.Scores.Label()
	r.Valence = r.Scores.Positive - r.Scores.Negative
	r.Satisfaction = m.Satisfaction(r.Valence)
}
