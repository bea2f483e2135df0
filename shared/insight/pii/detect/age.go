package detect

import (
	"strings"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/text"
)

// age finds the age that the number at token i is: "42 years old", "aged 42", "I just turned 42".
func (s *scanner) age(i int) {
	t := s.doc.Tokens[i]
	raw := s.doc.Raw(i)
	if len(raw) > 3 || !isDigit(raw[len(raw)-1]) || number([]byte(raw)) > 120 || raw[0] == '0' {
		return
	}
	old := s.wordIs(i+1, "years", "year", "yrs", "yr") && s.wordIs(i+2, "old", "of") || s.wordIs(i+1, "yo", "y/o") ||
		s.wordIs(i+1, "y") && s.wordIs(i+2, "/") && s.wordIs(i+3, "o") ||
		s.wordIs(i+1, "-") && s.wordIs(i+2, "year-old", "years-old") || s.wordIs(i+1, "year-old")
	switch {
	case old && s.wordIs(i+3, "man", "woman", "boy", "girl", "male", "female", "customer", "mother", "father", "lady", "guy", "student"),
		old && s.precededBy(i, "i", "i'm", "im", "he", "he's", "she", "she's", "we're", "son", "daughter", "mother", "father", "mum", "mom", "dad", "husband",
			"wife", "child", "kid", "brother", "sister", "who", "customer", "patient", "turned", "turn", "man", "woman", "they", "grandmother"),
		s.wordIs(i-1, "aged", "age", "turned", "turn", "turning"),
		s.wordIs(i-1, "is", "of", ":", "was") && s.wordIs(i-2, "age"),
		s.wordIs(i-1, "am", "was", "is") && s.wordIs(i-2, "i", "he", "she") && s.endsClause(i+1),
		s.wordIs(i-1, "i'm", "he's", "she's") && s.endsClause(i+1):
		s.add("age/number and words", pii.Age, int(t.Begin), int(t.End), alone(0.6))
	}
}

// precededBy reports whether one of the words stands within six tokens before token i.
func (s *scanner) precededBy(i int, words ...string) bool {
	for j := i - 1; j >= max(0, i-6); j-- {
		if s.wordIs(j, words...) {
			return true
		}
	}
	return false
}

// endsClause reports whether token i begins something new: the end, a line, a mark, "and".
func (s *scanner) endsClause(i int) bool {
	if i >= len(s.doc.Tokens) || s.doc.Tokens[i].Break || s.wordIs(i, "and", "but", "so", "now") {
		return true
	}
	return s.doc.Tokens[i].Kind == text.Punct && strings.IndexByte("%-/$", s.doc.Raw(i)[0]) < 0
}
