package detect

import (
	"bytes"

	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
	"github.com/customerai/customerai/shared/insight/text"
)

// numberedStreet looks for a street line that begins with the number of token i: "12 Main Street", "5 rue de Rivoli".
func (s *scanner) numberedStreet(i int) {
	if raw := s.doc.Raw(i); len(raw) > 6 || s.doc.Tokens[i].Kind == text.Number && !allDigits(raw) {
		return
	}
	if i > 0 && s.doc.Tokens[i-1].Kind == text.Punct && s.doc.Tokens[i-1].End == s.doc.Tokens[i].Begin {
		switch s.doc.Raw(i - 1)[0] {
		case '$', '#', '+', '%':
			return
		}
	}
	if end := s.numberedLine(i); end > i {
		s.addPlace("address/numbered line", i, end, 0.45)
		return
	}
	for j := i + 1; j < min(i+6, len(s.doc.Tokens)); j++ {
		t := s.doc.Tokens[j]
		if t.Kind == text.Punct && s.wordIs(j, ".") && j > i+1 {
			continue
		}
		if t.Break || t.Kind == text.Punct && j > i+1 {
			break
		}
		if t.Kind != text.Word {
			if t.Kind == text.Number || t.Kind == text.Punct {
				break
			}
			continue
		}
		norm := s.doc.Norm(j)
		if compoundStreet(norm) && s.capital(j) && !s.flagsAt(j).Any(gazetteer.Ordinary) || j == i+1 && streetWord(norm) && s.streetName(j) > j {
			end := max(j, s.streetName(j))
			if number := s.houseNumber(end + 1); number > end {
				end = number
			}
			s.addPlace("address/number before street", i, end, 0.6)
			return
		}
		if j > i+1 && streetSuffix(norm) && (s.capital(j) || s.lowerStreet(i, j)) {
			s.addPlace("address/number before street", i, s.skip(j+1, '.')-1, 0.6)
			return
		}
		if !s.capital(j) && !isParticle(norm) && !s.ordinal(j) && !s.lowerName(j) {
			break
		}
	}
}

// numberedLine returns the last token of a number, one to four capitalised words that are not ordinary, and a number,
// "0645 Reyes Católicos 17", where a word is a name or a place or an address goes on behind it; or i.
func (s *scanner) numberedLine(i int) int {
	named, j := false, i+1
	for ; j < min(i+5, len(s.doc.Tokens)); j++ {
		if t := s.doc.Tokens[j]; t.Kind != text.Word || t.Break {
			break
		}
		flags := s.flagsAt(j)
		if !s.capital(j) && !isParticle(s.doc.Norm(j)) || flags.Any(gazetteer.Ordinary) && s.capital(j) {
			return i
		}
		named = named || flags.Any(gazetteer.Given|gazetteer.Surname|gazetteer.City|gazetteer.BigCity)
	}
	number := s.houseNumber(j)
	if j == i+1 || number != j {
		return i
	}
	if named || s.personal(i) || s.addressEnd(number) > number {
		return number
	}
	return i
}

// lowerStreet reports whether the words between a number and a suffix in lower case name a street: none is ordinary.
func (s *scanner) lowerStreet(i, suffix int) bool {
	for j := i + 1; j < suffix; j++ {
		if !s.lowerName(j) && !s.ordinal(j) {
			return s.wordIs(j, "main", "high", "park", "church", "oak", "elm", "maple", "station", "mill", "king", "queen", "bridge") && suffix == i+2
		}
	}
	return true
}

// lowerName reports whether token j is a word in lower case that is no ordinary word.
func (s *scanner) lowerName(j int) bool {
	return s.doc.Tokens[j].Kind == text.Word && (!s.flagsAt(j).Any(gazetteer.Ordinary) ||
		s.wordIs(j, "main", "high", "park", "church", "oak", "elm", "maple", "station", "mill", "king", "queen", "bridge"))
}

