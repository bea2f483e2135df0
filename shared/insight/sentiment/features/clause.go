package features

import (
	"github.com/customerai/customerai/shared/insight/sentiment/reading"
	"github.com/customerai/customerai/shared/insight/text"
)

// ExtractClause overwrites s with the features of clause c of the message d, from which whole was extracted, as if the clause
// were a message of its own: no other clause outweighs it. It reports whether the clause says that a trouble is over, and whether
// all that it has of feeling is politeness.
func (s *Set) ExtractClause(whole *Set, c reading.Clause, d *text.Document) (settles, polite bool) {
	s.Reset()
	s.Tokens, s.Words = whole.Tokens, 0
	for i := c.Begin; i < c.End; i++ {
		if k := d.Tokens[i].Kind; k == text.Word || k == text.Number {
			s.Words++
		}
	}
	last := -1
	polite = true
	signs := whole.SignsOf(c)
	for _, i := range signs {
		t := &s.Tokens[i]
		if t.Said == 0 {
			continue
		}
		last = int(i)
		t.Value = t.Said
		s.addValence(d, last, t.Said, t.Asked)
		settles = settles || t.Settles && t.Negated < 0 && !t.Asked
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
