package detect

import "github.com/customerai/customerai/shared/insight/pii"

// nationalNumber finds the identity numbers that have a shape of their own, and returns how many groups one used.
func (s *scanner) nationalNumber(r *run, g int) int {
	var buf [20]byte
	switch {
	case r.sizes(g, 3, 2, 4) && alone(r, g):
		sep := r.sep(g + 1)
		if !r.uniform(g, g+3, sep) || sep == '/' || sep == '(' {
			return 0 // mixed delimiters belong to something else
		}
		s.socialSecurity(r, g, 3, sep)
		return 3 // nothing else has that shape
	case r.sizes(g, 4, 4, 1) && r.uniform(g, g+3, '-') && alone(r, g):
		if n := s.digits(r, g, g+3, &buf); routing(n) {
			s.add(pii.RoutingNumber, r.groups[g].begin, r.groups[g+2].end, certain)
			return 3
		}
	case r.sizes(g, 4, 4, 4) && alone(r, g) && (r.uniform(g, g+3, ' ') || r.uniform(g, g+3, '-')):
		if n := s.digits(r, g, g+3, &buf); n[0] >= '2' && verhoeff(n) {
			s.add(pii.Aadhaar, r.groups[g].begin, r.groups[g+2].end, certain)
			return 3
		}
	case r.sizes(g, 3, 3, 4) && alone(r, g) && (r.uniform(g, g+3, ' ') || r.uniform(g, g+3, '-')):
		if s.nearest(r.groups[g].begin, r.groups[g+2].end, cueNumber) == cueNHS && nhsChecksum(s.digits(r, g, g+3, &buf)) {
			s.add(pii.NHSNumber, r.groups[g].begin, r.groups[g+2].end, certain)
			return 3
		}
	case r.sizes(g, 3, 3, 3) && alone(r, g) && (r.uniform(g, g+3, ' ') || r.uniform(g, g+3, '-')):
		if s.nearest(r.groups[g].begin, r.groups[g+2].end, cueNumber) == cueSIN && sin(s.digits(r, g, g+3, &buf)) {
			s.add(pii.SIN, r.groups[g].begin, r.groups[g+2].end, certain)
			return 3
		}
	case r.sizes(g, 2, 2, 2) && alone(r, g) && r.uniform(g, g+3, '-'):
		if s.nearest(r.groups[g].begin, r.groups[g+2].end, cueNumber) == cueAccount { // a British sort code
			s.add(pii.BankNumber, r.groups[g].begin, r.groups[g+2].end, boosted(0.05))
			return 3
		}
	}
	return 0
}

// alone reports whether the three groups at g are not inside a longer row with the same separator.
func alone(r *run, g int) bool {
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
	switch near := s.nearest(begin, end, cueNumber); {
	case near&want != 0:
		base = boosted(base)
	case near == cueReference || near == cuePhone || near == cueVersion:
		return
	}
	s.add(kind, begin, end, base)
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
	return !sameDigits(n) && abaChecksum(n) &&
		(between(1, prefix, 12) || between(21, prefix, 32) || between(61, prefix, 72) || prefix == 80)
}

// sin checks a Canadian number: none begins with 0 or 8.
func sin(n []byte) bool { return n[0] != '0' && n[0] != '8' && luhn(n) }

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
	kind, base := pii.Type(""), 0.05
	switch near {
	case 0:
		if size == 9 && routing(n) {
			kind, base = pii.RoutingNumber, certain
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
			kind, base = pii.RoutingNumber, certain
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
	case cueNHS:
		if size == 10 && nhsChecksum(n) {
			kind, base = pii.NHSNumber, certain
		}
	case cueUTR:
		if size == 10 && utrChecksum(n) {
			kind, base = pii.UTR, certain
		}
	case cueSIN:
		if size == 9 && sin(n) {
			kind, base = pii.SIN, certain
		}
	case cueAadhaar:
		if size == 12 && n[0] >= '2' && verhoeff(n) {
			kind, base = pii.Aadhaar, certain
		}
	default: // a reference, a version, or something with letters in it
	}
	if kind != "" {
		s.add(kind, begin, end, boosted(base))
	}
}
