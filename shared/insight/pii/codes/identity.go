package codes

import (
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/checkdigit"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
)

// IdentityCode finds an identity number of letters and digits in the word [begin, end), whose check letter needs no context
// word; a number for value added tax; the address of a wallet. It returns its end, or begin.
func IdentityCode(s *evidence.Sheet, begin, end int) int {
	var buf [16]byte
	word := s.Text[begin:end]
	if len(word) == 6 && len(s.Text) >= begin+11 && !evidence.WordAt(s.Text, begin+11) {
		word = s.Text[begin : begin+11] // a Finnish code with a sign inside
	}
	if len(word) == 8 && len(s.Text) >= begin+10 && s.Text[end] == '-' && evidence.IsAlpha(s.Text[end+1]) && !evidence.WordAt(s.Text, begin+10) {
		n := copy(buf[:], word) // a hyphen before the check letter
		buf[n] = s.Text[end+1]
		return checkLetter(s, begin, end+2, buf[:n+1])
	}
	if size := len(word); size < 9 || size > 62 {
		if size == 2 {
			return spacedVAT(s, begin)
		}
		return begin
	}
	if len(word) > len(buf) {
		return wallet(s, begin, end)
	}
	n := copy(buf[:], word)
	if stop := checkLetter(s, begin, begin+n, buf[:n]); stop > begin {
		return stop
	}
	return vat(s, begin, end, buf[:n])
}

// checkLetter records the identity number of letters and digits that stands in [begin, end), and returns its end or begin.
func checkLetter(s *evidence.Sheet, begin, end int, code []byte) int {
	for i := range code {
		code[i] = evidence.UpperOf(code[i])
	}
	kind := checkdigit.Code(code)
	if kind == "" || s.Nearest(begin, end, evidence.CueNumber) == evidence.CueReference {
		return begin
	}
	s.Add("identity/check letter", kind, begin, end, evidence.Proven(0.5))
	return end
}

// spacedVAT finds a number for value added tax in groups, "DE 136 695 976", whose country is the word at begin.
func spacedVAT(s *evidence.Sheet, begin int) int {
	var buf [14]byte
	n, i := 0, begin
	for n < len(buf) && i < len(s.Text) {
		switch c := s.Text[i]; {
		case evidence.IsAlnum(c):
			buf[n] = evidence.UpperOf(c)
			if n++; n >= 10 && !evidence.WordAt(s.Text, i+1) && checkdigit.VAT(buf[:n]) == checkdigit.Checked {
				s.Add("identity/vat", pii.VAT, begin, i+1, evidence.Proven(0.5))
				return i + 1
			}
		case n < 2 || c != ' ' && c != '-' && c != '.' || !evidence.IsAlnum(s.Text[i-1]):
			return begin
		}
		i++
	}
	return begin
}

func vat(s *evidence.Sheet, begin, end int, upper []byte) int {
	verdict := checkdigit.VAT(upper)
	if verdict == checkdigit.Wrong || len(upper) != end-begin {
		return begin
	}
	switch near := s.Nearest(begin, end, evidence.CueNumber); {
	case verdict == checkdigit.Checked && near != evidence.CueReference:
		s.Add("identity/vat", pii.VAT, begin, end, evidence.Proven(0.5))
	case near == evidence.CueVAT:
		s.Add("identity/vat", pii.VAT, begin, end, s.Boosted(0.3))
	default:
		return begin
	}
	return end
}

func wallet(s *evidence.Sheet, begin, end int) int {
	switch checkdigit.Wallet(s.Text[begin:end]) {
	case checkdigit.Checked:
		s.Add("wallet/bitcoin", pii.Wallet, begin, end, evidence.Proven(0.5))
	case checkdigit.Shaped:
		s.Add("wallet/ethereum", pii.Wallet, begin, end, evidence.Alone(0.5))
	default:
		return begin
	}
	return end
}
