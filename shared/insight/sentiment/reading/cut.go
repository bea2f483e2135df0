package reading

import "github.com/customerai/customerai/shared/insight/sentiment/lexicon"

// Ends reports the marks that end a sentence.
func (t *Token) Ends() bool {
	switch t.Mark {
	case '.', '!', '?', ';', ellipsis:
		return true
	}
	return false
}

// SentenceEnd returns the end of the sentence that begins at token begin, its marks included, and how many of the signs from
// there on are in it.
func (m *Message) SentenceEnd(begin int, signs []int32) (end, n int) {
	marked := -1 // the last of its marks so far
	for n, i := range signs {
		t, i := &m.Tokens[i], int(i)
		ends := t.Ends()
		switch {
		case marked >= 0 && (!ends || i > marked+1):
			return marked + 1, n
		case marked < 0 && t.Breaks && i > begin:
			return i, n
		case ends:
			marked = i
		}
	}
	if marked >= 0 {
		return marked + 1, len(signs)
	}
	return len(m.Tokens), len(signs)
}

// Clause is a part of a message that says one thing: tokens [Begin, End).
type Clause struct {
	Begin, End int32
	Turns      bool // a change of mind: what stood before holds no more
	Past       bool // tells what was thought or was so once

	signs, signsEnd int32
}

// SignsOf returns the signs of a clause.
func (m *Message) SignsOf(c Clause) []int32 { return m.Signs[c.signs:c.signsEnd] }

func (m *Message) cutClauses() {
	m.Clauses = m.Clauses[:0]
	begin, signs := int32(0), int32(0)
	for n, i := range m.Signs {
		if i > begin && m.Tokens[i].opensClause() {
			m.addClause(begin, i, signs, int32(n))
			begin, signs = i, int32(n)
		}
	}
	if end := int32(len(m.Tokens)); begin < end {
		m.addClause(begin, end, signs, int32(len(m.Signs)))
	}
}

// opensClause reports whether a clause begins at t, which is a sign.
func (t *Token) opensClause() bool {
	if t.Breaks || t.Says&And != 0 || t.Role == lexicon.Contrast || t.Role == lexicon.Concede {
		return true
	}
	switch t.Mark {
	case '.', ',', ';', ':', '!', '?', '-', '(', ')', '/', '+', ellipsis:
		return true
	}
	return false
}

func (m *Message) addClause(begin, end, signs, signsEnd int32) {
	first := &m.Tokens[begin]
	m.Clauses = append(m.Clauses, Clause{
		Begin: begin, End: end, signs: signs, signsEnd: signsEnd,
		Turns: first.Role == lexicon.Contrast && first.Value > 0,
		Past:  first.Role == lexicon.Concede && first.Value > 0,
	})
}
