package codes

import (
	"strings"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
)

// insuranceNumber finds a British National Insurance number, AB123456C or AB 12 34 56 C, in capitals or beside its name.
func insuranceNumber(s *evidence.Sheet, begin, end int) int {
	var buf [9]byte
	n, i := 0, begin
	for n < len(buf) && i < len(s.Text) {
		c := s.Text[i]
		switch {
		case evidence.IsAlnum(c):
			buf[n] = evidence.UpperOf(c)
			n++
		case c == ' ' && n > 1 && n%2 == 0 && s.Text[i-1] != ' ':
		default:
			return begin
		}
		i++
	}
	if n < len(buf) || i < end || evidence.WordAt(s.Text, i) || !validInsurance(buf) {
		return begin
	}
	s.AddWithCue("identity/insurance number", pii.NINO, begin, i, 0.5, evidence.CueNINO)
	return i
}

// validInsurance applies the rules of HM Revenue and Customs for prefix and suffix.
func validInsurance(n [9]byte) bool {
	for i, c := range n {
		if evidence.IsDigit(c) != (i >= 2 && i < 8) {
			return false
		}
	}
	prefix := string(n[:2])
	if strings.ContainsAny(prefix, "DFIQUV") || n[1] == 'O' || n[8] > 'D' {
		return false
	}
	switch prefix {
	case "BG", "GB", "KN", "NK", "NT", "TN", "ZZ":
		return false
	}
	return true
}
