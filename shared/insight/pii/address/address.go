// Package address finds where somebody lives: lines of streets, PO boxes, flats, postcodes, and what follows of an address.
//
// Normal use: Numbered at a number, FindAt at a word.
//
//	address.FindAt(s, i, s.Sense(i))
//
// It refuses the names of towns and countries alone: those are found by their surroundings, in package tagger.
package address

import (
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
	"github.com/customerai/customerai/shared/insight/text"
)

// postBox looks for "PO Box 12" and the military "PSC 12, Box 34" around the word "box" at token i.
func postBox(s *evidence.Sheet, i int) {
	number := i + 1
	if number >= len(s.Doc.Tokens) || !evidence.IsDigit(s.Text[s.Doc.Tokens[number].Begin]) {
		return
	}
	for j := i - 1; j >= max(0, i-5); j-- {
		if s.WordIs(j, "po", "p.o", "post", "p", "psc", "cmr", "gpo") {
			addPlace(s, "address/post box", j, number, 0.6)
			return
		}
		if s.WordIs(j, "unit") && evidence.IsDigit(s.Text[s.Doc.Tokens[j+1].Begin]) {
			addPlace(s, "address/military unit", j, number, 0.6)
			return
		}
	}
}

// unit returns the token of the number of the flat or suite at token i, or i.
func unit(s *evidence.Sheet, i int) int {
	j := s.Skip(i+1, '.')
	if j < len(s.Doc.Tokens) && s.WordIs(j, "#") {
		j++
	}
	if j < len(s.Doc.Tokens) && evidence.IsDigit(s.Text[s.Doc.Tokens[j].Begin]) && s.Doc.Tokens[j].End-s.Doc.Tokens[j].Begin <= 6 {
		return j
	}
	return i
}

// stateAndPostcode looks for "CO 80202" at token i.
func stateAndPostcode(s *evidence.Sheet, i int) {
	if isState(s, i) && isPostcode(s, i+1) {
		addPlace(s, "address/state and postcode", i, i+1, 0.6)
	}
}

func isState(s *evidence.Sheet, i int) bool {
	if i >= len(s.Doc.Tokens) {
		return false
	}
	switch s.Doc.Raw(i) {
	case "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN",
		"MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA",
		"WV", "WI", "WY", "DC", "AA", "AE", "AP", "PR":
		return true
	}
	return false
}

// isPostcode reports five digits.
func isPostcode(s *evidence.Sheet, i int) bool {
	return i < len(s.Doc.Tokens) && len(s.Doc.Raw(i)) == 5 && evidence.AllDigits(s.Doc.Raw(i)) && !s.Doc.Tokens[i].Break
}

// addPlace records the tokens first to last as a place, with what else of the address follows.
func addPlace(s *evidence.Sheet, pattern string, first, last int, base float64) {
	last = addressEnd(s, last)
	s.PlaceEnd = last + 1
	s.Add(pattern, pii.Location, int(s.Doc.Tokens[first].Begin), int(s.Doc.Tokens[last].End), evidence.Alone(base))
}

// addressEnd returns the last token of an address of which the token last is part: flats, towns, states, postcodes and
// countries that follow, each on its line or behind a comma.
func addressEnd(s *evidence.Sheet, last int) int {
	const longest = 14
	for i, limit := last+1, last+longest; i < min(limit, len(s.Doc.Tokens)); {
		if t := s.Doc.Tokens[i]; t.Kind == text.Punct {
			if c := s.Doc.Raw(i)[0]; c != ',' && c != '.' && c != '>' && c != '?' && c != '-' || c == '.' && !abbreviated(s, i) {
				return last
			}
			i++
			continue
		}
		end := addressPart(s, i)
		if end < i {
			return last
		}
		last, i = end, end+1
	}
	return last
}

// abbreviated reports whether the full stop of token i belongs to a short word: "St."
func abbreviated(s *evidence.Sheet, i int) bool {
	return i > 0 && s.Doc.Tokens[i-1].End-s.Doc.Tokens[i-1].Begin <= 4 && evidence.IsAlpha(s.Text[s.Doc.Tokens[i-1].Begin])
}

// addressPart returns the last token of the part of an address at token i, or a token before i.
func addressPart(s *evidence.Sheet, i int) int {
	if s.WordIs(i, "apt", "suite", "unit", "flat", "apartment", "floor", "ste") {
		if end := unit(s, i); end > i {
			return end
		}
		return i - 1
	}
	raw := s.Doc.Raw(i)
	if evidence.AllDigits(raw) && evidence.Between(4, len(raw), 6) && s.Doc.Tokens[i].Kind == text.Number {
		return i
	}
	if isState(s, i) && (isPostcode(s, i+1) || s.Doc.Tokens[i].Upper) {
		return i
	}
	if !s.Capital(i) {
		return i - 1
	}
	if last, _ := placeName(s, i); last >= i {
		return last
	}
	// A town in no list counts when a postcode or a state stands behind it.
	last := i
	for last+1 < min(i+3, len(s.Doc.Tokens)) && s.Doc.Tokens[last+1].Kind == text.Word && s.Adjoins(last, last+1) && s.Capital(last+1) && !isState(s, last+1) {
		last++
	}
	next := s.Skip(last+1, ',')
	if s.Doc.Tokens[i].Kind != text.Word || flagsAt(s, i).Any(gazetteer.Ordinary) && !isState(s, next) {
		return i - 1
	}
	if next < len(s.Doc.Tokens) && (isState(s, next) || isRegion(s, next) || len(s.Doc.Raw(next)) == 5 && evidence.AllDigits(s.Doc.Raw(next))) {
		return last
	}
	return i - 1
}
