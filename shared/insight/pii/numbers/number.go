// Package numbers tells what numbers are: payment cards, telephone numbers, accounts, numbers of identity.
//
// Normal use: Find, for each run of digits of a text.
//
//	numbers.Find(s, &run)
//
// The most distinctive kind is tried first; check digits decide where there are some, and else the nearest context word. It
// refuses a number that its nearest word calls an order, a ticket or a version.
package numbers

import (
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/checkdigit"
	"github.com/customerai/customerai/shared/insight/pii/dates"
	"github.com/customerai/customerai/shared/insight/pii/digits"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
)

// Find finds what the groups of a run are, from left to right.
func Find(s *evidence.Sheet, r *digits.Run) {
	if r.N == 1 && r.Groups[0].Len() < 3 {
		return // a security code is the shortest
	}
	for g := 0; g < r.N; {
		g += max(1, one(s, r, g))
	}
}

// one tries each kind of number at group g, the most distinctive first, and returns how many groups it used.
func one(s *evidence.Sheet, r *digits.Run, g int) int {
	if used := card(s, r, g); used > 0 {
		return used
	}
	if r.Attached {
		return r.N
	}
	if used := identityNumber(s, r, g); used > 0 {
		return used
	}
	if used := dates.Numeric(s, r, g); used > 0 {
		return used
	}
	if used := cardExpiry(s, r, g); used > 0 {
		return used
	}
	if used := ipv4(s, r, g); used > 0 {
		return used
	}
	if used := datedNumber(s, r, g); used > 0 {
		return used
	}
	if used := nationalNumber(s, r, g); used > 0 {
		return used
	}
	if used := phone(s, r, g); used > 0 {
		return used
	}
	if sep := r.Sep(g); (sep == 0 || sep == ' ') && (g+1 == r.N || r.Sep(g+1) == ' ') {
		plainNumber(s, r, g)
	}
	return 1
}

// card finds a payment card number: 12 to 19 digits of a known issuer with a valid check digit, in one group or in groups
// of two to seven digits with one kind of separator.
func card(s *evidence.Sheet, r *digits.Run, g int) int {
	if r.Attached && (g > 0 || !cardLabel(s, r.Begin)) {
		return 0
	}
	var buf [20]byte
	best := 0
	for h := g + 1; h <= r.N; h++ {
		if h > g+1 && (r.Sep(h-1) != r.Sep(min(g+1, h-1)) || r.Sep(h-1) != ' ' && r.Sep(h-1) != '-' || !evidence.Between(2, r.Groups[h-1].Len(), 7) ||
			!evidence.Between(2, r.Groups[g].Len(), 7)) {
			break
		}
		number := digits.Collect(s, r, g, h, &buf)
		if number == nil {
			break
		}
		if len(number) < 12 || evidence.SameDigits(number) || !checkdigit.Luhn(number) {
			continue
		}
		if !issued(number) && s.Nearest(r.Groups[g].Begin, r.Groups[h-1].End, evidence.CueNumber) != evidence.CueCard {
			continue
		}
		best = h - g
		if len(number) == 16 {
			break
		}
	}
	if best == 0 {
		return 0
	}
	begin, end := r.Groups[g].Begin, r.Groups[g+best-1].End
	short := len(digits.Collect(s, r, g, g+best, &buf)) < 14
	if near := s.Nearest(begin, end, evidence.CueCard|evidence.CueReference|evidence.CuePhone|evidence.CueAccount); short && near != evidence.CueCard && near != 0 {
		return 0 // one in ten numbers of that length passes
	}
	s.Add("card/number", pii.CreditCard, begin, end, evidence.Proven(0.3))
	return best
}

// cardLabel reports whether the hyphen before offset i follows a word of letters alone: "Visa-4111…", not a GUID.
func cardLabel(s *evidence.Sheet, i int) bool {
	if i == 0 || s.Text[i-1] == '#' {
		return true
	}
	if s.Text[i-1] != '-' {
		return false
	}
	for j := i - 2; j >= max(0, i-20); j-- {
		if evidence.IsDigit(s.Text[j]) {
			return false
		}
		if !evidence.IsAlpha(s.Text[j]) {
			break
		}
	}
	return true
}

// issued reports whether the number begins and is as long as those of a card network (ISO/IEC 7812 ranges in use).
func issued(n []byte) bool {
	two, three, four := evidence.Value(n[:2]), evidence.Value(n[:3]), evidence.Value(n[:4])
	switch size := len(n); {
	case n[0] == '4':
		return size == 13 || size == 16 || size == 19 // Visa
	case evidence.Between(51, two, 55), evidence.Between(2221, four, 2720):
		return size == 16 // Mastercard
	case two == 34, two == 37:
		return size == 15 // American Express
	case evidence.Between(300, three, 305), four == 3095, two == 36, two == 38, two == 39:
		return size == 14 || size >= 16 // Diners Club
	case evidence.Between(3528, four, 3589), four == 2131, four == 1800:
		return size >= 15 // JCB
	case four == 6011, evidence.Between(644, three, 649), two == 65, two == 62, two == 81, two == 82, three == 508, evidence.Between(2200, four, 2204):
		return size >= 16 // Discover, UnionPay, RuPay, Mir
	case two == 50, evidence.Between(56, two, 69):
		return true // Maestro
	}
	return false
}
