package detect

import (
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/text"
)

// numericDate finds a date of three groups, and the time behind it. It returns how many groups it used.
func (s *scanner) numericDate(r *run, g int) int {
	if g+2 < r.n && (g+3 >= r.n || r.sep(g+3) == ' ' || r.sep(g+3) != r.sep(g+2)) {
		if sep := r.sep(g + 1); (sep == '-' || sep == '/' || sep == '.') && sep == r.sep(g+2) {
			if base := s.dateScore(r, g, sep); base > 0 {
				return s.addDate(r, g, 3, base)
			}
		}
	}
	return s.cardExpiry(r, g)
}

func (s *scanner) addDate(r *run, g, n int, base float64) int {
	begin, end := r.groups[g].begin, r.groups[g+n-1].end
	score := alone(base)
	if s.nearest(begin, end, cueBirth) != 0 {
		score = s.boosted(base)
	}
	s.add("date/numbers", pii.DateTime, begin, s.clock(end), score)
	return n
}

// dateScore returns the base score of three groups as year-month-day, day-month-year or month-day-year, 0 for no date.
// A year of two digits after full stops is rather a version.
func (s *scanner) dateScore(r *run, g int, sep byte) float64 {
	var part [3]int
	for i := range part {
		group := r.groups[g+i]
		if group.len() > 4 {
			return 0
		}
		part[i] = number([]byte(s.text[group.begin:group.end]))
	}
	if r.groups[g].len() == 4 && r.groups[g+1].len() <= 2 && r.groups[g+2].len() <= 2 {
		return score(validDate(part[0], part[1], part[2]), 0.6)
	}
	if r.groups[g].len() > 2 || r.groups[g+1].len() > 2 {
		return 0
	}
	switch r.groups[g+2].len() {
	case 4:
		return score(validDate(part[2], part[1], part[0]) || validDate(part[2], part[0], part[1]), 0.6)
	case 2:
		year := 2000 + part[2]
		valid := validDate(year, part[1], part[0]) || validDate(year, part[0], part[1])
		if sep == '/' {
			return score(valid, 0.4)
		}
		return score(valid, 0.2)
	}
	return 0
}

func score(ok bool, base float64) float64 {
	if ok {
		return base
	}
	return 0
}

// validDate reports a date of the Gregorian calendar between 1900 and 2099.
func validDate(year, month, day int) bool {
	if year < 1900 || year > 2099 || month < 1 || month > 12 || day < 1 {
		return false
	}
	days := [12]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		days++
	}
	return day <= days
}

// clock returns the end of the time of day behind a date, " 14:05", "T14:05:10.5Z", or end.
func (s *scanner) clock(end int) int {
	if end >= len(s.text) || s.text[end] != ' ' && s.text[end] != 'T' {
		return end
	}
	hours := s.digitsEnd(end+1, 2)
	if hours == end+1 || !s.colonAt(hours) || s.digitsEnd(hours+1, 2) != hours+3 {
		return end
	}
	stop := hours + 3
	if s.colonAt(stop) && s.digitsEnd(stop+1, 2) == stop+3 {
		if stop += 3; stop < len(s.text) && s.text[stop] == '.' {
			if fraction := s.digitsEnd(stop+1, 9); fraction > stop+1 {
				stop = fraction
			}
		}
	}
	if stop < len(s.text) && s.text[stop] == 'Z' {
		stop++
	}
	return stop
}

func (s *scanner) colonAt(i int) bool { return i < len(s.text) && s.text[i] == ':' }

// digitsEnd returns the end of at most n digits at i.
func (s *scanner) digitsEnd(i, n int) int {
	for n > 0 && i < len(s.text) && isDigit(s.text[i]) {
		i, n = i+1, n-1
	}
	return i
}

// cardExpiry finds a month and a year, 09/27, that a context word or a card number before makes an expiry date.
func (s *scanner) cardExpiry(r *run, g int) int {
	if g+2 > r.n || r.sep(g+1) != '/' && r.sep(g+1) != '-' || g+2 < r.n && r.sep(g+2) == r.sep(g+1) || g > 0 && r.sep(g) == r.sep(g+1) {
		return 0
	}
	first, second := r.groups[g], r.groups[g+1]
	month := number([]byte(s.text[first.begin:first.end]))
	if first.len() > 2 || month < 1 || month > 12 || second.len() != 2 && (second.len() != 4 || s.text[second.begin:second.begin+2] != "20") {
		return 0
	}
	begin, end := first.begin, second.end
	behindCard := false
	if n := len(s.found); n > 0 {
		behindCard = s.found[n-1].Type == pii.CreditCard && begin-s.found[n-1].End < 12
	}
	if behindCard || s.nearest(begin, end, cueNumber|cueExpiry) == cueExpiry {
		s.add("card/expiry", pii.CardExpiry, begin, end, s.boosted(0.3))
		return 2
	}
	return 0
}

