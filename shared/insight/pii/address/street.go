package address

import (
	"bytes"

	"github.com/customerai/customerai/shared/insight/pii/evidence"
	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
	"github.com/customerai/customerai/shared/insight/text"
)

// Numbered looks for a street line that begins with the number of token i: "12 Main Street", "5 rue de Rivoli".
func Numbered(s *evidence.Sheet, i int) {
	if raw := s.Doc.Raw(i); len(raw) > 6 || s.Doc.Tokens[i].Kind == text.Number && !evidence.AllDigits(raw) {
		return
	}
	if i > 0 && s.Doc.Tokens[i-1].Kind == text.Punct && s.Doc.Tokens[i-1].End == s.Doc.Tokens[i].Begin {
		switch s.Doc.Raw(i - 1)[0] {
		case '$', '#', '+', '%':
			return
		}
	}
	if end := numberedLine(s, i); end > i {
		addPlace(s, "address/numbered line", i, end, 0.45)
		return
	}
	for j := i + 1; j < min(i+6, len(s.Doc.Tokens)); j++ {
		t := s.Doc.Tokens[j]
		if t.Kind == text.Punct && s.WordIs(j, ".") && j > i+1 {
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
		norm, capital := s.Doc.Norm(j), s.Capital(j)
		if capital && compoundStreet(norm) && !flagsAt(s, j).Any(gazetteer.Ordinary) || j == i+1 && s.Sense(j)&evidence.Street != 0 && streetName(s, j) > j {
			end := max(j, streetName(s, j))
			if number := houseNumber(s, end+1); number > end {
				end = number
			}
			addPlace(s, "address/number before street", i, end, 0.6)
			return
		}
		if j > i+1 && streetSuffix(norm) && (capital || lowerStreet(s, i, j)) {
			addPlace(s, "address/number before street", i, s.Skip(j+1, '.')-1, 0.6)
			return
		}
		if !capital && !isParticle(norm) && !ordinal(s, j) && !lowerName(s, j) {
			break
		}
	}
}

// numberedLine returns the last token of a number, one to four capitalised words that are not ordinary, and a number,
// "0645 Reyes Católicos 17", where a word is a name or a place or an address goes on behind it; or i.
func numberedLine(s *evidence.Sheet, i int) int {
	named, j := false, i+1
	for ; j < min(i+5, len(s.Doc.Tokens)); j++ {
		if t := s.Doc.Tokens[j]; t.Kind != text.Word || t.Break {
			break
		}
		capital := s.Capital(j)
		if !capital && !isParticle(s.Doc.Norm(j)) {
			return i
		}
		flags := flagsAt(s, j)
		if capital && flags.Any(gazetteer.Ordinary) {
			return i
		}
		named = named || flags.Any(gazetteer.Given|gazetteer.Surname|gazetteer.City|gazetteer.BigCity)
	}
	number := houseNumber(s, j)
	if j == i+1 || number != j {
		return i
	}
	if named || personal(s, i) || addressEnd(s, number) > number {
		return number
	}
	return i
}

// lowerStreet reports whether the words between a number and a suffix in lower case name a street: none is ordinary.
func lowerStreet(s *evidence.Sheet, i, suffix int) bool {
	for j := i + 1; j < suffix; j++ {
		if !lowerName(s, j) && !ordinal(s, j) {
			return s.WordIs(j, "main", "high", "park", "church", "oak", "elm", "maple", "station", "mill", "king", "queen", "bridge") && suffix == i+2
		}
	}
	return true
}

// lowerName reports whether token j is a word in lower case that is no ordinary word.
func lowerName(s *evidence.Sheet, j int) bool {
	return s.Doc.Tokens[j].Kind == text.Word && (!flagsAt(s, j).Any(gazetteer.Ordinary) ||
		s.WordIs(j, "main", "high", "park", "church", "oak", "elm", "maple", "station", "mill", "king", "queen", "bridge"))
}

// ordinal reports whether token j is a numbered street: "5th".
func ordinal(s *evidence.Sheet, j int) bool { return evidence.IsDigit(s.Text[s.Doc.Tokens[j].Begin]) }

// streetName returns the last word of the name that the street word at token i begins, "rue de Rivoli", or i.
func streetName(s *evidence.Sheet, i int) int {
	last := i
	for j := i + 1; j < min(i+6, len(s.Doc.Tokens)) && !s.Doc.Tokens[j].Break; j++ {
		if s.Doc.Tokens[j].Kind != text.Word {
			if s.WordIs(j, ".") && j == i+1 {
				continue
			}
			break
		}
		if s.Capital(j) {
			last = j
		} else if !isParticle(s.Doc.Norm(j)) {
			break
		}
	}
	return last
}

// streetNumberAfter returns the token of the house number behind a street that begins at token i, or i.
func streetNumberAfter(s *evidence.Sheet, i int) int {
	norm := s.Doc.Norm(i)
	last := i
	if !compoundStreet(norm) {
		if last = streetName(s, i); last == i {
			return i
		}
	}
	if number := houseNumber(s, last+1); number > last {
		return number
	}
	return i
}

// houseNumber returns i when token i, or the one behind a comma, is a house number on the same line, else 0.
func houseNumber(s *evidence.Sheet, i int) int {
	i = s.Skip(i, ',')
	if i >= len(s.Doc.Tokens) || s.Doc.Tokens[i].Break || !evidence.IsDigit(s.Text[s.Doc.Tokens[i].Begin]) || s.Doc.Tokens[i].End-s.Doc.Tokens[i].Begin > 6 {
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
