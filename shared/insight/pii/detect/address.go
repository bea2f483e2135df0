package detect

import (
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
	"github.com/customerai/customerai/shared/insight/text"
)

// postBox looks for "PO Box 12" and the military "PSC 12, Box 34" around the word "box" at token i.
func (s *scanner) postBox(i int) {
	number := i + 1
	if number >= len(s.doc.Tokens) || !isDigit(s.text[s.doc.Tokens[number].Begin]) {
		return
	}
	for j := i - 1; j >= max(0, i-5); j-- {
		if s.wordIs(j, "po", "p.o", "post", "p", "psc", "cmr", "gpo") {
			s.addPlace("address/post box", j, number, 0.6)
			return
		}
		if s.wordIs(j, "unit") && isDigit(s.text[s.doc.Tokens[j+1].Begin]) {
			s.addPlace("address/military unit", j, number, 0.6)
			return
		}
	}
}

// unit returns the token of the number of the flat or suite at token i, or i.
func (s *scanner) unit(i int) int {
	j := s.skip(i+1, '.')
	if j < len(s.doc.Tokens) && s.wordIs(j, "#") {
		j++
	}
	if j < len(s.doc.Tokens) && isDigit(s.text[s.doc.Tokens[j].Begin]) && s.doc.Tokens[j].End-s.doc.Tokens[j].Begin <= 6 {
		return j
	}
	return i
}

// stateAndPostcode looks for "CO 80202" at token i.
func (s *scanner) stateAndPostcode(i int) {
	if s.isState(i) && s.isPostcode(i+1) {
		s.addPlace("address/state and postcode", i, i+1, 0.6)
	}
}

func (s *scanner) isState(i int) bool {
	if i >= len(s.doc.Tokens) {
		return false
	}
	switch s.doc.Raw(i) {
	case "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN",
		"MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA",
		"WV", "WI", "WY", "DC", "AA", "AE", "AP", "PR":
		return true
	}
	return false
}

// isPostcode reports five digits.
func (s *scanner) isPostcode(i int) bool {
	return i < len(s.doc.Tokens) && len(s.doc.Raw(i)) == 5 && allDigits(s.doc.Raw(i)) && !s.doc.Tokens[i].Break
}

// addPlace records the tokens first to last as a place, with what else of the address follows.
func (s *scanner) addPlace(pattern string, first, last int, base float64) {
	last = s.addressEnd(last)
	s.placeEnd = last + 1
	s.add(pattern, pii.Location, int(s.doc.Tokens[first].Begin), int(s.doc.Tokens[last].End), alone(base))
}

// addressEnd returns the last token of an address of which the token last is part: flats, towns, states, postcodes and
// countries that follow, each on its line or behind a comma.
func (s *scanner) addressEnd(last int) int {
	const longest = 14
	for i, limit := last+1, last+longest; i < min(limit, len(s.doc.Tokens)); {
		if t := s.doc.Tokens[i]; t.Kind == text.Punct {
			if c := s.doc.Raw(i)[0]; c != ',' && c != '.' && c != '>' && c != '?' && c != '-' || c == '.' && !s.abbreviated(i) {
				return last
			}
			i++
			continue
		}
		end := s.addressPart(i)
		if end < i {
			return last
		}
		last, i = end, end+1
	}
	return last
}

// abbreviated reports whether the full stop of token i belongs to a short word: "St."
func (s *scanner) abbreviated(i int) bool {
	return i > 0 && s.doc.Tokens[i-1].End-s.doc.Tokens[i-1].Begin <= 4 && isAlpha(s.text[s.doc.Tokens[i-1].Begin])
}

// addressPart returns the last token of the part of an address at token i, or a token before i.
func (s *scanner) addressPart(i int) int {
	if s.wordIs(i, "apt", "suite", "unit", "flat", "apartment", "floor", "ste") {
		if end := s.unit(i); end > i {
			return end
		}
		return i - 1
	}
	raw := s.doc.Raw(i)
	if allDigits(raw) && between(4, len(raw), 6) && s.doc.Tokens[i].Kind == text.Number {
		return i
	}
	if s.isState(i) && (s.isPostcode(i+1) || s.doc.Tokens[i].Upper) {
		return i
	}
	if !s.capital(i) {
		return i - 1
	}
	if last, _ := s.placeName(i); last >= i {
		return last
	}
	// A town in no list counts when a postcode or a state stands behind it.
	last := i
	for last+1 < min(i+3, len(s.doc.Tokens)) && s.doc.Tokens[last+1].Kind == text.Word && s.adjoins(last, last+1) && s.capital(last+1) && !s.isState(last+1) {
		last++
	}
	next := s.skip(last+1, ',')
	if s.doc.Tokens[i].Kind != text.Word || s.flagsAt(i).Any(gazetteer.Ordinary) && !s.isState(next) {
		return i - 1
	}
	if next < len(s.doc.Tokens) && (s.isState(next) || s.isRegion(next) || len(s.doc.Raw(next)) == 5 && allDigits(s.doc.Raw(next))) {
		return last
	}
	return i - 1
}
