package features

import (
	"github.com/customerai/customerai/shared/insight/sentiment/evidence"
	"github.com/customerai/customerai/shared/insight/text"
)

// spread adds an amount in equal parts from the tokens of the word or phrase at i and, when it is negated, its negator.
func (s *Set) spread(i int, c evidence.Channel, amount float32) {
	t := &s.Tokens[i]
	parts := t.Span
	if t.Negated >= 0 {
		parts++
	}
	s.Add(int32(i), t.Span, t.Negated, c, amount/float32(parts))
}

// addValence adds all that the valence v of token i is evidence of, and keeps it as the token's value.
func (s *Set) addValence(d *text.Document, i int, v float32, asked bool) {
	t := &s.Tokens[i]
	if t.Negated >= 0 {
		turned, amount := evidence.Signed(evidence.NegatedPositive, v)
		s.spread(i, turned, amount)
		if v > 0 {
			v *= negatePositive
		} else {
			v *= negateNegative
		}
		t.Value = v
	}
	channel := evidence.Positive
	if asked {
		channel = evidence.AskedPositive
	}
	c, amount := evidence.Signed(channel, v)
	s.spread(i, c, amount)
	c, _ = evidence.Signed(evidence.PositiveCount, v)
	s.spread(i, c, 1)
	if amount > 2 {
		c, _ = evidence.Signed(evidence.PositiveStrong, v)
		s.spread(i, c, amount-2)
	}
	if s.Words > 0 {
		c, _ = evidence.Signed(evidence.PositiveMean, v)
		s.spread(i, c, amount/float32(s.Words))
	}
	if k := d.Tokens[i].Kind; k == text.Emoji || k == text.Emoticon {
		c, _ = evidence.Signed(evidence.PositiveFace, v)
		s.spread(i, c, amount)
	}
}

// addLast adds the last valence, which often sums the message up.
func (s *Set) addLast(last int) {
	if last < 0 {
		s.AddTo(-1, evidence.NoEvidence, 1)
		return
	}
	c, amount := evidence.Signed(evidence.PositiveLast, s.Tokens[last].Value)
	s.spread(last, c, amount/4)
}

// addMarks adds exclamation and question marks. The first count on the side on which the message stands without them.
func (s *Set) addMarks(d *text.Document, signs []int32) {
	balance := s.Sums[evidence.Positive] + s.Sums[evidence.AskedPositive] - s.Sums[evidence.Negative] - s.Sums[evidence.AskedNegative]
	left := 4
	for _, i := range signs {
		if s.Tokens[i].Mute {
			continue
		}
		switch s.Tokens[i].Mark {
		case '!':
			n := min(left, len(d.Raw(int(i))))
			if left -= n; n > 0 && balance != 0 {
				c, _ := evidence.Signed(evidence.PositiveExclaimed, balance)
				s.AddTo(int(i), c, float32(n)/4)
			}
		case '?':
			s.AddTo(int(i), evidence.Question, 1)
		}
	}
}
