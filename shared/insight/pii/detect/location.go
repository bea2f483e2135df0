package detect

import (
	"unicode"
	"unicode/utf8"

	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
	"github.com/customerai/customerai/shared/insight/text"
)

// findPlace looks for an address or a place that begins at the word of token i.
func (s *scanner) findPlace(i int, norm []byte) {
	switch string(norm) {
	case "box":
		s.postBox(i)
		return
	case "apt", "suite", "apartment", "ste":
		if end := s.unit(i); end > i {
			s.addPlace("address/flat", i, end, 0.45)
		}
		return
	}
	if !s.capital(i) {
		if streetWord(norm) && s.streetNumberAfter(i) > i {
			s.addPlace("address/street before number", i, s.streetNumberAfter(i), 0.5)
		}
		return
	}
	if streetWord(norm) || compoundStreet(norm) && !s.flagsAt(i).Any(gazetteer.Ordinary) {
		if end := s.streetNumberAfter(i); end > i {
			s.addPlace("address/street before number", i, end, 0.5)
			return
		}
	}
	s.stateAndPostcode(i)
}

// flagsAt returns what the gazetteer says about token i.
func (s *scanner) flagsAt(i int) gazetteer.Flags { return gazetteer.Lookup(s.doc.Raw(i)) }

func (s *scanner) isRegion(i int) bool {
	last, flags := s.placeName(i)
	return last >= i && flags.Any(gazetteer.Region)
}

// placeName returns the last token of the longest place name at token i and its flags, or a token before i.
func (s *scanner) placeName(i int) (int, gazetteer.Flags) {
	key, last, found := gazetteer.Start, i-1, gazetteer.Flags(0)
	for j := i; j < min(i+4, len(s.doc.Tokens)); j++ {
		if s.doc.Tokens[j].Kind != text.Word || j > i && !s.adjoins(j-1, j) {
			break
		}
		key = key.Word(s.doc.Raw(j))
		if flags := key.Flags(); flags.Any(gazetteer.City | gazetteer.BigCity | gazetteer.Region) {
			last, found = j, flags
		}
	}
	return last, found
}

// capital reports whether token i begins with a capital letter.
func (s *scanner) capital(i int) bool {
	c := s.text[s.doc.Tokens[i].Begin]
	if c < utf8.RuneSelf {
		return isUpper(c)
	}
	r, _ := utf8.DecodeRuneInString(s.text[s.doc.Tokens[i].Begin:])
	return unicode.IsUpper(r)
}

// adjoins reports whether only a space stands between tokens i and j.
func (s *scanner) adjoins(i, j int) bool {
	between := int(s.doc.Tokens[j].Begin) - int(s.doc.Tokens[i].End)
	return between == 1 && s.text[s.doc.Tokens[i].End] == ' ' || between == 2 && s.text[s.doc.Tokens[i].End] == '.'
}

// personal reports whether the words before token i say that somebody lives or was born there.
func (s *scanner) personal(i int) bool {
	for j := i - 1; j >= max(0, i-5); j-- {
		if s.doc.Tokens[j].Kind == text.Punct && s.wordIs(j, ".", "!", "?") {
			return false
		}
		if s.doc.Tokens[j].Kind == text.Word && s.cueAt(j)&(cueHome|cueBirth) != 0 {
			return true
		}
	}
	return false
}
