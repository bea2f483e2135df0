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
	if saysAge(s, i) {
		s.Add("age/number and words", pii.Age, int(t.Begin), int(t.End), evidence.Alone(0.6))
	}
}

// saysAge reports whether the words around the number at token i make it an age.
func saysAge(s *evidence.Sheet, i int) bool {
	switch string(s.Norm(i - 1)) {
	case "aged", "age", "turned", "turn", "turning":
		return true
	case "of", ":":
		if s.WordIs(i-2, "age") {
			return true
		}
	case "is", "was":
		if s.WordIs(i-2, "age") || s.WordIs(i-2, "i", "he", "she") && s.EndsClause(i+1) {
			return true
		}
	case "am":
		if s.WordIs(i-2, "i", "he", "she") && s.EndsClause(i+1) {
			return true
		}
	case "i'm", "he's", "she's":
		if s.EndsClause(i + 1) {
			return true
		}
	}
	return saysOld(s, i) &&
		(s.WordIs(i+3, "man", "woman", "boy", "girl", "male", "female", "customer", "mother", "father", "lady", "guy", "student") ||
			s.PrecededBy(i, "i", "i'm", "im", "he", "he's", "she", "she's", "we're", "son", "daughter", "mother", "father", "mum", "mom", "dad", "husband",
				"wife", "child", "kid", "brother", "sister", "who", "customer", "patient", "turned", "turn", "man", "woman", "they", "grandmother"))
}

// saysOld reports whether the words behind the number at token i make it years, of a person or a thing.
func saysOld(s *evidence.Sheet, i int) bool {
	switch string(s.Norm(i + 1)) {
	case "years", "year", "yrs", "yr":
		return s.WordIs(i+2, "old", "of")
	case "yo", "y/o", "year-old":
		return true
	case "y":
		return s.WordIs(i+2, "/") && s.WordIs(i+3, "o")
	case "-":
		return s.WordIs(i+2, "year-old", "years-old")
	}
	return false
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
