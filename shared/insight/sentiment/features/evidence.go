package features

import (
	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/text"
)

// spread adds an amount in equal parts to the tokens of the word or phrase at i and, when it is negated, to its negator.
func (s *Set) spread(i int, c Channel, amount float32) {
	t := s.tokens[i]
	parts := t.span
	if t.negated >= 0 {
		parts++
	}
	share := amount / float32(parts)
	for n := range t.span {
		s.add(i+int(n), c, share)
	}
	if t.negated >= 0 {
		s.add(int(t.negated), c, share)
	}
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
		s.add(-1, NoEvidence, 1)
		return
	}
	c, amount := signed(PositiveLast, s.tokens[last].value)
	s.spread(last, c, amount/4)
}

// addMarks adds exclamation and question marks. The first count on the side on which the message stands without them.
func (s *Set) addMarks(d *text.Document, begin, end int) {
	balance := s.Sums[Positive] + s.Sums[AskedPositive] - s.Sums[Negative] - s.Sums[AskedNegative]
	left := 4
	for i := begin; i < end; i++ {
		if d.Tokens[i].Kind != text.Punct || s.tokens[i].mute {
			continue
		}
		switch d.Norm(i)[0] {
		case '!':
			n := min(left, len(d.Raw(i)))
			if left -= n; n > 0 && balance != 0 {
				c, _ := signed(PositiveExclaimed, balance)
				s.add(i, c, float32(n)/4)
			}
		case '?':
			s.add(i, Question, 1)
		}
	}
}

// inScope sets the words of a negation apart from the same words outside.
const inScope = 0x5bd1e995a9d3c5f7

// addGrams adds words, and pairs of words with nothing but a space between them.
func (s *Set) addGrams(d *text.Document, begin, end int) {
	previous := -1
	for i := begin; i < end; i++ {
		t := &s.tokens[i]
		if t.mute {
			previous = -1
			continue
		}
		switch d.Tokens[i].Kind {
		case text.Word, text.Emoji, text.Emoticon:
			hash := t.hash
			if t.negated >= 0 {
				hash ^= inScope
			}
			s.Grams = append(s.Grams, Gram{First: int32(i), Last: int32(i), Hash: hash})
		default:
			previous = -1
			continue
		}
		if previous >= 0 && !d.Tokens[i].Break {
			s.Grams = append(s.Grams, Gram{First: int32(previous), Last: int32(i), Hash: lexicon.Join(s.tokens[previous].hash, t.hash)})
		}
		previous = i
	}
}
