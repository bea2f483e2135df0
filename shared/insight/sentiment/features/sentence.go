package features

import (
	"slices"

	"github.com/customerai/customerai/shared/insight/sentiment/evidence"
	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/reading"
	"github.com/customerai/customerai/shared/insight/text"
)

// The strengths of the rules. Negation, capitals and contrast are those of Hutto and Gilbert (2014), "VADER", measured on
// human ratings; that a negated complaint is weaker praise than a negated compliment is a complaint is our own.
const (
	negatePositive = -0.74
	negateNegative = -0.4
	capitals       = 0.733
	elongation     = 0.3
	beforeContrast = 0.5
	afterContrast  = 1.5
	negationReach  = 4 // words of more than three letters: shorter ones are mostly function words
	boosterReach   = 3 // words
	elliptic       = 4 // words from a contrast to a negator that nothing follows
)

// sentence is a part of a message: tokens [begin, end) and the signs among them.
type sentence struct {
	begin, end int
	signs      []int32
}

// weighSentence adds the evidence of a sentence and returns the last token that has a valence, or -1.
func (s *Set) weighSentence(d *text.Document, in sentence) int {
	elliptic := s.negate(d, in)
	asked := s.isQuestion(in)
	if answer := s.answer(in.end); asked && answer >= 0 {
		asked = false
		s.state(in, answer)
	}
	contrast := -1
	for _, i := range in.signs {
		if s.Tokens[i].Role == lexicon.Contrast && int(i) > in.begin && !elliptic {
			contrast = int(i)
		}
	}
	last, conceded := -1, float32(1)
	for _, i := range in.signs {
		t, i := &s.Tokens[i], int(i)
		switch {
		case t.Role == lexicon.Concede:
			conceded = left(t)
		case t.Role == lexicon.Contrast || t.Mark != 0:
			conceded = 1
		}
		if t.Role != lexicon.Valence || t.Value == 0 {
			continue
		}
		v := s.boosted(d, i, in.begin)
		t.Said, t.Asked = v, asked
		switch {
		case conceded < 1:
			v *= conceded
		case i < contrast:
			v *= left(&s.Tokens[contrast])
		case contrast >= 0:
			v *= afterContrast
		}
		t.Value = v
		s.addValence(d, i, v, asked)
		last = i
	}
	return last
}

// left returns what a contrast leaves of the side that it outweighs.
func left(contrast *reading.Token) float32 {
	if contrast.Value > 0 {
		return contrast.Value
	}
	return beforeContrast
}

// scope is the reach of a negator.
type scope struct {
	negator int  // or -1
	left    int  // words that it still reaches
	words   int  // words that it reached
	met     bool // one of them has a valence
}

// negate marks what stands in the scope of a negator: the next words up to a mark or a contrast. It adds the negators that
// meet no valence. One that reaches nothing, as in "but it wasn't", negates what stands before it; elliptic reports that.
func (s *Set) negate(d *text.Document, in sentence) (elliptic bool) {
	first := slices.IndexFunc(in.signs, func(i int32) bool { return s.Tokens[i].Negator })
	if first < 0 {
		return false
	}
	open := scope{negator: -1}
	from := in.begin // what stands before it is turned already
	closeScope := func() {
		switch {
		case open.negator < 0 || s.Tokens[open.negator].Role != lexicon.Negator: // an idiom that ends in a negator
		case open.words == 0 && s.turn(from, open.negator):
			elliptic, from = true, open.negator
			s.muteEllipsis(in.begin, open.negator)
		case open.words == 0:
			s.muteEllipsis(in.begin, open.negator)
		case open.words > 0 && !open.met:
			s.AddTo(open.negator, evidence.Unmet, 1)
		}
		open = scope{negator: -1}
	}
	for i := int(in.signs[first]); i < in.end; i++ {
		t := &s.Tokens[i]
		if t.Span == 0 {
			continue
		}
		if t.Role == lexicon.Contrast || t.Role == lexicon.Concede || t.Mark != 0 {
			closeScope()
			continue
		}
		switch {
		case open.negator < 0:
		case open.left == 0:
			closeScope()
		default:
			if len(d.Norm(i)) > 3 {
				open.left--
			}
			open.words++
			open.met = open.met || t.Role == lexicon.Valence && t.Value != 0
			if !t.Negator { // "didn't do nothing" is one negation
				t.Negated = int32(open.negator)
			}
		}
		if t.Negator {
			closeScope()
			open = scope{negator: i, left: negationReach}
		}
	}
	closeScope()
	return elliptic
}

// muteEllipsis mutes "but it was not": it says nothing but that what stands before it is not so.
func (s *Set) muteEllipsis(begin, negator int) {
	for i := negator; i >= max(begin, negator-elliptic); i-- {
		if s.Tokens[i].Role == lexicon.Contrast {
			for ; i <= negator; i++ {
				s.Tokens[i].Mute = true
			}
			return
		}
	}
}

// turn negates every valence of tokens [begin, negator) and reports whether there is one.
func (s *Set) turn(begin, negator int) (found bool) {
	for i := begin; i < negator; i++ {
		if t := &s.Tokens[i]; t.Role == lexicon.Valence && t.Value != 0 {
			found = true
			if t.Negated < 0 {
				t.Negated = int32(negator)
			}
		}
	}
	return found
}

// boosted returns the valence of token i with the tone of its capitals, its length and the words before it.
func (s *Set) boosted(d *text.Document, i, begin int) float32 {
	t := &s.Tokens[i]
	sign := float32(1)
	if t.Value < 0 {
		sign = -1
	}
	v := t.Value
	if d.Tokens[i].Upper && !s.Shouting {
		v += sign * capitals
	}
	if d.Tokens[i].Elongated {
		v += sign * elongation
	}
	fade := float32(1)
	for j, words := i-1, 0; j >= begin && words < boosterReach; j-- {
		if s.Tokens[j].Span == 0 {
			continue
		}
		if s.Tokens[j].Role == lexicon.Booster {
			v += sign * s.Tokens[j].Value * fade
		}
		fade -= 0.05
		words++
	}
	return v
}

// answer returns the token of a yes or no that follows a question, or -1.
func (s *Set) answer(i int) int {
	if i >= len(s.Tokens) || s.Tokens[i].Says&(reading.Yes|reading.No) == 0 {
		return -1
	}
	return i
}

// state makes a statement of the question in: its form tells nothing any more, and a no turns it.
func (s *Set) state(in sentence, answer int) {
	if s.Tokens[answer].Says&reading.No != 0 {
		s.turn(in.begin, answer)
	}
	s.Tokens[answer].Role, s.Tokens[answer].Negator, s.Tokens[answer].Mute = lexicon.Nothing, false, true
	for i := in.begin; i < in.end; i++ {
		if i < in.begin+2 || s.Tokens[i].Mark != 0 {
			s.Tokens[i].Mute = true
		}
	}
}

// isQuestion reports whether a sentence asks: by its mark, or by its first two words.
func (s *Set) isQuestion(in sentence) bool {
	for i := in.end - 1; i >= in.begin && s.Tokens[i].Ends(); i-- {
		if s.Tokens[i].Mark == '?' {
			return true
		}
	}
	begin := in.begin
	return in.end-begin >= 3 && s.Tokens[begin].Says&reading.Asks != 0 && s.Tokens[begin+1].Says&reading.GoesOn != 0
}
