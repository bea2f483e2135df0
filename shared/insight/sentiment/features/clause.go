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
}

// cutClauses cuts the message and reports whether all of it is in capitals, which then stress nothing.
func (s *Set) cutClauses(d *text.Document) (shouting bool) {
	shouting = true
	begin := 0
	for i := range s.tokens {
		if d.Tokens[i].Kind == text.Word {
			shouting = shouting && d.Tokens[i].Upper
		}
		if i > begin && s.opens(d, i) {
			s.addClause(begin, i)
			begin = i
		}
	}
	if begin < len(s.tokens) {
		s.addClause(begin, len(s.tokens))
	}
	return shouting
}

// opens reports whether a clause begins at token i.
func (s *Set) opens(d *text.Document, i int) bool {
	if d.Tokens[i].Break || s.tokens[i].role == lexicon.Contrast || s.tokens[i].role == lexicon.Concede {
		return true
	}
	switch d.Tokens[i].Kind { //nolint:exhaustive // the others bound nothing
	case text.Word:
		return string(d.Norm(i)) == "and"
	case text.Punct:
		switch d.Norm(i)[0] {
		case '.', ',', ';', ':', '!', '?', '-', '(', ')':
			return true
		}
	}
	return false
}

func (s *Set) addClause(begin, end int) {
	first := &s.tokens[begin]
	s.Clauses = append(s.Clauses, Clause{
		Begin: int32(begin), End: int32(end),
		Turns: first.role == lexicon.Contrast && first.value > 0,
		Past:  first.role == lexicon.Concede && first.value > 0,
	})
}

// ExtractClause overwrites s with the features of clause c of the message d, from which whole was extracted, as if the clause
// were a message of its own: no other clause outweighs it. It reports whether the clause says that a trouble is over, and whether
// all that it has of feeling is politeness.
func (s *Set) ExtractClause(whole *Set, c Clause, d *text.Document) (settles, polite bool) {
	*s = Set{Evidence: s.Evidence[:0], tokens: whole.tokens}
	begin, end := int(c.Begin), int(c.End)
	for i := begin; i < end; i++ {
		if k := d.Tokens[i].Kind; k == text.Word || k == text.Number {
			s.words++
		}
	}
	last := -1
	polite = true
	for i := begin; i < end; i++ {
		t := &s.tokens[i]
		if t.said == 0 {
			continue
		}
		t.value = t.said
		s.addValence(d, i, t.said, t.asked)
		settles = settles || t.settles && t.negated < 0 && !t.asked
		polite = polite && isPolite(d.Norm(i))
		last = i
	}
	s.finish(d, begin, end, last)
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
