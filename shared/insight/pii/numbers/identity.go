package numbers

import (
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/checkdigit"
	"github.com/customerai/customerai/shared/insight/pii/digits"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
)

// identityOf returns the kind of identity number that a cue announces, or "".
func identityOf(c evidence.Cue) pii.Type {
	switch c {
	case evidence.CueNHS:
		return pii.NHSNumber
	case evidence.CueUTR:
		return pii.UTR
	case evidence.CueSIN:
		return pii.SIN
	case evidence.CueAadhaar:
		return pii.Aadhaar
	case evidence.CuePESEL:
		return pii.PESEL
	case evidence.CueTaxID, evidence.CueITIN:
		return pii.TaxID
	case evidence.CueNIR:
		return pii.NIR
	case evidence.CueBSN:
		return pii.BSN
	case evidence.CuePersonnummer:
		return pii.Personnummer
	case evidence.CueABN:
		return pii.ABN
	case evidence.CueACN:
		return pii.ACN
	case evidence.CueTFN:
		return pii.TFN
	case evidence.CueMedicare:
		return pii.Medicare
	default:
		return ""
	}
}

// shortestIdentity is how many digits the shortest has: most numbers have fewer, and looking for a context word costs the most.
const shortestIdentity = 9

// identityNumber finds a number of digits alone, in one group or several, that the nearest context word announces and
// whose check digits hold. It returns how many groups it used.
func identityNumber(s *evidence.Sheet, r *digits.Run, g int) int {
	if r.N == 1 && r.Groups[g].Len() < shortestIdentity {
		return 0
	}
	kind := identityOf(s.Nearest(r.Groups[g].Begin, r.Groups[g].End, evidence.CueNumber))
	shortest, longest := checkdigit.Lengths(kind)
	if longest == 0 {
		return 0
	}
	var buf [20]byte
	best := 0
	for h := g + 1; h <= r.N; h++ {
		if sep := r.Sep(h - 1); h > g+1 && sep != ' ' && sep != '-' && sep != '.' {
			break
		}
		n := digits.Collect(s, r, g, h, &buf)
		if n == nil || len(n) > longest {
			break
		}
		if len(n) >= shortest && checkdigit.National(kind, n) {
			best = h
		}
	}
	if best == 0 {
		return 0
	}
	s.Add("identity/digits", kind, r.Groups[g].Begin, r.Groups[best-1].End, s.Proven(0.05))
	return best - g
}

// datedNumber finds the two identity numbers that begin with a birthday and need no context word: 850709-9805 of Sweden
// and, because a letter ends it, not as a run: 131052-308T of Finland.
func datedNumber(s *evidence.Sheet, r *digits.Run, g int) int {
	if r.Sizes(g, 6, 4) && r.Sep(g+1) == '-' && (g+2 == r.N || r.Sep(g+2) != '-') {
		var buf [20]byte
		if checkdigit.National(pii.Personnummer, digits.Collect(s, r, g, g+2, &buf)) &&
			s.Nearest(r.Groups[g].Begin, r.Groups[g+1].End, evidence.CueNumber)&(evidence.CueReference|evidence.CuePhone|evidence.CueAccount) == 0 {
			s.Add("identity/birthday and number", pii.Personnummer, r.Groups[g].Begin, r.Groups[g+1].End, evidence.Proven(0.5))
			return 2
		}
	}
	return 0
}
