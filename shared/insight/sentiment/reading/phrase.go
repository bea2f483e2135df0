package reading

import (
	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/text"
)

// readPhrase reads the longest phrase or the rating that begins with token i, if there is one, and returns how many tokens were read.
func (m *Message) readPhrase(lex lexicon.Lexicon, d *text.Document, i int) int {
	if d.Tokens[i].Kind == text.Number {
		if value, span := rating(d, i); span > 0 {
			m.join(i, span, lexicon.Entry{Role: lexicon.Valence, Value: value}, true) // its numbers are one word
			return span
		}
	}
	phrase, span := longestPhrase(lex, d, i)
	if span == 0 {
		return 1
	}
	// "still not" complains by itself and negates what follows.
	negates := phrase.Role == lexicon.Negator || m.Tokens[i+span-1].Role == lexicon.Negator
	m.join(i, span, phrase, phrase.Role == lexicon.Valence && m.isIdiom(i, span, phrase.Value))
	m.Tokens[i].Negator = negates
	return span
}

// join makes one of the tokens of a phrase or a rating.
func (m *Message) join(i, span int, as lexicon.Entry, misleads bool) {
	for n := range span {
		t := &m.Tokens[i+n]
		t.Value, t.Role, t.Negator, t.Span, t.Mute = 0, lexicon.Nothing, false, 0, misleads
		t.Says &^= Settles
	}
	first := &m.Tokens[i]
	first.Value, first.Role, first.Span = as.Value, as.Role, uint8(span)
	if as.Settles {
		first.Says |= Settles
	}
}

// longestPhrase returns the entry of the longest phrase that begins with token i, of two words or more, and how many it has, or 0.
func longestPhrase(lex lexicon.Lexicon, d *text.Document, i int) (longest lexicon.Entry, span int) {
	hash := d.Hash(i)
	for n, more := 2, true; more && i+n <= len(d.Tokens) && !d.Tokens[i+n-1].Break; n++ {
		hash = lexicon.Join(hash, d.Hash(i+n-1))
		hint := lex.Hint(hash)
		if more = hint.Begins(); hint.HasEntry() {
			if entry, ok := lex.Lookup(hash); ok {
				longest, span = entry, n
			}
		}
	}
	return longest, span
}

// isIdiom reports whether a phrase of a valence says the opposite of one of its words, as "thanks for nothing" does, or nothing where the
// word says something, as "good morning" does.
func (m *Message) isIdiom(i, span int, value float32) bool {
	for _, t := range m.Tokens[i : i+span] {
		if t.Role == lexicon.Valence && (t.Value*value < 0 || value == 0 && t.Value != 0) {
			return true
		}
	}
	return false
}
