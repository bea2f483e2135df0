package features

import (
	"unicode"
	"unicode/utf8"

	"github.com/customerai/customerai/shared/insight/pii/evidence"
	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
	"github.com/customerai/customerai/shared/insight/text"
)

// shape is how a token is written.
type shape uint8

const (
	shapeNone shape = iota // before the first token, behind the last
	shapeLower
	shapeCapital // the first letter alone
	shapeUpper   // all letters, two or more
	shapeInitial // one capital
	shapeMixed   // capitals inside: "McDonald", "iPhone"
	shapeDigits  // a number, or a word with digits or underscores
	shapeMark    // punctuation
	shapeOther   // pictures, addresses of the network
	shapes
)

// word is what the features read of a token.
type word struct {
	id     uint32 // its normal form without a possessive
	end    int32  // offset behind it, without a possessive
	shape  shape
	flags  gazetteer.Flags
	place  uint8 // 1 begins a place of several words, 2 goes on with one
	owner  bool  // a possessive
	length uint8 // of a word, at most maxLength
	sense  evidence.Sense
}

const maxLength = 12

// glance makes w what decides whether token i may be part of a name: how it is written and what the gazetteer says of it.
func (w *word) glance(s *evidence.Sheet, i int) {
	t := &s.Doc.Tokens[i]
	*w = word{end: t.End, shape: shapeOther}
	switch {
	case t.Plain:
		w.plain(s, i)
	case t.Kind == text.Word:
		w.long(s, i)
	case t.Kind == text.Number:
		w.shape = shapeDigits
	case t.Kind == text.Punct:
		w.shape = shapeMark
	}
}

// plain glances at a plain word as long would, without looking at its letters.
func (w *word) plain(s *evidence.Sheet, i int) {
	t := &s.Doc.Tokens[i]
	sense, flags := s.Word(i)
	w.length, w.flags = uint8(min(t.End-t.Begin, maxLength)), flags
	if t.Capitals > 0 {
		w.shape = capitalised(t, s.Text[t.Begin])
		return
	}
	w.shape, w.sense = shapeLower, sense
	if sense&evidence.Function != 0 {
		w.flags = gazetteer.Ordinary
	}
}

// capitalised returns the shape of a plain word with capitals.
func capitalised(t *text.Token, first byte) shape {
	switch {
	case t.Upper:
		return shapeUpper
	case first >= 'a':
		return shapeMixed
	case t.End-t.Begin == 1:
		return shapeInitial
	case t.Capitals == 1:
		return shapeCapital
	}
	return shapeMixed
}

func (w *word) long(s *evidence.Sheet, i int) {
	t, raw, norm := &s.Doc.Tokens[i], s.Doc.Raw(i), s.Doc.Norm(i)
	sense, flags := s.Word(i)
	if w.sense = sense; sense&evidence.Function != 0 && string(norm) == raw {
		w.shape, w.flags, w.length = shapeLower, gazetteer.Ordinary, uint8(len(raw))
		return
	}
	if cut := possessive(raw); cut > 0 {
		raw, w.owner, w.end = raw[:len(raw)-cut], true, t.End-int32(cut)
	}
	w.length = uint8(min(len(raw), maxLength))
	if w.shape = shapeOf(raw, t.Upper); w.shape == shapeDigits {
		return
	}
	if len(raw) != len(norm) || utf8.RuneCountInString(raw) != len(raw) { // more than case was folded
		flags = gazetteer.Lookup(raw)
	}
	w.flags = orFirst(flags, raw)
}

// name returns the normal form of a word, which is token i, without a possessive.
func (w *word) name(d *text.Document, i int) []byte {
	norm := d.Norm(i)
	if w.owner {
		norm = norm[:max(1, len(norm)-2)]
	}
	return norm
}

// orFirst returns the flags of a word, or those of its first part when it has none and hyphens.
func orFirst(flags gazetteer.Flags, raw string) gazetteer.Flags {
	if flags == 0 {
		for i := 2; i < len(raw)-1; i++ {
			if raw[i] == '-' {
				return gazetteer.Lookup(raw[:i])
			}
		}
	}
	return flags
}

// possessive returns the length of the possessive ending of raw, or 0.
func possessive(raw string) int {
	n := len(raw)
	if n == 0 || raw[n-1]|0x20 != 's' {
		return 0
	}
	switch {
	case n > 3 && (raw[n-2:] == "'s" || raw[n-2:] == "'S"):
		return 2
	case n > 5 && raw[n-4:] == "’s":
		return 4
	}
	return 0
}

// sentenceEnd reports whether token i ends a sentence or opens a quotation.
func sentenceEnd(d *text.Document, i int) bool {
	if i < 0 || d.Tokens[i].Kind != text.Punct {
		return i < 0 || d.Tokens[i].Kind == text.Emoji || d.Tokens[i].Kind == text.Emoticon
	}
	switch d.Text[d.Tokens[i].Begin] {
	case '.':
		return i == 0 || d.Tokens[i-1].End-d.Tokens[i-1].Begin > 2
	case '!', '?', ':', '"', '*', '-', '>':
		return true
	}
	return false
}

func shapeOf(raw string, upper bool) shape {
	first, inside := false, false
	for i := range len(raw) {
		switch c := raw[i]; {
		case 'a' <= c && c <= 'z':
		case 'A' <= c && c <= 'Z':
			if i == 0 {
				first = true
			} else if raw[i-1] != '-' && raw[i-1] != '\'' {
				inside = true
			}
		case '0' <= c && c <= '9' || c == '_':
			return shapeDigits
		case c >= utf8.RuneSelf:
			r, _ := utf8.DecodeRuneInString(raw[i:])
			if unicode.IsUpper(r) {
				first, inside = first || i == 0, inside || i > 0
			}
		}
	}
	switch {
	case upper:
		return shapeUpper
	case first && len(raw) == 1:
		return shapeInitial
	case inside:
		return shapeMixed
	case first:
		return shapeCapital
	}
	return shapeLower
}

// hash is FNV-1a.
func hash(b []byte) uint32 {
	h := uint32(2166136261)
	for _, c := range b {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}
