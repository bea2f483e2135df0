package detect

import (
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/address"
	"github.com/customerai/customerai/shared/insight/pii/dates"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
	"github.com/customerai/customerai/shared/insight/text"
)

// scanTokens reads the words once from left to right for what is recognised by words: names, places, dates, ages and
// secrets.
func scanTokens(s *evidence.Sheet) {
	tokens := s.Doc.Tokens
	for i := range tokens {
		switch tokens[i].Kind {
		case text.Number:
			dates.Age(s, i)
			dates.Year(s, i)
			if i >= s.PlaceEnd {
				address.Numbered(s, i)
			}
		case text.Word:
			word(s, i)
		default: // what has no words in it
		}
	}
}

// word tries what can begin at the word of token i.
func word(s *evidence.Sheet, i int) {
	norm := s.Doc.Norm(i)
	if month := dates.MonthOf(norm); month > 0 {
		dates.Written(s, i, month)
	}
	switch string(norm) {
	case "password", "passwd", "pwd", "passcode", "passphrase":
		credential(s, i, pii.Password)
		return
	case "username", "user-name", "login", "userid", "user-id":
		credential(s, i, pii.Username)
		return
	case "name", "id":
		if s.WordIs(i-1, "user", "login") {
			credential(s, i, pii.Username)
		}
		return
	case "secret", "aws_secret_access_key", "secret_access_key", "secretaccesskey", "aws":
		secretKey(s, i)
		return
	case "0-year-old", "0-years-old", "0yo", "0y":
		raw := s.Doc.Raw(i)
		n := 0
		for n < len(raw) && evidence.IsDigit(raw[n]) {
			n++
		}
		if n < 4 && evidence.Value([]byte(raw[:n])) <= 120 && raw[n:] != "y" {
			s.Add("age/hyphenated", pii.Age, int(s.Doc.Tokens[i].Begin), int(s.Doc.Tokens[i].Begin)+n, evidence.Alone(0.6))
		}
		return
	}
	if i >= s.PlaceEnd {
		address.FindAt(s, i, norm)
	}
}
