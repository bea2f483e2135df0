package dates

import (
	"strings"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
)

// Age finds the age that the number at token i is: "42 years old", "aged 42", "I just turned 42".
func Age(s *evidence.Sheet, i int) {
	t := s.Doc.Tokens[i]
	raw := s.Doc.Raw(i)
	if len(raw) > 3 || !evidence.IsDigit(raw[len(raw)-1]) || evidence.Value([]byte(raw)) > 120 || raw[0] == '0' {
		return
	}
	old := s.WordIs(i+1, "years", "year", "yrs", "yr") && s.WordIs(i+2, "old", "of") || s.WordIs(i+1, "yo", "y/o") ||
		s.WordIs(i+1, "y") && s.WordIs(i+2, "/") && s.WordIs(i+3, "o") ||
		s.WordIs(i+1, "-") && s.WordIs(i+2, "year-old", "years-old") || s.WordIs(i+1, "year-old")
	switch {
	case old && s.WordIs(i+3, "man", "woman", "boy", "girl", "male", "female", "customer", "mother", "father", "lady", "guy", "student"),
		old && s.PrecededBy(i, "i", "i'm", "im", "he", "he's", "she", "she's", "we're", "son", "daughter", "mother", "father", "mum", "mom", "dad", "husband",
			"wife", "child", "kid", "brother", "sister", "who", "customer", "patient", "turned", "turn", "man", "woman", "they", "grandmother"),
		s.WordIs(i-1, "aged", "age", "turned", "turn", "turning"),
		s.WordIs(i-1, "is", "of", ":", "was") && s.WordIs(i-2, "age"),
		s.WordIs(i-1, "am", "was", "is") && s.WordIs(i-2, "i", "he", "she") && s.EndsClause(i+1),
		s.WordIs(i-1, "i'm", "he's", "she's") && s.EndsClause(i+1):
		s.Add("age/number and words", pii.Age, int(t.Begin), int(t.End), evidence.Alone(0.6))
	}
}

// Years finds the age in the word of token i: "42yo".
func Years(s *evidence.Sheet, i int) {
	raw := s.Doc.Raw(i)
	n := len(raw) - len(strings.TrimLeft(raw, "0123456789"))
	if n < 4 && evidence.Value([]byte(raw[:n])) <= 120 {
		begin := int(s.Doc.Tokens[i].Begin)
		s.Add("age/one word", pii.Age, begin, begin+n, evidence.Alone(0.6))
	}
}
