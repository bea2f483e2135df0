package detect

import (
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/checkdigit"
)

// identityOf returns the kind of identity number that a cue announces, or "".
func identityOf(c cue) pii.Type {
	switch c {
	case cueNHS:
		return pii.NHSNumber
	case cueUTR:
		return pii.UTR
	case cueSIN:
		return pii.SIN
	case cueAadhaar:
		return pii.Aadhaar
	case cuePESEL:
		return pii.PESEL
	case cueTaxID, cueITIN:
		return pii.TaxID
	case cueNIR:
		return pii.NIR
	case cueBSN:
		return pii.BSN
	case cuePersonnummer:
		return pii.Personnummer
	case cueABN:
		return pii.ABN
	case cueACN:
		return pii.ACN
	case cueTFN:
		return pii.TFN
	case cueMedicare:
		return pii.Medicare
	default:
		return ""
	}
}

// identityNumber finds a number of digits alone, in one group or several, that the nearest context word announces and
// whose check digits hold. It returns how many groups it used.
func (s *scanner) identityNumber(r *run, g int) int {
	kind := identityOf(s.nearest(r.groups[g].begin, r.groups[g].end, cueNumber))
	shortest, longest := checkdigit.Lengths(kind)
	if longest == 0 {
		return 0
	}
	var buf [20]byte
	best := 0
	for h := g + 1; h <= r.n; h++ {
		if sep := r.sep(h - 1); h > g+1 && sep != ' ' && sep != '-' && sep != '.' {
			break
		}
		n := s.digits(r, g, h, &buf)
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
	s.add("identity/digits", kind, r.groups[g].begin, r.groups[best-1].end, s.proven(0.05))
	return best - g
}

// datedNumber finds the two identity numbers that begin with a birthday and need no context word: 850709-9805 of Sweden
// and, because a letter ends it, not as a run: 131052-308T of Finland.
func (s *scanner) datedNumber(r *run, g int) int {
	if r.sizes(g, 6, 4) && r.sep(g+1) == '-' && (g+2 == r.n || r.sep(g+2) != '-') {
		var buf [20]byte
		if checkdigit.National(pii.Personnummer, s.digits(r, g, g+2, &buf)) &&
			s.nearest(r.groups[g].begin, r.groups[g+1].end, cueNumber)&(cueReference|cuePhone|cueAccount) == 0 {
			s.add("identity/birthday and number", pii.Personnummer, r.groups[g].begin, r.groups[g+1].end, proven(0.5))
			return 2
		}
	}
	return 0
}

// identityCode finds an identity number of letters and digits in the word [begin, end), whose check letter needs no context
// word; a number for value added tax; the address of a wallet. It returns its end, or begin.
func (s *scanner) identityCode(begin, end int) int {
	var buf [16]byte
	word := s.text[begin:end]
	if len(word) == 6 && len(s.text) >= begin+11 && !wordAt(s.text, begin+11) {
		word = s.text[begin : begin+11] // a Finnish code with a sign inside
	}
	if len(word) == 8 && len(s.text) >= begin+10 && s.text[end] == '-' && isAlpha(s.text[end+1]) && !wordAt(s.text, begin+10) {
		n := copy(buf[:], word) // a hyphen before the check letter
		buf[n] = s.text[end+1]
		return s.checkLetter(begin, end+2, buf[:n+1])
	}
	if size := len(word); size < 9 || size > 62 {
		if size == 2 {
			return s.spacedVAT(begin)
		}
		return begin
	}
	if len(word) > len(buf) {
		return s.wallet(begin, end)
	}
	n := copy(buf[:], word)
	if stop := s.checkLetter(begin, begin+n, buf[:n]); stop > begin {
		return stop
	}
	return s.vat(begin, end, buf[:n])
}

// checkLetter records the identity number of letters and digits that stands in [begin, end), and returns its end or begin.
func (s *scanner) checkLetter(begin, end int, code []byte) int {
	for i := range code {
		code[i] = upperOf(code[i])
	}
	kind := checkdigit.Code(code)
	if kind == "" || s.nearest(begin, end, cueNumber) == cueReference {
		return begin
	}
	s.add("identity/check letter", kind, begin, end, proven(0.5))
	return end
}

// spacedVAT finds a number for value added tax in groups, "DE 136 695 976", whose country is the word at begin.
func (s *scanner) spacedVAT(begin int) int {
	var buf [14]byte
	n, i := 0, begin
	for n < len(buf) && i < len(s.text) {
		switch c := s.text[i]; {
		case isAlnum(c):
			buf[n] = upperOf(c)
			if n++; n >= 10 && !wordAt(s.text, i+1) && checkdigit.VAT(buf[:n]) == checkdigit.Checked {
				s.add("identity/vat", pii.VAT, begin, i+1, proven(0.5))
				return i + 1
			}
		case n < 2 || c != ' ' && c != '-' && c != '.' || !isAlnum(s.text[i-1]):
			return begin
		}
		i++
	}
	return begin
}

func (s *scanner) vat(begin, end int, upper []byte) int {
	verdict := checkdigit.VAT(upper)
	if verdict == checkdigit.Wrong || len(upper) != end-begin {
		return begin
	}
	switch near := s.nearest(begin, end, cueNumber); {
	case verdict == checkdigit.Checked && near != cueReference:
		s.add("identity/vat", pii.VAT, begin, end, proven(0.5))
	case near == cueVAT:
		s.add("identity/vat", pii.VAT, begin, end, s.boosted(0.3))
	default:
		return begin
	}
	return end
}

func (s *scanner) wallet(begin, end int) int {
	switch checkdigit.Wallet(s.text[begin:end]) {
	case checkdigit.Checked:
		s.add("wallet/bitcoin", pii.Wallet, begin, end, proven(0.5))
	case checkdigit.Shaped:
		s.add("wallet/ethereum", pii.Wallet, begin, end, alone(0.5))
	default:
		return begin
	}
	return end
}
