// Package reading looks the words and phrases of a message up in the lexicon and the table of the model, and cuts it into sentences and
// clauses.
//
// Normal use: keep one Message per worker and read each document into it.
//
//	var m reading.Message
//	m.Read(lexicon.Embedded(), model.Embedded().Index(), &doc)
//
// It weighs nothing: what a negation or a contrast does is for the rules that look at what was read. Time is linear in the number of tokens.
package reading

import (
	"slices"

	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/text"
)

// Token is what is known of one token of the message. Rules write down in it what they find.
type Token struct {
	Value   float32
	Said    float32 // Value before negation and contrast
	Negated int32   // the negator in whose scope it stands, or -1
	Row     int32   // of the model
	Role    lexicon.Role
	Span    uint8 // tokens of the phrase that begins here, 1 for a word, 0 inside a phrase
	Mark    byte  // of punctuation: the first byte of its normal form, or ellipsis
	Says    Says
	Breaks  bool // a line break stands before it
	Negator bool // opens a negation, whatever else it does
	Asked   bool // stands in a question
	Mute    bool // its own form misleads: part of an idiom, or of a question that was answered
}

// Message is what was read.
type Message struct {
	Tokens   []Token
	Signs    []int32  // the tokens that rules look at: those that have a role, part sentences or clauses, or are punctuation
	Clauses  []Clause // all tokens, in order
	Words    int      // and numbers
	Shouting bool     // all is in capitals, which then stress nothing

	memory     *memory
	beginnings []int32 // tokens that phrases or ratings may begin with
}

// Read looks every token of d up, the longest phrase first, lists the signs, and cuts the clauses.
func (m *Message) Read(lex lexicon.Lexicon, rows model.Index, d *text.Document) {
	m.readWords(m.recall(lex, rows), d)
	next := 0
	for _, i := range m.beginnings {
		if i := int(i); i >= next {
			next = i + m.readPhrase(lex, d, i)
		}
	}
	m.Signs = m.Signs[:0]
	for i := range m.Tokens {
		if t := &m.Tokens[i]; t.Role != lexicon.Nothing || t.Mark != 0 || t.Says&And != 0 || t.Breaks {
			m.Signs = append(m.Signs, int32(i))
		}
	}
	m.cutClauses()
}

// readWords reads each token as a word of its own.
func (m *Message) readWords(memory *memory, d *text.Document) {
	m.Tokens = slices.Grow(m.Tokens[:0], len(d.Tokens))[:len(d.Tokens)]
	m.beginnings, m.Words, m.Shouting = m.beginnings[:0], 0, true
	for i := range m.Tokens {
		token := &d.Tokens[i]
		word, known := memory.words.Of(d.Hash(i) ^ uint64(token.Kind)<<56) // tokens of two kinds may have one normal form
		if !known {
			*word = memory.learn(d, i)
		}
		t := &m.Tokens[i]
		*t = Token{
			Value: word.value, Negated: -1, Row: word.row, Role: word.role, Negator: word.role == lexicon.Negator, Span: 1, Mark: word.mark,
			Says: word.says &^ begins, Breaks: token.Break,
		}
		if word.says&begins != 0 {
			m.beginnings = append(m.beginnings, int32(i))
		}
		switch token.Kind { //nolint:exhaustive // the others are no words
		case text.Word:
			m.Words++
			m.Shouting = m.Shouting && token.Upper
		case text.Number:
			m.Words++
		}
	}
}
