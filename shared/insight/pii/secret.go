package pii

import (
	"strings"

	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
	"github.com/customerai/customerai/shared/insight/text"
)

// credential finds the password or the user name that the word at token i announces: "my password is hunter2",
// "username: jdoe". What follows "is" must look like a secret, because "my password is wrong" is the commoner message.
func (s *scanner) credential(i int, kind Type) {
	tokens := s.doc.Tokens
	j, linked, assigned := i+1, false, false
	for ; j < len(tokens) && j < i+4; j++ {
		if s.wordIs(j, "is", "was", "are") {
			linked = true
		} else if s.wordIs(j, ":", "=") {
			linked, assigned = true, true
		} else {
			break
		}
	}
	if !linked || j >= len(tokens) {
		return
	}
	begin := int(tokens[j].Begin)
	end := begin
	for end < len(s.text) && end < begin+65 && s.text[end] > ' ' {
		end++
	}
	for begin < end && strings.IndexByte("\"'`<", s.text[begin]) >= 0 {
		begin++
	}
	for end > begin && strings.IndexByte(".,;!?\"'`>)", s.text[end-1]) >= 0 {
		end--
	}
	value := s.text[begin:end]
	if len(value) < 3 || len(value) > 64 || value[0] == '[' || !utf8Whole(s.text, end) {
		return
	}
	plain := gazetteer.Lookup(value).Any(gazetteer.Ordinary)
	if !plain && (assigned || looksSecret(value)) {
		s.add(kind, begin, end, 0.8)
	}
}

// utf8Whole reports whether offset i does not cut a character.
func utf8Whole(s string, i int) bool { return i >= len(s) || s[i]&0xC0 != 0x80 }

// looksSecret reports whether no word of a language looks like that: a digit, a mark inside, a capital inside.
func looksSecret(value string) bool {
	for i := range len(value) {
		c := value[i]
		if isDigit(c) || i > 0 && isUpper(c) && !isUpper(value[i-1]) || strings.IndexByte("!@#$%^&*_+=~", c) >= 0 {
			return true
		}
	}
	return false
}

// secretKey finds the AWS secret key that the word at token i announces: forty characters of base64.
func (s *scanner) secretKey(i int) {
	const size = 40
	tokens := s.doc.Tokens
	for j := i + 1; j < len(tokens) && j < i+7; j++ {
		if tokens[j].Kind == text.Punct {
			continue
		}
		begin := int(tokens[j].Begin)
		end := begin
		for end < len(s.text) && end <= begin+size && (isAlnum(s.text[end]) || s.text[end] == '/' || s.text[end] == '+' || s.text[end] == '=') {
			end++
		}
		if value := s.text[begin:end]; len(value) == size && strings.ContainsAny(value, "0123456789") && strings.ToUpper(value) != value {
			s.add(AWSSecretKey, begin, end, 0.9)
			return
		}
	}
}

// age finds the age that the number at token i is: "42 years old", "aged 42", "I just turned 42".
func (s *scanner) age(i int) {
	t := s.doc.Tokens[i]
	raw := s.doc.Raw(i)
	if len(raw) > 3 || !isDigit(raw[len(raw)-1]) || number([]byte(raw)) > 120 || raw[0] == '0' {
		return
	}
	old := s.wordIs(i+1, "years", "year", "yrs", "yr") && (s.wordIs(i+2, "old", "of")) || s.wordIs(i+1, "yo", "y/o") ||
		s.wordIs(i+1, "y") && s.wordIs(i+2, "/") && s.wordIs(i+3, "o") ||
		s.wordIs(i+1, "-") && s.wordIs(i+2, "year-old", "years-old") || s.wordIs(i+1, "year-old")
	switch {
	case old && s.wordIs(i+3, "man", "woman", "boy", "girl", "male", "female", "customer", "mother", "father", "lady", "guy", "student"),
		old && s.person(i, "i", "i'm", "im", "he", "he's", "she", "she's", "we're", "son", "daughter", "mother", "father", "mum", "mom", "dad", "husband",
			"wife", "child", "kid", "brother", "sister", "who", "customer", "patient", "turned", "turn", "man", "woman", "they", "grandmother"),
		s.wordIs(i-1, "aged", "age", "turned", "turn", "turning"),
		s.wordIs(i-1, "is", "of", ":", "was") && s.wordIs(i-2, "age"),
		s.wordIs(i-1, "am", "was", "is") && s.wordIs(i-2, "i", "he", "she") && s.endsClause(i+1),
		s.wordIs(i-1, "i'm", "he's", "she's") && s.endsClause(i+1):
		s.add(Age, int(t.Begin), int(t.End), 0.6)
	}
}

// person reports whether one of the words stands within six tokens before token i.
func (s *scanner) person(i int, words ...string) bool {
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
