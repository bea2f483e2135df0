// Package dates finds calendar dates, years and ages.
//
// Normal use: Numeric at a run of digits; Written at the name of a month; Year and Age at a number.
//
//	used := dates.Numeric(s, &run, g)
//
// It refuses days that no calendar has, and what moves with the day on which it was written: weekdays, "last week".
package dates

import (
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/digits"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
	"github.com/customerai/customerai/shared/insight/text"
)

// Numeric finds a date of three groups, and the time behind it. It returns how many groups it used.
func Numeric(s *evidence.Sheet, r *digits.Run, g int) int {
	if g+2 < r.N && (g+3 >= r.N || r.Sep(g+3) == ' ' || r.Sep(g+3) != r.Sep(g+2)) {
		if sep := r.Sep(g + 1); (sep == '-' || sep == '/' || sep == '.') && sep == r.Sep(g+2) {
			if base := dateScore(s, r, g, sep); base > 0 {
				return addDate(s, r, g, 3, base)
			}
		}
	}
	return 0
}

func addDate(s *evidence.Sheet, r *digits.Run, g, n int, base float64) int {
	begin, end := r.Groups[g].Begin, r.Groups[g+n-1].End
	score := evidence.Alone(base)
	if s.Nearest(begin, end, evidence.CueBirth) != 0 {
		score = s.Boosted(base)
	}
	s.Add("date/numbers", pii.DateTime, begin, clock(s, end), score)
	return n
}

// dateScore returns the base score of three groups as year-month-day, day-month-year or month-day-year, 0 for no date.
// A year of two digits after full stops is rather a version.
func dateScore(s *evidence.Sheet, r *digits.Run, g int, sep byte) float64 {
	var part [3]int
	for i := range part {
		group := r.Groups[g+i]
		if group.Len() > 4 {
			return 0
		}
		part[i] = evidence.Value([]byte(s.Text[group.Begin:group.End]))
	}
	if r.Groups[g].Len() == 4 && r.Groups[g+1].Len() <= 2 && r.Groups[g+2].Len() <= 2 {
		return score(validDate(part[0], part[1], part[2]), 0.6)
	}
	if r.Groups[g].Len() > 2 || r.Groups[g+1].Len() > 2 {
		return 0
	}
	switch r.Groups[g+2].Len() {
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
func clock(s *evidence.Sheet, end int) int {
	if end >= len(s.Text) || s.Text[end] != ' ' && s.Text[end] != 'T' {
		return end
	}
	hours := digitsEnd(s, end+1, 2)
	if hours == end+1 || !colonAt(s, hours) || digitsEnd(s, hours+1, 2) != hours+3 {
		return end
	}
	stop := hours + 3
	if colonAt(s, stop) && digitsEnd(s, stop+1, 2) == stop+3 {
		if stop += 3; stop < len(s.Text) && s.Text[stop] == '.' {
			if fraction := digitsEnd(s, stop+1, 9); fraction > stop+1 {
				stop = fraction
			}
		}
	}
	if stop < len(s.Text) && s.Text[stop] == 'Z' {
		stop++
	}
	return stop
}

func colonAt(s *evidence.Sheet, i int) bool { return i < len(s.Text) && s.Text[i] == ':' }

// digitsEnd returns the end of at most n digits at i.
func digitsEnd(s *evidence.Sheet, i, n int) int {
	for n > 0 && i < len(s.Text) && evidence.IsDigit(s.Text[i]) {
		i, n = i+1, n-1
	}
	return i
}

// Written finds "12 March 1985", "March 12th, 1985", "5 May", "March 2021" and their like around the month at token i.
func Written(s *evidence.Sheet, i int) {
	month := s.Sense(i).Month()
	day, begin, end := 0, i, i
	if n := dayAt(s, i-1); n > 0 {
		day, begin = n, i-1
	} else if s.WordIs(i-1, "of", "de") && dayAt(s, i-2) > 0 {
		day, begin = dayAt(s, i-2), i-2
	}
	next := s.Skip(i+1, '.')
	if day == 0 {
		if day = dayAt(s, next); day > 0 {
			end, next = next, s.Skip(next+1, ',')
		}
	}
	year := yearAt(s, next)
	if year == 0 && s.WordIs(next, "of", "de") {
		year = yearAt(s, next+1)
		next++
	}
	switch {
	case year > 0:
		end = next
	case day == 0 || !surelyMonth(s, i):
		return
	default:
		year = 2000 // a leap year
	}
	if !validDate(year, month, max(day, 1)) {
		return
	}
	from, to := int(s.Doc.Tokens[begin].Begin), int(s.Doc.Tokens[end].End)
	score := evidence.Alone(0.5)
	if s.Nearest(from, to, evidence.CueBirth) != 0 {
		score = s.Boosted(0.5)
	}
	s.Add("date/words", pii.DateTime, from, to, score)
}

// surelyMonth reports whether the month at token i is not rather a word or a name: "it may 5 times", "Jan 3 said".
func surelyMonth(s *evidence.Sheet, i int) bool {
	if !s.WordIs(i, "may", "march", "mar", "mars", "jan", "jun", "sep", "dec", "august") {
		return true
	}
	return s.Capital(i) && !s.WordIs(i, "jan", "mar", "sep") || s.WordIs(i-1, "on", "by", "since", "until", "before", "after", "of", "from", "th", "st")
}

// Year finds a year that a preposition makes one: "since 2019", "the Act of 1964". In "in 2000 words" it counts something.
func Year(s *evidence.Sheet, i int) {
	if yearAt(s, i) == 0 || !s.WordIs(i-1, "in", "since", "of", "during", "from", "until", "till", "before", "after", "by", "year", "summer", "winter", "spring",
		"autumn", "fall", "early", "late", "mid") {
		return
	}
	if s.WordIs(i+1, "words", "people", "pounds", "dollars", "euros", "quid", "miles", "items", "customers", "points", "steps", "calories", "times", "units", "pieces",
		"mb", "gb", "rupees", "km", "hours", "days", "minutes", "men", "women", "lines", "pages", "of", "more", "other", "others", "different", "usd", "eur", "gbp", "per", "a") {
		return
	}
	t := s.Doc.Tokens[i]
	s.Add("date/year", pii.DateTime, int(t.Begin), int(t.End), evidence.Alone(0.5))
}

// dayAt returns the day of the month that token i is, "5" or "5th", or 0.
func dayAt(s *evidence.Sheet, i int) int {
	if i < 0 || i >= len(s.Doc.Tokens) {
		return 0
	}
	raw := s.Doc.Raw(i)
	n := 0
	for n < len(raw) && evidence.IsDigit(raw[n]) {
		n++
	}
	if n == 0 || n > 2 {
		return 0
	}
	switch raw[n:] {
	case "", "st", "nd", "rd", "th", "ST", "ND", "RD", "TH":
		if day := evidence.Value([]byte(raw[:n])); day <= 31 {
			return day
		}
	}
	return 0
}

// yearAt returns the year that token i is, or 0.
func yearAt(s *evidence.Sheet, i int) int {
	if i >= len(s.Doc.Tokens) {
		return 0
	}
	raw := s.Doc.Raw(i)
	if len(raw) == 4 && s.Doc.Tokens[i].Kind == text.Number && (raw[:2] == "19" || raw[:2] == "20") && evidence.IsDigit(raw[2]) && evidence.IsDigit(raw[3]) {
		return evidence.Value([]byte(raw))
	}
	return 0
}
