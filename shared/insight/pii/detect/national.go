package detect

import (
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/checkdigit"
)

// nationalNumber finds the identity numbers that have a shape of their own, and returns how many groups one used.
func (s *scanner) nationalNumber(r *run, g int) int {
	var buf [20]byte
	switch {
	case r.sizes(g, 3, 2, 4) && unmixed(r, g):
		sep := r.sep(g + 1)
		if !r.uniform(g, g+3, sep) || sep == '/' || sep == '(' {
			return 0 // mixed delimiters belong to something else
		}
		s.socialSecurity(r, g, 3, sep)
		return 3 // nothing else has that shape
	case r.sizes(g, 4, 4, 1) && r.uniform(g, g+3, '-') && unmixed(r, g):
		if n := s.digits(r, g, g+3, &buf); routing(n) {
			s.add("bank/routing", pii.RoutingNumber, r.groups[g].begin, r.groups[g+2].end, proven(0.3))
			return 3
		}
	case r.sizes(g, 4, 4, 4) && unmixed(r, g) && (r.uniform(g, g+3, ' ') || r.uniform(g, g+3, '-')):
		if n := s.digits(r, g, g+3, &buf); checkdigit.National(pii.Aadhaar, n) {
			s.add("identity/digits", pii.Aadhaar, r.groups[g].begin, r.groups[g+2].end, proven(0.3))
			return 3
		}
	case r.sizes(g, 2, 2, 2) && unmixed(r, g) && r.uniform(g, g+3, '-'):
		if s.nearest(r.groups[g].begin, r.groups[g+2].end, cueNumber) == cueAccount { // a British sort code
			s.add("bank/sort code", pii.BankNumber, r.groups[g].begin, r.groups[g+2].end, s.boosted(0.05))
			return 3
		}
	}
	return 0
}

// unmixed reports whether the three groups at g are not inside a longer row with the same separator.
func unmixed(r *run, g int) bool {
	sep := r.sep(g + 1)
	return (g == 0 || r.sep(g) != sep || sep == ' ') && (g+3 >= r.n || r.sep(g+3) != sep || sep == ' ' && r.groups[g+3].len() < 3)
}

// socialSecurity finds an SSN or an ITIN in n groups from g on; bare ones need a context word.
func (s *scanner) socialSecurity(r *run, g, n int, sep byte) {
	var buf [20]byte
	number := s.digits(r, g, g+n, &buf)
	begin, end := r.groups[g].begin, r.groups[g+n-1].end
	kind, base, want := pii.SSN, 0.05, cueSSN
	switch {
	case ssn(number):
	case itin(number):
		kind, want = pii.ITIN, cueITIN|cueSSN
	default:
		return
	}
	switch sep {
	case '-':
		base = 0.5
	case ' ', '.':
		base = 0.4
	}
	score := alone(base)
	switch near := s.nearest(begin, end, cueNumber); {
	case near&want != 0:
		score = s.boosted(base)
	case near == cueReference || near == cuePhone || near == cueVersion:
		return
	}
	s.add("identity/social security", kind, begin, end, score)
}

// ssn applies the rules of the Social Security Administration, and leaves out two numbers that were printed in
// advertisements and examples.
func ssn(n []byte) bool {
	area := number(n[:3])
	if area == 0 || area == 666 || area >= 900 || number(n[3:5]) == 0 || number(n[5:]) == 0 || sameDigits(n) {
		return false
	}
	return string(n) != "078051120" && string(n) != "123456789"
}

// itin applies the group ranges of the Internal Revenue Service.
func itin(n []byte) bool {
	middle := number(n[3:5])
	return n[0] == '9' && !sameDigits(n) &&
		(between(50, middle, 65) || between(70, middle, 88) || between(90, middle, 92) || between(94, middle, 99))
}

// routing applies the checksum and the prefixes of the Federal Reserve.
func routing(n []byte) bool {
	prefix := number(n[:2])
	return !sameDigits(n) && checkdigit.ABA(n) &&
		(between(1, prefix, 12) || between(21, prefix, 32) || between(61, prefix, 72) || prefix == 80)
}

func sameDigits(n []byte) bool {
	for _, c := range n {
		if c != n[0] {
			return false
		}
	}
	return true
}

// plainNumber finds what a group of digits without separators is. The nearest context word decides; only a routing number
// stands by its checksum alone.
func (s *scanner) plainNumber(r *run, g int) {
	begin, end := r.groups[g].begin, r.groups[g].end
	size := end - begin
	if size < 3 || size > 17 {
		return
	}
	var buf [20]byte
	n := s.digits(r, g, g+1, &buf)
	near := s.nearest(begin, end, cueNumber|cueExpiry)
	kind := pii.Type("")
	switch near {
	case 0:
		if size == 9 && routing(n) {
			kind = pii.RoutingNumber
		}
	case cuePhone:
		if between(7, size, 15) && !sameDigits(n) {
			kind = pii.PhoneNumber
		}
	case cueAccount:
		if between(8, size, 17) {
			kind = pii.BankNumber
		}
	case cueRouting:
		if size == 9 && routing(n) {
			kind = pii.RoutingNumber
		}
	case cueSSN, cueITIN:
		if size == 9 {
			s.socialSecurity(r, g, 1, 0)
		}
	case cuePassport:
		if size == 9 {
			kind = pii.Passport
		}
	case cueLicence:
		if between(5, size, 14) {
			kind = pii.DriverLicense
		}
	case cueCVV:
		if size <= 4 {
			kind = pii.CardCVV
		}
	case cuePIN:
		if between(4, size, 8) {
			kind = pii.PINCode
		}
	case cuePostcode:
		if between(3, size, 6) {
			kind = pii.Location
		}
	default: // a reference, a version, or something with letters in it
	}
	switch {
	case kind == pii.RoutingNumber:
		s.add("bank/routing", kind, begin, end, proven(0.05))
	case kind != "":
		s.add("numbers/digits and a word", kind, begin, end, s.boosted(0.05))
	}
}
