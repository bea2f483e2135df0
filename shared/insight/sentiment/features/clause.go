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
func (s *Set) Tone(c reading.Clause, d *text.Document) (settles, mild bool) {
	felt := false
	mild = true
	for _, i := range s.SignsOf(c) {
		t := &s.Tokens[i]
		if t.Said == 0 {
			continue
		}
		felt = true
		settles = settles || t.Settles && t.Negated < 0 && !t.Asked
		mild = mild && isMild(t, d.Norm(int(i)))
	}
	return settles, mild && felt
}

// isMild reports whether a token that has a valence says no more than that. An idiom of "not" is the denial of a fault, one of "thanks" no
// politeness.
func isMild(t *reading.Token, word []byte) bool {
	if t.Mute {
		return t.Said > 0 && string(word) == "not"
	}
	return t.Said < 0 && t.Negated >= 0 || isPolite(word)
}

// isPolite reports the words that people say whatever they feel.
func isPolite(word []byte) bool {
	switch string(word) {
	case "thank", "thanks", "thankyou", "thx", "cheers", "sorry", "apologies", "hope", "please", "greetings":
		return true
	}
	return false
}

// Removed reports whether clause c tells of what there was before ("my old phone"), and whether of what is said of a thing ("they
// promised"): the one is no mind of its own, and praise of the other kind is not the customer's.
func Removed(c reading.Clause, d *text.Document) (before, promised bool) {
	for i := c.Begin; i < c.End; i++ {
		switch string(d.Norm(int(i))) {
		case "previous", "former":
			before = true
		case "old":
			before = before || i > c.Begin && isOurs(d.Norm(int(i-1)))
		case "promise", "promised", "promises", "claim", "claimed", "claims", "advertised", "says", "supposedly":
			promised = true
		}
	}
	return before, promised
}

func isOurs(word []byte) bool { return string(word) == "my" || string(word) == "our" }
