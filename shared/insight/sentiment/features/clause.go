package features

import (
	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/text"
)

// Clause is a part of a message that says one thing: tokens [Begin, End).
type Clause struct {
	Begin, End int32
	Turns      bool // a change of mind: what stood before holds no more
	Past       bool // tells what was thought or was so once

	signs, signsEnd int32
}

func (s *Set) cutClauses() {
	s.Clauses = s.Clauses[:0]
	begin, signs := int32(0), int32(0)
	for n, i := range s.signs {
		if i > begin && s.tokens[i].opensClause() {
			s.addClause(begin, i, signs, int32(n))
			begin, signs = i, int32(n)
		}
	}
	if end := int32(len(s.tokens)); begin < end {
		s.addClause(begin, end, signs, int32(len(s.signs)))
	}
}

// opensClause reports whether a clause begins at t, which is a sign.
func (t *token) opensClause() bool {
	if t.breaks || t.joins || t.role == lexicon.Contrast || t.role == lexicon.Concede {
		return true
	}
	switch t.mark {
	case '.', ',', ';', ':', '!', '?', '-', '(', ')':
		return true
	}
	return false
}

func (s *Set) addClause(begin, end, signs, signsEnd int32) {
	first := &s.tokens[begin]
	s.Clauses = append(s.Clauses, Clause{
		Begin: begin, End: end, signs: signs, signsEnd: signsEnd,
		Turns: first.role == lexicon.Contrast && first.value > 0,
		Past:  first.role == lexicon.Concede && first.value > 0,
	})
}

// ExtractClause overwrites s with the features of clause c of the message d, from which whole was extracted, as if the clause
// were a message of its own: no other clause outweighs it. It reports whether the clause says that a trouble is over, and whether
// all that it has of feeling is politeness.
func (s *Set) ExtractClause(whole *Set, c Clause, d *text.Document) (settles, polite bool) {
	s.reset()
	s.tokens = whole.tokens
	for i := c.Begin; i < c.End; i++ {
		if k := d.Tokens[i].Kind; k == text.Word || k == text.Number {
			s.words++
		}
	}
	last := -1
	polite = true
	signs := whole.signs[c.signs:c.signsEnd]
	for _, i := range signs {
		t := &s.tokens[i]
		if t.said == 0 {
			continue
		}
		last = int(i)
		t.value = t.said
		s.addValence(d, last, t.said, t.asked)
		settles = settles || t.settles && t.negated < 0 && !t.asked
		polite = polite && isPolite(d.Norm(last))
	}
	s.finish(d, signs, last)
	return settles, polite && last >= 0
}

// isPolite reports the words that people say whatever they feel.
func isPolite(word []byte) bool {
	switch string(word) {
	case "thank", "thanks", "thankyou", "thx", "cheers", "sorry", "apologies", "hope", "please", "greetings":
		return true
	}
	return false
}