// monthOf returns the month that a normalised word names, or 0.
func monthOf(word []byte) int {
	switch string(word) {
	case "january", "jan", "janvier", "januar", "enero":
		return 1
	case "february", "feb", "février", "februar", "febrero":
		return 2
	case "march", "mar", "mars", "märz", "marzo":
		return 3
	case "april", "apr", "avril", "abril":
		return 4
	case "may", "mai", "mayo":
		return 5
	case "june", "jun", "juin", "juni", "junio":
		return 6
	case "july", "jul", "juillet", "juli", "julio":
		return 7
	case "august", "aug", "août", "agosto":
		return 8
	case "september", "sep", "sept", "septembre", "septiembre":
		return 9
	case "october", "oct", "octobre", "oktober", "octubre":
		return 10
	case "november", "nov", "novembre", "noviembre":
		return 11
	case "december", "dec", "décembre", "dezember", "diciembre":
		return 12
	}
	return 0
}

// writtenDate finds "12 March 1985", "March 12th, 1985", "5 May", "March 2021" and their like around the month at token i.
func (s *scanner) writtenDate(i, month int) {
	day, begin, end := 0, i, i
	if n := s.dayAt(i - 1); n > 0 {
		day, begin = n, i-1
	} else if s.wordIs(i-1, "of", "de") && s.dayAt(i-2) > 0 {
		day, begin = s.dayAt(i-2), i-2
	}
	next := s.skip(i+1, '.')
	if day == 0 {
		if day = s.dayAt(next); day > 0 {
			end, next = next, s.skip(next+1, ',')
		}
	}
	year := s.yearAt(next)
	if year == 0 && s.wordIs(next, "of", "de") {
		year = s.yearAt(next + 1)
		next++
	}
	switch {
	case year > 0:
		end = next
	case day == 0 || !s.surelyMonth(i):
		return
	default:
		year = 2000 // a leap year
	}
	if !validDate(year, month, max(day, 1)) {
		return
	}
	from, to := int(s.doc.Tokens[begin].Begin), int(s.doc.Tokens[end].End)
	score := alone(0.5)
	if s.nearest(from, to, cueBirth) != 0 {
		score = s.boosted(0.5)
	}
	s.add("date/words", pii.DateTime, from, to, score)
}

// surelyMonth reports whether the month at token i is not rather a word or a name: "it may 5 times", "Jan 3 said".
func (s *scanner) surelyMonth(i int) bool {
	if !s.wordIs(i, "may", "march", "mar", "mars", "jan", "jun", "sep", "dec", "august") {
		return true
	}
	return s.capital(i) && !s.wordIs(i, "jan", "mar", "sep") || s.wordIs(i-1, "on", "by", "since", "until", "before", "after", "of", "from", "th", "st")
}

// year finds a year that a preposition makes one: "since 2019", "the Act of 1964". In "in 2000 words" it counts something.
func (s *scanner) year(i int) {
	if s.yearAt(i) == 0 || !s.wordIs(i-1, "in", "since", "of", "during", "from", "until", "till", "before", "after", "by", "year", "summer", "winter", "spring",
		"autumn", "fall", "early", "late", "mid") {
		return
	}
	if s.wordIs(i+1, "words", "people", "pounds", "dollars", "euros", "quid", "miles", "items", "customers", "points", "steps", "calories", "times", "units", "pieces",
		"mb", "gb", "rupees", "km", "hours", "days", "minutes", "men", "women", "lines", "pages", "of", "more", "other", "others", "different", "usd", "eur", "gbp", "per", "a") {
		return
	}
	t := s.doc.Tokens[i]
	s.add("date/year", pii.DateTime, int(t.Begin), int(t.End), alone(0.5))
}

// skip passes over token i when it is the mark c.
func (s *scanner) skip(i int, c byte) int {
	if i < len(s.doc.Tokens) && s.doc.Tokens[i].Kind == text.Punct && s.doc.Raw(i)[0] == c {
		return i + 1
	}
	return i
}

// dayAt returns the day of the month that token i is, "5" or "5th", or 0.
func (s *scanner) dayAt(i int) int {
	if i < 0 || i >= len(s.doc.Tokens) {
		return 0
	}
	raw := s.doc.Raw(i)
	n := 0
	for n < len(raw) && isDigit(raw[n]) {
		n++
	}
	if n == 0 || n > 2 {
		return 0
	}
	switch raw[n:] {
	case "", "st", "nd", "rd", "th", "ST", "ND", "RD", "TH":
		if day := number([]byte(raw[:n])); day <= 31 {
			return day
		}
	}
	return 0
}

// yearAt returns the year that token i is, or 0.
func (s *scanner) yearAt(i int) int {
	if i >= len(s.doc.Tokens) {
		return 0
	}
	raw := s.doc.Raw(i)
	if len(raw) == 4 && s.doc.Tokens[i].Kind == text.Number && (raw[:2] == "19" || raw[:2] == "20") && isDigit(raw[2]) && isDigit(raw[3]) {
		return number([]byte(raw))
	}
	return 0
}
