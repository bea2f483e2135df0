package address

import (
	"strings"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
)

// Postcode finds a British or a Canadian postcode in capitals whose first half is [begin, end).
func Postcode(s *evidence.Sheet, begin, end int) int {
	if size := end - begin; size < 2 || size > 4 || end+4 > len(s.Text) || s.Text[end] != ' ' || evidence.WordAt(s.Text, end+4) {
		return begin
	}
	second := s.Text[end+1 : end+4]
	if !evidence.IsDigit(second[0]) || !evidence.IsAlpha(second[1]) {
		return begin
	}
	first, score := s.Text[begin:end], 0.0
	switch {
	case evidence.IsUpper(second[1]) && evidence.IsUpper(second[2]) && outward(first) && !strings.ContainsAny(second[1:], "CIKMOV"):
		score = 0.5
	case len(first) == 3 && evidence.IsUpper(first[0]) && evidence.IsDigit(first[1]) && evidence.IsUpper(first[2]) && evidence.IsDigit(second[2]) && evidence.IsUpper(second[1]):
		score = 0.5
	}
	if score == 0 || s.Nearest(begin, end+4, evidence.CueNumber) == evidence.CueReference || s.Nearest(begin, end+4, evidence.CuePlate) != 0 {
		return begin
	}
	s.Add("address/postcode", pii.Location, begin, end+4, evidence.Alone(score))
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
	for i < len(s) && evidence.IsUpper(s[i]) {
		i++
	}
	if i == 0 || i > 2 || i == len(s) || !evidence.IsDigit(s[i]) {
		return false
	}
	return i+1 == len(s) || i+2 == len(s) && evidence.IsAlnum(s[i+1])
}
