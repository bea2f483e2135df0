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
		switch t := &tokens[i]; t.Kind {
		case text.Number:
			dates.Age(s, i)
			dates.Year(s, i)
			if i >= s.PlaceEnd {
				address.Numbered(s, i)
			}
		case text.Word:
			if sense := s.Sense(i); sense != 0 || !t.Plain || t.Capitals > 0 {
				word(s, i, sense)
			}
		default: // what has no words in it
		}
	}
}

// word tries what can begin at the word of token i, whose sense is known.
func word(s *evidence.Sheet, i int, sense evidence.Sense) {
	if sense.Month() > 0 {
		dates.Written(s, i)
	}
	switch {
	case sense&evidence.Password != 0:
		credential(s, i, pii.Password)
	case sense&evidence.UserName != 0:
		if !s.WordIs(i, "name", "id") || s.WordIs(i-1, "user", "login") {
			credential(s, i, pii.Username)
		}
	case sense&evidence.SecretKey != 0:
		secretKey(s, i)
	case sense&evidence.Years != 0:
		dates.Years(s, i)
	case i >= s.PlaceEnd:
		address.FindAt(s, i, sense)
	}
}
