package pii

import (
	"bytes"

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
		s.addPlace(i, end, 0.45)
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
			s.addPlace(i, end, 0.6)
			return
		}
		if j > i+1 && streetSuffix(norm) && (s.capital(j) || s.lowerStreet(i, j)) {
			s.addPlace(i, s.skip(j+1, '.')-1, 0.6)
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

// flagsAt returns what the gazetteer says about token i.
func (s *scanner) flagsAt(i int) gazetteer.Flags { return gazetteer.Lookup(s.doc.Raw(i)) }

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

// postBox looks for "PO Box 12" and the military "PSC 12, Box 34" around the word "box" at token i.
func (s *scanner) postBox(i int) {
	number := i + 1
	if number >= len(s.doc.Tokens) || !isDigit(s.text[s.doc.Tokens[number].Begin]) {
		return
	}
	for j := i - 1; j >= max(0, i-5); j-- {
		if s.wordIs(j, "po", "p.o", "post", "p", "psc", "cmr", "gpo") {
			s.addPlace(j, number, 0.6)
			return
		}
		if s.wordIs(j, "unit") && isDigit(s.text[s.doc.Tokens[j+1].Begin]) {
			s.addPlace(j, number, 0.6)
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
func (s *scanner) stateAndPostcode(i int) bool {
	if s.isState(i) && s.isPostcode(i+1) {
		s.addPlace(i, i+1, 0.6)
		return true
	}
	return false
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
	if !s.wordIs(i-1, "in", "from", "near") && !(s.wordIs(i-1, "to") && s.wordIs(i-2, "moved", "flew", "relocated", "moving")) {
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

// addPlace records the tokens first to last as a place, with what else of the address follows.
func (s *scanner) addPlace(first, last int, score float64) {
	last = s.addressEnd(last)
	s.placeEnd = last + 1
	s.personEnd = max(s.personEnd, last+1)
	s.add(Location, int(s.doc.Tokens[first].Begin), int(s.doc.Tokens[last].End), score)
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
