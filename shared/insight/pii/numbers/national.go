package numbers

import (
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/checkdigit"
	"github.com/customerai/customerai/shared/insight/pii/digits"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
)

// nationalNumber finds the identity numbers that have a shape of their own, and returns how many groups one used.
func nationalNumber(s *evidence.Sheet, r *digits.Run, g int) int {
	var buf [20]byte
	switch {
	case r.Sizes(g, 3, 2, 4) && unmixed(r, g):
		sep := r.Sep(g + 1)
		if !r.Uniform(g, g+3, sep) || sep == '/' || sep == '(' {
			return 0 // mixed delimiters belong to something else
		}
		socialSecurity(s, r, g, 3, sep)
		return 3 // nothing else has that shape
	case r.Sizes(g, 4, 4, 1) && r.Uniform(g, g+3, '-') && unmixed(r, g):
		if n := digits.Collect(s, r, g, g+3, &buf); routing(n) {
			s.Add("bank/routing", pii.RoutingNumber, r.Groups[g].Begin, r.Groups[g+2].End, evidence.Proven(0.3))
			return 3
		}
	case r.Sizes(g, 4, 4, 4) && unmixed(r, g) && (r.Uniform(g, g+3, ' ') || r.Uniform(g, g+3, '-')):
		if n := digits.Collect(s, r, g, g+3, &buf); checkdigit.National(pii.Aadhaar, n) {
			s.Add("identity/digits", pii.Aadhaar, r.Groups[g].Begin, r.Groups[g+2].End, evidence.Proven(0.3))
			return 3
		}
	case r.Sizes(g, 2, 2, 2) && unmixed(r, g) && r.Uniform(g, g+3, '-'):
		if s.Nearest(r.Groups[g].Begin, r.Groups[g+2].End, evidence.CueNumber) == evidence.CueAccount { // a British sort code
			s.Add("bank/sort code", pii.BankNumber, r.Groups[g].Begin, r.Groups[g+2].End, s.Boosted(0.05))
			return 3
		}
	}
	return 0
}

// unmixed reports whether the three groups at g are not inside a longer row with the same separator.
func unmixed(r *digits.Run, g int) bool {
	sep := r.Sep(g + 1)
	return (g == 0 || r.Sep(g) != sep || sep == ' ') && (g+3 >= r.N || r.Sep(g+3) != sep || sep == ' ' && r.Groups[g+3].Len() < 3)
}

// socialSecurity finds an SSN or an ITIN in n groups from g on; bare ones need a context word.
func socialSecurity(s *evidence.Sheet, r *digits.Run, g, n int, sep byte) {
	var buf [20]byte
	number := digits.Collect(s, r, g, g+n, &buf)
	begin, end := r.Groups[g].Begin, r.Groups[g+n-1].End
	kind, base, want := pii.SSN, 0.05, evidence.CueSSN
	switch {
	case ssn(number):
	case itin(number):
		kind, want = pii.ITIN, evidence.CueITIN|evidence.CueSSN
	default:
		return
	}
	switch sep {
	case '-':
		base = 0.5
	case ' ', '.':
		base = 0.4
	}
	score := evidence.Alone(base)
	switch near := s.Nearest(begin, end, evidence.CueNumber); {
	case near&want != 0:
		score = s.Boosted(base)
	case near == evidence.CueReference || near == evidence.CuePhone || near == evidence.CueVersion:
		return
	}
	s.Add("identity/social security", kind, begin, end, score)
}

// ssn applies the rules of the Social Security Administration, and leaves out two numbers that were printed in
// advertisements and examples.
func ssn(n []byte) bool {
	area := evidence.Value(n[:3])
	if area == 0 || area == 666 || area >= 900 || evidence.Value(n[3:5]) == 0 || evidence.Value(n[5:]) == 0 || evidence.SameDigits(n) {
		return false
	}
	return string(n) != "078051120" && string(n) != "123456789"
}

// itin applies the group ranges of the Internal Revenue Service.
func itin(n []byte) bool {
	middle := evidence.Value(n[3:5])
	return n[0] == '9' && !evidence.SameDigits(n) &&
		(evidence.Between(50, middle, 65) || evidence.Between(70, middle, 88) || evidence.Between(90, middle, 92) || evidence.Between(94, middle, 99))
}

// routing applies the checksum and the prefixes of the Federal Reserve.
func routing(n []byte) bool {
	prefix := evidence.Value(n[:2])
	return !evidence.SameDigits(n) && checkdigit.ABA(n) &&
		(evidence.Between(1, prefix, 12) || evidence.Between(21, prefix, 32) || evidence.Between(61, prefix, 72) || prefix == 80)
}

// plainNumber finds what a group of digits without separators is. The nearest context word decides; only a routing number
// stands by its checksum alone.
func plainNumber(s *evidence.Sheet, r *digits.Run, g int) {
	begin, end := r.Groups[g].Begin, r.Groups[g].End
	size := end - begin
	if size < 3 || size > 17 {
		return
	}
	var buf [20]byte
	n := digits.Collect(s, r, g, g+1, &buf)
	near := s.Nearest(begin, end, evidence.CueNumber|evidence.CueExpiry)
	kind := pii.Type("")
	switch near {
	case 0:
		if size == 9 && routing(n) {
			kind = pii.RoutingNumber
		}
	case evidence.CuePhone:
		if evidence.Between(7, size, 15) && !evidence.SameDigits(n) {
			kind = pii.PhoneNumber
		}
	case evidence.CueAccount:
		if evidence.Between(8, size, 17) {
			kind = pii.BankNumber
		}
	case evidence.CueRouting:
		if size == 9 && routing(n) {
			kind = pii.RoutingNumber
		}
	case evidence.CueSSN, evidence.CueITIN:
		if size == 9 {
			socialSecurity(s, r, g, 1, 0)
		}
	case evidence.CuePassport:
		if size == 9 {
			kind = pii.Passport
		}
	case evidence.CueLicence:
		if evidence.Between(5, size, 14) {
			kind = pii.DriverLicense
		}
	case evidence.CueCVV:
		if size <= 4 {
			kind = pii.CardCVV
		}
	case evidence.CuePIN:
		if evidence.Between(4, size, 8) {
			kind = pii.PINCode
		}
	case evidence.CuePostcode:
		if evidence.Between(3, size, 6) {
			kind = pii.Location
		}
	default: // a reference, a version, or something with letters in it
	}
	switch {
	case kind == pii.RoutingNumber:
		s.Add("bank/routing", kind, begin, end, evidence.Proven(0.05))
	case kind != "":
		s.Add("numbers/digits and a word", kind, begin, end, s.Boosted(0.05))
	}
}
