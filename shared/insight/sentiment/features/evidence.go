package features

import (
	"github.com/customerai/customerai/shared/insight/text"
)

// addTo adds an amount from one token, or none.
func (s *Set) addTo(token int, c Channel, amount float32) {
	s.add(int32(token), 1, -1, c, amount)
}

// spread adds an amount in equal parts from the tokens of the word or phrase at i and, when it is negated, its negator.
func (s *Set) spread(i int, c Channel, amount float32) {
	t := &s.tokens[i]
	parts := t.span
	if t.negated >= 0 {
		parts++
	}
	s.add(int32(i), t.span, t.negated, c, amount/float32(parts))
}

// signed picks the channel of a valence's sign. Negative channels follow their positive twins.
func signed(positive Channel, v float32) (Channel, float32) {
	if v < 0 {
		return positive + 1, -v
	}
	return positive, v
}

// addValence adds all that the valence v of token i is evidence of, and keeps it as the token's value.
func (s *Set) addValence(d *text.Document, i int, v float32, asked bool) {
	t := &s.tokens[i]
	if t.negated >= 0 {
		turned, amount := signed(NegatedPositive, v)
		s.spread(i, turned, amount)
		if v > 0 {
			v *= negatePositive
		} else {
			v *= negateNegative
		}
		t.value = v
	}
	channel := Positive
	if asked {
		channel = AskedPositive
	}
	c, amount := signed(channel, v)
	s.spread(i, c, amount)
	c, _ = signed(PositiveCount, v)
	s.spread(i, c, 1)
	if amount > 2 {
		c, _ = signed(PositiveStrong, v)
		s.spread(i, c, amount-2)
	}
	if s.words > 0 {
		c, _ = signed(PositiveMean, v)
		s.spread(i, c, amount/float32(s.words))
	}
	if k := d.Tokens[i].Kind; k == text.Emoji || k == text.Emoticon {
		c, _ = signed(PositiveFace, v)
		s.spread(i, c, amount)
	}
}

// addLast adds the last valence, which often sums the message up.
func (s *Set) addLast(last int) {
	if last < 0 {
		s.addTo(-1, NoEvidence, 1)
		return
	}
	c, amount := signed(PositiveLast, s.tokens[last].value)
	s.spread(last, c, amount/4)
}

// addMarks adds exclamation and question marks. The first count on the side on which the message stands without them.
func (s *Set) addMarks(d *text.Document, signs []int32) {
	balance := s.Sums[Positive] + s.Sums[AskedPositive] - s.Sums[Negative] - s.Sums[AskedNegative]
	left := 4
	for _, i := range signs {
		if s.tokens[i].mute {
			continue
		}
		switch s.tokens[i].mark {
		case '!':
			n := min(left, len(d.Raw(int(i))))
			if left -= n; n > 0 && balance != 0 {
				c, _ := signed(PositiveExclaimed, balance)
				s.addTo(int(i), c, float32(n)/4)
			}
		case '?':
			s.addTo(int(i), Question, 1)
		}
	}
}