// ordinal reports whether token j is a numbered street: "5th".
func (s *scanner) ordinal(j int) bool { return isDigit(s.text[s.doc.Tokens[j].Begin]) }

func allDigits(raw string) bool {
	for i := range len(raw) {
		if !isDigit(raw[i]) {
			return false
		}
	}
	return true
}

// streetName returns the last word of the name that the street word at token i begins, "rue de Rivoli", or i.
func (s *scanner) streetName(i int) int {
	last := i
	for j := i + 1; j < min(i+6, len(s.doc.Tokens)) && !s.doc.Tokens[j].Break; j++ {
		if s.doc.Tokens[j].Kind != text.Word {
			if s.wordIs(j, ".") && j == i+1 {
				continue
			}
			break
		}
		if s.capital(j) {
			last = j
		} else if !isParticle(s.doc.Norm(j)) {
			break
		}
	}
	return last
}

// streetNumberAfter returns the token of the house number behind a street that begins at token i, or i.
func (s *scanner) streetNumberAfter(i int) int {
	norm := s.doc.Norm(i)
	last := i
	if !compoundStreet(norm) {
		if last = s.streetName(i); last == i {
			return i
		}
	}
	if number := s.houseNumber(last + 1); number > last {
		return number
	}
	return i
}

// houseNumber returns i when token i, or the one behind a comma, is a house number on the same line, else 0.
func (s *scanner) houseNumber(i int) int {
	i = s.skip(i, ',')
	if i >= len(s.doc.Tokens) || s.doc.Tokens[i].Break || !isDigit(s.text[s.doc.Tokens[i].Begin]) || s.doc.Tokens[i].End-s.doc.Tokens[i].Begin > 6 {
		return 0
	}
	return i
}

// streetSuffix reports the words that end the name of a street in English.
func streetSuffix(word []byte) bool {
	switch string(word) {
	case "street", "st", "avenue", "ave", "road", "rd", "lane", "ln", "drive", "dr", "court", "ct", "boulevard", "blvd", "way", "place", "pl", "square",
		"sq", "terrace", "close", "crescent", "cres", "highway", "hwy", "parkway", "pkwy", "circle", "cir", "trail", "trl", "grove", "gardens", "mews",
		"row", "walk", "hill", "loop", "alley", "plaza", "turnpike", "parade", "broadway":
		return true
	}
	return false
}

// streetWord reports the words that begin the name of a street in other languages.
func streetWord(word []byte) bool {
	switch string(word) {
	case "rue", "calle", "via", "viale", "piazza", "corso", "avenida", "boulevard", "avenue", "chemin", "rua", "travessa", "largo", "praça", "ulica", "ul",
		"plaza", "paseo", "carrer", "strada", "straße", "strasse", "plac", "aleja", "quai", "impasse", "allée", "calea", "bulevardul", "place", "piazzale",
		"vicolo", "contrada", "camino", "rúa", "út":
		return true
	}
	return false
}

// compoundStreet reports whether a word is the name of a street by its ending, as the Germanic and Finnic languages
// and Hungarian make them.
func compoundStreet(word []byte) bool {
	if len(word) < 7 {
		return false
	}
	for _, ending := range [...]string{
		"straße", "strasse", "str", "gasse", "weg", "platz", "allee", "straat", "laan", "plein", "kade", "gracht", "gatan", "vägen", "gränd", "gade",
		"vej", "stræde", "veien", "gata", "gaten", "katu", "tie", "kuja", "polku", "tänav", "utca", "vegen", "gaten", "stræti", "vegur", "gränden", "stråket",
	} {
		if bytes.HasSuffix(word, []byte(ending)) && len(word) >= len(ending)+3 {
			return true
		}
	}
	return false
}

func isParticle(word []byte) bool {
	switch string(word) {
	case "de", "van", "von", "der", "den", "di", "da", "la", "del", "du", "des", "le", "las", "los", "delle", "della", "dei", "of", "the", "do", "dos", "het", "y", "e":
		return true
	}
	return false
}
