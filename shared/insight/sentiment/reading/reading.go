// Package reading looks the words and phrases of a message up in the lexicon and cuts it into sentences and clauses.
//
// Normal use: keep one Message per worker and read each document into it.
//
//	var m reading.Message
//	m.Read(lexicon.Embedded(), &doc)
//
// It weighs nothing: what a negation or a contrast does is for the rules that look at what was read. Time is linear in the number of tokens.
package reading

import (
	"slices"

	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/text"
)

// Token is what is known of one token of the message. Rules write down in it what they find.
type Token struct {
	Value   float32
	Said    float32 // Value before negation and contrast
	Negated int32   // the negator in whose scope it stands, or -1
	Role    lexicon.Role
	Span    uint8 // tokens of the phrase that begins here, 1 for a word, 0 inside a phrase
	Mark    byte  // of punctuation: the first byte of its normal form, or ellipsis
	Says    Says
	Breaks  bool // a line break stands before it
	Negator bool // opens a negation, whatever else it does
	Settles bool // closes the trouble that was told before: "sorted"
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

	memory *memory
}

// memory is what the messages before have shown of single words, in a lexicon.
type memory struct {
	lexicon lexicon.Lexicon
	words   text.Memory[word]
}

// word is what is known of a single word.
type word struct {
	value   float32
	role    lexicon.Role
	settles bool
	begins  bool // phrases
	says    Says
}

// word returns what is known of the word with a hash.
func (m *memory) word(hash uint64) *word {
	w, known := m.words.Of(hash)
	if !known {
		m.learn(hash, w)
	}
	return w
}

func (m *memory) learn(hash uint64, w *word) {
	entry, _ := m.lexicon.Lookup(hash)
	*w = word{entry.Value, entry.Role, entry.Settles, m.lexicon.Begins(hash), Says(says.Of(hash))}
}

// recall returns the memory of a lexicon.
func (m *Message) recall(lex lexicon.Lexicon) *memory {
	if m.memory == nil || m.memory.lexicon != lex {
		m.memory = &memory{lexicon: lex}
	}
	return m.memory
}

// Read looks every token of d up, the longest phrase first, lists the signs, and cuts the clauses.
func (m *Message) Read(lex lexicon.Lexicon, d *text.Document) {
	memory := m.recall(lex)
	m.Tokens = slices.Grow(m.Tokens[:0], len(d.Tokens))[:len(d.Tokens)]
	clear(m.Tokens)
	m.Signs, m.Words, m.Shouting = m.Signs[:0], 0, true
	next := 0
	for i := range m.Tokens {
		t, token, word := &m.Tokens[i], &d.Tokens[i], memory.word(d.Hash(i))
		if i == next {
			next += m.readAt(lex, d, i, word)
		}
		t.Negated, t.Breaks, t.Says = -1, token.Break, word.says
		switch token.Kind { //nolint:exhaustive // the others are signs only by their role
		case text.Word:
			m.Words++
			m.Shouting = m.Shouting && token.Upper
		case text.Number:
			m.Words++
		case text.Punct:
			t.Mark = markOf(d.Norm(i))
		}
		if t.Role != lexicon.Nothing || t.Mark != 0 || t.Says&And != 0 || t.Breaks {
			m.Signs = append(m.Signs, int32(i))
		}
	}
	m.cutClauses()
}

const ellipsis = '\x01' // the mark of "…"

func markOf(norm []byte) byte {
	switch string(norm) {
	case "…":
		return ellipsis
	case "–", "—":
		return '-'
	}
	return norm[0]
}

// readAt reads the word or phrase at token i and returns how many tokens it has.
func (m *Message) readAt(lex lexicon.Lexicon, d *text.Document, i int, first *word) int {
	t := &m.Tokens[i]
	t.Span = 1
	if d.Tokens[i].Kind == text.Number {
		if value, span := rating(d, i); span > 0 {
			t.Role, t.Value, t.Span = lexicon.Valence, value, uint8(span)
			for n := range span {
				m.Tokens[i+n].Mute = true // its numbers are one word
			}
			return span
		}
	}
	t.Role, t.Value, t.Settles, t.Negator = first.role, first.value, first.settles, first.role == lexicon.Negator
	if first.begins {
		return m.readPhrase(lex, d, i)
	}
	return 1
}

// readPhrase reads the longest phrase that begins with token i, which was read as a word, and returns how many tokens it has.
func (m *Message) readPhrase(lex lexicon.Lexicon, d *text.Document, i int) int {
	hash, span := d.Hash(i), 1
	var best lexicon.Entry
	for n := 2; lex.Begins(hash) && i+n <= len(m.Tokens) && !d.Tokens[i+n-1].Break; n++ {
		hash = lexicon.Join(hash, d.Hash(i+n-1))
		if e, ok := lex.Lookup(hash); ok {
			best, span = e, n
		}
	}
	if span == 1 {
		return 1
	}
	t := &m.Tokens[i]
	t.Role, t.Value, t.Settles, t.Span = best.Role, best.Value, best.Settles, uint8(span)
	// "still not" complains by itself and negates what follows.
	last, _ := lex.Lookup(d.Hash(i + span - 1))
	t.Negator = best.Role == lexicon.Negator || last.Role == lexicon.Negator
	if best.Role == lexicon.Valence {
		m.markIdiom(lex, d, i, span, best.Value)
	}
	return span
}

// markIdiom marks a phrase that says the opposite of one of its words, as "thanks for nothing" does, or nothing where the
// word says something, as "good morning" does.
func (m *Message) markIdiom(lex lexicon.Lexicon, d *text.Document, i, span int, value float32) {
	for n := range span {
		if e, ok := lex.Lookup(d.Hash(i + n)); ok && e.Role == lexicon.Valence && (e.Value*value < 0 || value == 0 && e.Value != 0) {
			for n := range span {
				m.Tokens[i+n].Mute = true
			}
			return
		}
	}
}
