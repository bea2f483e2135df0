package features

import (
	"github.com/customerai/customerai/shared/insight/sentiment/reading"
	"github.com/customerai/customerai/shared/insight/text"
)

// ExtractClause overwrites s with the features of clause c of the message d, from which whole was extracted, as if the clause
// were a message of its own: no other clause outweighs it.
func (s *Set) ExtractClause(whole *Set, c reading.Clause, d *text.Document) {
	s.Reset()
	s.Tokens, s.Words = whole.Tokens, 0
	for i := c.Begin; i < c.End; i++ {
		if k := d.Tokens[i].Kind; k == text.Word || k == text.Number {
			s.Words++
		}
	}
	last := -1
	signs := whole.SignsOf(c)
	for _, i := range signs {
		t := &s.Tokens[i]
		if t.Said == 0 {
			continue
		}
		last = int(i)
		t.Value = t.Said
		s.addValence(d, last, t.Said, t.Asked)
	}
	s.finish(d, signs, last)
}

// Tone reports whether clause c says that a trouble is over, and whether all that it has of feeling is politeness or the denial of a
// fault ("not bad").
func (s *Set) Tone(c reading.Clause) (settles, mild bool) {
	felt := false
	mild = true
	for _, i := range s.SignsOf(c) {
		t := &s.Tokens[i]
		if t.Said == 0 {
			continue
		}
		felt = true
		settles = settles || t.Says&reading.Settles != 0 && t.Negated < 0 && !t.Asked
		mild = mild && isMild(t)
	}
	return settles, mild && felt
}

// isMild reports whether a token that has a valence says no more than that. An idiom of "not" is the denial of a fault, one of "thanks" no
// politeness.
func isMild(t *reading.Token) bool {
	if t.Mute {
		return t.Said > 0 && t.Says&reading.Not != 0
	}
	return t.Said < 0 && t.Negated >= 0 || t.Says&reading.Polite != 0
}

// Removed reports whether clause c tells of what there was before ("my old phone"), and whether of what is said of a thing ("they
// promised"): the one is no mind of its own, and praise of the other kind is not the customer's.
func (s *Set) Removed(c reading.Clause) (before, promised bool) {
	said, ours := reading.Says(0), reading.Says(0) // by the word before
	for i := c.Begin; i < c.End; i++ {
		says := s.Tokens[i].Says
		said |= says
		before = before || says&reading.Old != 0 && ours != 0
		ours = says & reading.Ours
	}
	return before || said&reading.Former != 0, said&reading.Promised != 0
}
