package detect

import (
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/checkdigit"
)

// digits collects the digits of groups [g, h) and returns how many there are; more than the buffer holds give 0.
func (s *scanner) digits(r *run, g, h int, buf *[20]byte) []byte {
	n := 0
	for _, group := range r.groups[g:h] {
		if n+group.len() > len(buf) {
			return nil
		}
		n += copy(buf[n:], s.text[group.begin:group.end])
	}
	return buf[:n]
}

// numbers finds what the groups of a run are, from left to right.
func (s *scanner) numbers(r *run) {
	for g := 0; g < r.n; {
		g += max(1, s.number(r, g))
	}
}

// number tries each kind of number at group g, the most distinctive first, and returns how many groups it used.
func (s *scanner) number(r *run, g int) int {
	if used := s.card(r, g); used > 0 {
		return used
	}
	if r.attached {
		return r.n
	}
	if used := s.identityNumber(r, g); used > 0 {
		return used
	}
	if used := s.numericDate(r, g); used > 0 {
		return used
	}
	if used := s.ipv4(r, g); used > 0 {
		return used
	}
	if used := s.datedNumber(r, g); used > 0 {
		return used
	}
	if used := s.nationalNumber(r, g); used > 0 {
		return used
	}
	if used := s.phone(r, g); used > 0 {
		return used
	}
	if sep := r.sep(g); (sep == 0 || sep == ' ') && (g+1 == r.n || r.sep(g+1) == ' ') {
		s.plainNumber(r, g)
	}
	return 1
}

// card finds a payment card number: 12 to 19 digits of a known issuer with a valid check digit, in one group or in groups
// of two to seven digits with one kind of separator.
func (s *scanner) card(r *run, g int) int {
	if r.attached && (g > 0 || !s.cardLabel(r.begin)) {
		return 0
	}
	var buf [20]byte
	best := 0
	for h := g + 1; h <= r.n; h++ {
		if h > g+1 && (r.sep(h-1) != r.sep(min(g+1, h-1)) || r.sep(h-1) != ' ' && r.sep(h-1) != '-' || !between(2, r.groups[h-1].len(), 7) ||
			!between(2, r.groups[g].len(), 7)) {
			break
		}
		number := s.digits(r, g, h, &buf)
		if number == nil {
			break
		}
		if len(number) < 12 || sameDigits(number) || !checkdigit.Luhn(number) {
			continue
		}
		if !issued(number) && s.nearest(r.groups[g].begin, r.groups[h-1].end, cueNumber) != cueCard {
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
	begin, end := r.groups[g].begin, r.groups[g+best-1].end
	short := len(s.digits(r, g, g+best, &buf)) < 14
	if near := s.nearest(begin, end, cueCard|cueReference|cuePhone|cueAccount); short && near != cueCard && near != 0 {
		return 0 // one in ten numbers of that length passes
	}
	s.add("card/number", pii.CreditCard, begin, end, proven(0.3))
	return best
}

// cardLabel reports whether the hyphen before offset i follows a word of letters alone: "Visa-4111…", not a GUID.
func (s *scanner) cardLabel(i int) bool {
	if i == 0 || s.text[i-1] == '#' {
		return true
	}
	if s.text[i-1] != '-' {
		return false
	}
	for j := i - 2; j >= max(0, i-20); j-- {
		if isDigit(s.text[j]) {
			return false
		}
		if !isAlpha(s.text[j]) {
			break
		}
	}
	return true
}

// issued reports whether the number begins and is as long as those of a card network (ISO/IEC 7812 ranges in use).
func issued(n []byte) bool {
	two, three, four := number(n[:2]), number(n[:3]), number(n[:4])
	switch size := len(n); {
	case n[0] == '4':
		return size == 13 || size == 16 || size == 19 // Visa
	case between(51, two, 55), between(2221, four, 2720):
		return size == 16 // Mastercard
	case two == 34, two == 37:
		return size == 15 // American Express
	case between(300, three, 305), four == 3095, two == 36, two == 38, two == 39:
		return size == 14 || size >= 16 // Diners Club
	case between(3528, four, 3589), four == 2131, four == 1800:
		return size >= 15 // JCB
	case four == 6011, between(644, three, 649), two == 65, two == 62, two == 81, two == 82, three == 508, between(2200, four, 2204):
		return size >= 16 // Discover, UnionPay, RuPay, Mir
	case two == 50, between(56, two, 69):
		return true // Maestro
	}
	return false
}

// number is the value of a few digits.
func number(digits []byte) int {
	n := 0
	for _, c := range digits {
		n = n*10 + int(c-'0')
	}
	return n
}

func between(low, n, high int) bool { return low <= n && n <= high }
