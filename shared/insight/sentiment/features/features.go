// Package features turns a message into what the sentiment model weighs: evidence from lexicon and rules, in channels, and
// its words, each with the scope of negation that it stands in.
//
// Normal use: keep one Set per worker and extract each message into it.
//
//	var set features.Set
//	set.Extract(lexicon.Embedded(), model.Embedded().Index(), &doc)
//
// Every piece of evidence names the token that it comes from and is additive before its channel is squashed, so that what
// a model makes of a channel can be handed back to the tokens without remainder. Time is linear in the number of tokens.
package features

import (
	"github.com/customerai/customerai/shared/insight/sentiment/evidence"
	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/sentiment/reading"
	"github.com/customerai/customerai/shared/insight/text"
)

// Set is what was extracted from one message.
type Set struct {
	evidence.Total
	reading.Message
}

// Extract overwrites s with the features of d, and the rows of its words.
func (s *Set) Extract(lex lexicon.Lexicon, rows model.Index, d *text.Document) {
	s.Reset()
	s.Read(lex, rows, d)
	last := -1
	for begin, signs := 0, s.Signs; begin < len(s.Tokens); {
		end, n := s.SentenceEnd(begin, signs)
		last = max(last, s.weighSentence(d, sentence{begin, end, signs[:n]}))
		begin, signs = end, signs[n:]
	}
	s.finish(d, s.Signs, last)
}

// finish adds what is not said by single valences of tokens [begin, end), and squashes all.
func (s *Set) finish(d *text.Document, signs []int32, last int) {
	s.AddTo(-1, evidence.Bias, 1)
	s.AddTo(-1, evidence.Brevity, 1/float32(1+s.Words))
	s.addLast(last)
	s.addMarks(d, signs)
	s.Squash()
}

// Word returns token i as the filters read it: the row of none where its form misleads, as in an idiom that says the opposite of its words,
// and whether it stands in the scope of a negator.
func (s *Set) Word(i int) model.Word {
	t := &s.Tokens[i]
	if t.Mute {
		return model.Word{Row: model.Unknown, Negated: t.Negated >= 0}
	}
	return model.Word{Row: t.Row, Negated: t.Negated >= 0}
}
