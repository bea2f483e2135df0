package detect

import (
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/text"
)

// scanTokens reads the words once from left to right for what is recognised by words: names, places, dates, ages and
// secrets.
func (s *scanner) scanTokens() {
	tokens := s.doc.Tokens
	for i := range tokens {
		switch tokens[i].Kind {
		case text.Number:
			s.age(i)
			s.year(i)
			if i >= s.placeEnd {
				s.numberedStreet(i)
			}
		case text.Word:
			s.word(i)
		default: // what has no words in it
		}
	}
}

// word tries what can begin at the word of token i.
func (s *scanner) word(i int) {
	norm := s.doc.Norm(i)
	if month := monthOf(norm); month > 0 {
		s.writtenDate(i, month)
	}
	switch string(norm) {
	case "password", "passwd", "pwd", "passcode", "passphrase":
		s.credential(i, pii.Password)
		return
	case "username", "user-name", "login", "userid", "user-id":
		s.credential(i, pii.Username)
		return
	case "name", "id":
		if s.wordIs(i-1, "user", "login") {
			s.credential(i, pii.Username)
		}
		return
	case "secret", "aws_secret_access_key", "secret_access_key", "secretaccesskey", "aws":
		s.secretKey(i)
		return
	case "0-year-old", "0-years-old", "0yo", "0y":
		raw := s.doc.Raw(i)
		n := 0
		for n < len(raw) && isDigit(raw[n]) {
			n++
		}
		if n < 4 && number([]byte(raw[:n])) <= 120 && raw[n:] != "y" {
			s.add("age/hyphenated", pii.Age, int(s.doc.Tokens[i].Begin), int(s.doc.Tokens[i].Begin)+n, alone(0.6))
		}
		return
	}
	if i >= s.placeEnd {
		s.findPlace(i, norm)
	}
}
