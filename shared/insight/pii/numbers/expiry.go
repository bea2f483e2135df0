package numbers

import (
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/digits"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
)

// cardExpiry finds a month and a year, 09/27, that a context word or a card number before makes an expiry date.
func cardExpiry(s *evidence.Sheet, r *digits.Run, g int) int {
	if g+2 > r.N || r.Sep(g+1) != '/' && r.Sep(g+1) != '-' || g+2 < r.N && r.Sep(g+2) == r.Sep(g+1) || g > 0 && r.Sep(g) == r.Sep(g+1) {
		return 0
	}
	first, second := r.Groups[g], r.Groups[g+1]
	month := evidence.Value([]byte(s.Text[first.Begin:first.End]))
	if first.Len() > 2 || month < 1 || month > 12 || second.Len() != 2 && (second.Len() != 4 || s.Text[second.Begin:second.Begin+2] != "20") {
		return 0
	}
	begin, end := first.Begin, second.End
	behindCard := false
	if n := len(s.Found); n > 0 {
		behindCard = s.Found[n-1].Type == pii.CreditCard && begin-s.Found[n-1].End < 12
	}
	if behindCard || s.Nearest(begin, end, evidence.CueNumber|evidence.CueExpiry) == evidence.CueExpiry {
		s.Add("card/expiry", pii.CardExpiry, begin, end, s.Boosted(0.3))
		return 2
	}
	return 0
}
