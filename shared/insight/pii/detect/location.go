package detect

import (
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
			s.addPlace(i, end, 0.45)
		}
		return
	}
	if !s.capital(i) {
		if streetWord(norm) && s.streetNumberAfter(i) > i {
			s.addPlace(i, s.streetNumberAfter(i), 0.5)
		}
		return
	}
	if streetWord(norm) || compoundStreet(norm) && !s.flagsAt(i).Any(gazetteer.Ordinary) {
		if end := s.streetNumberAfter(i); end > i {
			s.addPlace(i, end, 0.5)
			return
		}
	}
	if s.stateAndPostcode(i) {
		return
	}
	s.namedPlace(i)
}

// flagsAt returns what the gazetteer says about token i.
func (s *scanner) flagsAt(i int) gazetteer.Flags { return gazetteer.Lookup(s.doc.Raw(i)) }

// namedPlace looks for a city or country at token i that says where a person is: "I live in Denmark", "in Paris",
// "Austin, TX".
func (s *scanner) namedPlace(i int) {
	last, flags := s.placeName(i)
	if last < i {
		if s.present(i) {
			s.addPlace(i, s.townEnd(i), 0.5)
		}
		return
	}
	if last > i {
		s.personEnd = max(s.personEnd, last+1) // "South Africa" is not Africa
	}
	score := 0.0
	next := s.skip(last+1, ',')
	switch {
	case next > last+1 && s.isState(next):
		last, score = next, 0.6
		if s.isPostcode(next + 1) {
			last = next + 1
		}
	case next > last+1 && next < len(s.doc.Tokens) && flags.Any(gazetteer.City) && s.isRegion(next):
		last, _ = s.placeName(next)
		score = 0.6
	case flags.Any(gazetteer.Given|gazetteer.Surname) && s.followedByName(last):
	case s.present(i), s.personal(i) && (!flags.Any(gazetteer.Given|gazetteer.Surname) || s.wordIs(i-1, "in", "from", "near", "at", "of")):
		score = 0.5
	case flags.Any(gazetteer.City|gazetteer.BigCity) && !flags.Any(gazetteer.Ordinary) && s.wordIs(i-1, "in", "from", "near", "at", "to"):
		score = 0.45
	}
	if flags.Any(gazetteer.Given|gazetteer.Surname) && score == 0.45 && !flags.Any(gazetteer.BigCity) {
		score = 0
	}
	if score > 0 {
		s.addPlace(i, last, score)
	}
}

// followedByName reports whether the capitalised word behind token i continues a name.
func (s *scanner) followedByName(i int) bool {
	if i+1 >= len(s.doc.Tokens) || !s.adjoins(i, i+1) || !s.capital(i+1) {
		return false
	}
	k, _ := s.nameKind(i + 1)
	return k == surname || k == wordName || k == unknown
}

// present reports whether the words right before token i say that somebody is, lives or comes from there: "I am in",
// "grew up in", "moved to". Then a word in no list is a place too.
func (s *scanner) present(i int) bool {
	moved := s.wordIs(i-1, "to") && s.wordIs(i-2, "moved", "flew", "relocated", "moving")
	if !moved && !s.wordIs(i-1, "in", "from", "near") {
		return false
	}
	if !s.wordIs(i-2, "live", "lives", "living", "lived", "born", "based", "am", "i'm", "up", "reside", "resides", "originally", "moved", "flew", "relocated",
		"moving", "resident", "located", "from") {
		return false
	}
	if s.wordIs(i-2, "up") && !s.wordIs(i-3, "grew", "grow", "growing") {
		return false
	}
	flags := s.flagsAt(i)
	return !flags.Any(gazetteer.Ordinary) && s.doc.Tokens[i].End-s.doc.Tokens[i].Begin > 2
}

// townEnd returns the last of the capitalised words at token i.
func (s *scanner) townEnd(i int) int {
	for last := i; ; last++ {
		if last >= i+3 || last+1 >= len(s.doc.Tokens) || s.doc.Tokens[last+1].Kind != text.Word || !s.adjoins(last, last+1) || !s.capital(last+1) {
			return last
		}
	}
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
		if s.wordIs(j, "from") && s.wordIs(j-1, "i'm", "am", "im", "is", "he's", "she's", "are", "come", "comes") {
			return true
		}
	}
	return false
}

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
