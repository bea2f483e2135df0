package features

import (
	"unicode"
	"unicode/utf8"

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
	start  bool  // a sentence or a line begins here
	line   bool  // a line begins here
	length uint8 // of a word, at most maxLength
	role   role
}

const maxLength = 12

// role is what a word does beside names.
type role uint8

// What some words do. Function words are what half of any message is made of: they are in no list, which saves
// asking the gazetteer.
const (
	function role = 1 << iota
	particle      // stands inside family names, in lower case
	opening       // an ordinary word that places of several words begin with
)

var roles = text.Vocabulary{Meanings: func() []text.Meaning {
	return []text.Meaning{
		{Bits: uint32(function), Words: "a i the to and my it is of in for on that was you have not this with be are me your at from or we as an so if " +
			"but they no do can been has had how what when by get there would up out all still just which were their where why who about after back now its " +
			"could then than did does our more only some because into over too very also am her his he she us it's"},
		{Bits: uint32(particle), Words: "de van von der den di da la del bin ibn al el ter ten zu dos du le della e y"},
		{Bits: uint32(opening), Words: "new san los las hong south north united saint saudi costa salt fort santa west east el st puerto port great buenos " +
			"rio the long little grand palm sierra"},
	}
}}

// glance makes w what decides whether token i may be part of a name: how it is written and what the gazetteer says of it.
func (w *word) glance(d *text.Document, i int) {
	t := &d.Tokens[i]
	*w = word{end: t.End, shape: shapeOther}
	switch {
	case t.Plain:
		w.plain(d, i)
	case t.Kind == text.Word:
		w.long(d, i)
	case t.Kind == text.Number:
		w.shape = shapeDigits
	case t.Kind == text.Punct:
		w.shape = shapeMark
	}
}

// plain glances at a plain word as long would, without looking at its letters.
func (w *word) plain(d *text.Document, i int) {
	t := &d.Tokens[i]
	length, capital := t.End-t.Begin, d.Text[t.Begin] < 'a'
	w.shape, w.length = shapeMixed, uint8(min(length, maxLength))
	switch {
	case t.Capitals == 0:
		w.shape = shapeLower
		if w.role = roleOf(d, i); w.role&function != 0 {
			w.flags = gazetteer.Ordinary
			return
		}
	case t.Upper:
		w.shape = shapeUpper
	case capital && length == 1:
		w.shape = shapeInitial
	case capital && t.Capitals == 1:
		w.shape = shapeCapital
	}
	w.flags = gazetteer.Of(d, i).Flags()
}

func (w *word) long(d *text.Document, i int) {
	t, raw := &d.Tokens[i], d.Raw(i)
	w.role = roleOf(d, i)
	if w.role&function != 0 && string(d.Norm(i)) == raw {
		w.shape, w.flags, w.length = shapeLower, gazetteer.Ordinary, uint8(len(raw))
		return
	}
	if cut := possessive(raw); cut > 0 {
		raw, w.owner, w.end = raw[:len(raw)-cut], true, t.End-int32(cut)
	}
	w.length = uint8(min(len(raw), maxLength))
	if w.shape = shapeOf(raw, t.Upper); w.shape != shapeDigits {
		w.flags = lookup(raw)
	}
}

// read adds what the features want to know, unless it is known.
func (w *word) read(d *text.Document, i int) {
	if w.id != 0 {
		return
	}
	t := &d.Tokens[i]
	w.line = t.Break || i == 0
	w.start = w.line || sentenceEnd(d, i-1)
	w.id = hash(w.name(d, i))
}

// name returns the normal form of a word, which is token i, without a possessive.
func (w *word) name(d *text.Document, i int) []byte {
	norm := d.Norm(i)
	if w.owner {
		norm = norm[:max(1, len(norm)-2)]
	}
	return norm
}

// lookup asks the gazetteer for a word, and when it has hyphens for its first part.
func lookup(raw string) gazetteer.Flags {
	flags := gazetteer.Lookup(raw)
	if flags == 0 {
		for i := 2; i < len(raw)-1; i++ {
			if raw[i] == '-' {
				return gazetteer.Lookup(raw[:i])
			}
		}
	}
	return flags
}

func roleOf(d *text.Document, i int) role { return role(roles.Of(d.Hash(i))) }

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
