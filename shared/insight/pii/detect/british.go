package detect

import (
	"strings"

	"github.com/customerai/customerai/shared/insight/pii"
)

// insuranceNumber finds a British National Insurance number, AB123456C or AB 12 34 56 C, in capitals or beside its name.
func (s *scanner) insuranceNumber(begin, end int) int {
	var buf [9]byte
	n, i := 0, begin
	for n < len(buf) && i < len(s.text) {
		c := s.text[i]
		switch {
		case isAlnum(c):
			buf[n] = upperOf(c)
			n++
		case c == ' ' && n > 1 && n%2 == 0 && s.text[i-1] != ' ':
		default:
			return begin
		}
		i++
	}
	if n < len(buf) || i < end || wordAt(s.text, i) || !validInsurance(buf) {
		return begin
	}
	s.addWithCue("identity/insurance number", pii.NINO, begin, i, 0.5, cueNINO)
	return i
}

// validInsurance applies the rules of HM Revenue and Customs for prefix and suffix.
func validInsurance(n [9]byte) bool {
	for i, c := range n {
		if isDigit(c) != (i >= 2 && i < 8) {
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

// postcode finds a British or a Canadian postcode in capitals whose first half is [begin, end).
func (s *scanner) postcode(begin, end int) int {
	if size := end - begin; size < 2 || size > 4 || end+4 > len(s.text) || s.text[end] != ' ' || wordAt(s.text, end+4) {
		return begin
	}
	second := s.text[end+1 : end+4]
	if !isDigit(second[0]) || !isAlpha(second[1]) {
		return begin
	}
	first, score := s.text[begin:end], 0.0
	switch {
	case isUpper(second[1]) && isUpper(second[2]) && outward(first) && !strings.ContainsAny(second[1:], "CIKMOV"):
		score = 0.5
	case len(first) == 3 && isUpper(first[0]) && isDigit(first[1]) && isUpper(first[2]) && isDigit(second[2]) && isUpper(second[1]):
		score = 0.5
	}
	if score == 0 || s.nearest(begin, end+4, cueNumber) == cueReference || s.nearest(begin, end+4, cuePlate) != 0 {
		return begin
	}
	s.add("address/postcode", pii.Location, begin, end+4, alone(score))
	return end + 4
}

// outward checks the first half of a British postcode: one or two letters, a digit, a digit or letter. Some letters are not
// used in some positions, to tell postcodes from other codes and digits from letters.
func outward(s string) bool {
	if s == "GIR" {
		return true
	}
	if strings.IndexByte("QVX", s[0]) >= 0 || strings.IndexByte("IJZ", s[1]) >= 0 {
		return false
	}
	i := 0
	for i < len(s) && isUpper(s[i]) {
		i++
	}
	if i == 0 || i > 2 || i == len(s) || !isDigit(s[i]) {
		return false
	}
	return i+1 == len(s) || i+2 == len(s) && isAlnum(s[i+1])
}
