package features

import (
	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
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
	negationReach  = 4 // words
	boosterReach   = 3 // words
)

// ends reports the marks that end a sentence.
func ends(d *text.Document, i int) bool {
	if d.Tokens[i].Kind != text.Punct {
		return false
	}
	switch d.Norm(i)[0] {
	case '.', '!', '?', ';':
		return true
	}
	return string(d.Norm(i)) == "…"
}

// sentenceEnd returns the end of the sentence that begins at token begin, its marks included.
func sentenceEnd(d *text.Document, begin int) int {
	for i := begin; i < len(d.Tokens); i++ {
		if i > begin && d.Tokens[i].Break {
			return i
		}
		if ends(d, i) {
			for i++; i < len(d.Tokens) && ends(d, i); i++ {
				continue
			}
			return i
		}
	}
	return len(d.Tokens)
}

// cutClauses numbers the clauses and reports whether the whole message is in capitals, which then stress nothing.
func (s *Set) cutClauses(d *text.Document) (shouting bool) {
	clause := int32(0)
	shouting = true
	for i := range s.tokens {
		t := &s.tokens[i]
		boundary := d.Tokens[i].Break || t.role == lexicon.Contrast || t.role == lexicon.Concede
		switch d.Tokens[i].Kind {
		case text.Word:
			boundary = boundary || string(d.Norm(i)) == "and"
			shouting = shouting && d.Tokens[i].Upper
		case text.Punct:
			switch d.Norm(i)[0] {
			case '.', ',', ';', ':', '!', '?', '-', '(', ')':
				boundary = true
			}
		}
		if boundary {
			clause++
		}
		s.Clauses = append(s.Clauses, clause)
	}
	return shouting
}

// weighSentence adds the evidence of tokens [begin, end) and returns the last that has a valence, or -1.
func (s *Set) weighSentence(d *text.Document, begin, end int, shouting bool) int {
	s.negate(d, begin, end)
	asked := isQuestion(d, begin, end)
	contrast := -1
	for i := begin + 1; i < end; i++ {
		if s.tokens[i].role == lexicon.Contrast {
			contrast = i
		}
	}
	last, conceding := -1, false
	for i := begin; i < end; i++ {
		t := &s.tokens[i]
		switch {
		case t.role == lexicon.Concede:
			conceding = true
		case d.Tokens[i].Kind == text.Punct:
			conceding = false
		}
		if t.role != lexicon.Valence || t.value == 0 {
			continue
		}
		v := s.boosted(d, i, begin, shouting)
		switch {
		case conceding || i < contrast:
			v *= beforeContrast
		case contrast >= 0:
			v *= afterContrast
		}
		t.value = v
		s.addValence(d, i, v, asked)
		last = i
	}
	return last
}

// negate marks what stands in the scope of a negator: the next words up to a mark or a contrast. It adds the negators
// that find nothing to negate.
func (s *Set) negate(d *text.Document, begin, end int) {
	negator, left, met := -1, 0, false
	closeScope := func() {
		if negator >= 0 && !met && s.tokens[negator].role != lexicon.Valence {
			s.add(negator, Unmet, 1)
		}
		negator, met = -1, false
	}
	for i := begin; i < end; i++ {
		t := &s.tokens[i]
		if t.span == 0 {
			continue
		}
		if t.role == lexicon.Contrast || t.role == lexicon.Concede || d.Tokens[i].Kind == text.Punct {
			closeScope()
			continue
		}
		if negator >= 0 {
			if left == 0 {
				closeScope()
			} else {
				left--
				t.negated = int32(negator)
				met = met || t.role == lexicon.Valence && t.value != 0
			}
		}
		if t.negator {
			if t.negated >= 0 { // "didn't do nothing": one negation
				t.negated = -1
			}
			closeScope()
			negator, left = i, negationReach
		}
	}
	closeScope()
}

// boosted returns the valence of token i with the tone of its capitals, its length and the words before it.
func (s *Set) boosted(d *text.Document, i, begin int, shouting bool) float32 {
	t := &s.tokens[i]
	sign := float32(1)
	if t.value < 0 {
		sign = -1
	}
	v := t.value
	if d.Tokens[i].Upper && !shouting {
		v += sign * capitals
	}
	if d.Tokens[i].Elongated {
		v += sign * elongation
	}
	fade := float32(1)
	for j, words := i-1, 0; j >= begin && words < boosterReach; j-- {
		if s.tokens[j].span == 0 {
			continue
		}
		if s.tokens[j].role == lexicon.Booster {
			v += sign * s.tokens[j].value * fade
		}
		fade -= 0.05
		words++
	}
	return v
}

// isQuestion reports whether tokens [begin, end) ask: by their mark, or by their first two words.
func isQuestion(d *text.Document, begin, end int) bool {
	for i := end - 1; i >= begin && ends(d, i); i-- {
		if d.Norm(i)[0] == '?' {
			return true
		}
	}
	if end-begin < 3 || d.Tokens[begin].Kind != text.Word || d.Tokens[begin+1].Kind != text.Word {
		return false
	}
	switch string(d.Norm(begin)) {
	case "how", "what", "where", "when", "which", "who", "can", "could", "do", "does", "is", "are", "will", "would", "may", "should":
	default:
		return false
	}
	switch string(d.Norm(begin + 1)) {
	case "i", "you", "we", "do", "can", "my", "the", "to", "is", "it", "much", "many", "long", "there", "are", "does", "should", "your":
		return true
	}
	return false
}
