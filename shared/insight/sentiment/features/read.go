package features

import (
	"slices"

	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/text"
)

// read looks every token up, the longest phrase first, and lists the signs.
func (s *Set) read(lex lexicon.Lexicon, d *text.Document) {
	s.tokens = slices.Grow(s.tokens[:0], len(d.Tokens))[:len(d.Tokens)]
	clear(s.tokens)
	s.signs, s.shouting = s.signs[:0], true
	for i := range s.tokens {
		t := &s.tokens[i]
		t.span, t.negated, t.breaks = 1, -1, d.Tokens[i].Break
		if k := d.Tokens[i].Kind; k == text.Word {
			s.shouting = s.shouting && d.Tokens[i].Upper
			s.words++
		} else if k == text.Number {
			s.words++
		}
	}
	next := 0
	for i := range s.tokens {
		if i == next {
			next += s.readAt(lex, d, i)
		}
		t := &s.tokens[i]
		switch d.Tokens[i].Kind { //nolint:exhaustive // the others are signs only by their role
		case text.Word:
			t.joins = d.Hash(i) == and
		case text.Punct:
			t.mark = markOf(d.Norm(i))
		}
		if t.role != lexicon.Nothing || t.mark != 0 || t.joins || t.breaks {
			s.signs = append(s.signs, int32(i))
		}
	}
}

const (
	and      = 0xe72eb205bd4aca1f // text.Hash("and")
	ellipsis = '\x01'             // the mark of "…"
)

func markOf(norm []byte) byte {
	if string(norm) == "…" {
		return ellipsis
	}
	return norm[0]
}

// readAt reads the word or phrase at token i and returns how many tokens it has.
func (s *Set) readAt(lex lexicon.Lexicon, d *text.Document, i int) int {
	t := &s.tokens[i]
	if d.Tokens[i].Kind == text.Number {
		if value, span := rating(d, i); span > 0 {
			t.role, t.value = lexicon.Valence, value
			for n := range span {
				s.tokens[i+n].mute = true // its numbers are one word
			}
			return s.consume(i, span)
		}
	}
	hash, span := d.Hash(i), 1
	best, known := lex.Lookup(hash)
	for n := 2; lex.Begins(hash) && i+n <= len(s.tokens) && !d.Tokens[i+n-1].Break; n++ {
		hash = lexicon.Join(hash, d.Hash(i+n-1))
		if e, ok := lex.Lookup(hash); ok {
			best, known, span = e, true, n
		}
	}
	if !known {
		return 1
	}
	t.role, t.value, t.settles = best.Role, best.Value, best.Settles
	t.negator = best.Role == lexicon.Negator
	if span > 1 {
		// "still not" complains by itself and negates what follows.
		if e, ok := lex.Lookup(d.Hash(i + span - 1)); ok && e.Role == lexicon.Negator {
			t.negator = true
		}
	}
	if span > 1 && best.Role == lexicon.Valence {
		s.markIdiom(lex, d, i, span, best.Value)
	}
	return s.consume(i, span)
}

// markIdiom marks a phrase that says the opposite of one of its words, as "thanks for nothing" does, or nothing where the
// word says something, as "good morning" does.
func (s *Set) markIdiom(lex lexicon.Lexicon, d *text.Document, i, span int, value float32) {
	for n := range span {
		if e, ok := lex.Lookup(d.Hash(i + n)); ok && e.Role == lexicon.Valence && (e.Value*value < 0 || value == 0 && e.Value != 0) {
			for n := range span {
				s.tokens[i+n].mute = true
			}
			return
		}
	}
}

func (s *Set) consume(i, span int) int {
	s.tokens[i].span = uint8(span)
	for n := 1; n < span; n++ {
		s.tokens[i+n].span = 0
	}
	return span
}

// rating reads "4 stars", "2/5" and "9 out of 10" at token i, a number, and returns their valence and how many tokens they have.
func rating(d *text.Document, i int) (valence float32, span int) {
	points, rest := leadingInt(d.Raw(i))
	if len(rest) > 1 && rest[0] == '/' {
		if scale, rest := leadingInt(rest[1:]); rest == "" {
			return ratingValence(points, scale), ratingSpan(points, scale, 1)
		}
		return 0, 0
	}
	if rest != "" {
		return 0, 0
	}
	switch {
	case isWord(d, i+1, "star") || isWord(d, i+1, "stars"):
		return ratingValence(points, 5), ratingSpan(points, 5, 2)
	case isWord(d, i+1, "out") && isWord(d, i+2, "of") && i+3 < len(d.Tokens):
		if scale, rest := leadingInt(d.Raw(i + 3)); rest == "" {
			return ratingValence(points, scale), ratingSpan(points, scale, 4)
		}
	}
	return 0, 0
}

// ratingSpan accepts the scales that people rate on.
func ratingSpan(points, scale, span int) int {
	if scale != 5 && scale != 10 || points > scale {
		return 0
	}
	return span
}

func ratingValence(points, scale int) float32 {
	if scale <= 0 {
		return 0
	}
	return 6*float32(points)/float32(scale) - 3.3
}

// leadingInt returns the number that s begins with, at most 999, and the rest of s.
func leadingInt(s string) (int, string) {
	n, i := 0, 0
	for i < len(s) && i < 3 && '0' <= s[i] && s[i] <= '9' {
		n = 10*n + int(s[i]-'0')
		i++
	}
	return n, s[i:]
}

// isWord reports whether token i is the word.
func isWord(d *text.Document, i int, word string) bool {
	return i < len(d.Tokens) && d.Tokens[i].Kind == text.Word && string(d.Norm(i)) == word
}
