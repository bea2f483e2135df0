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
	suffix uint32 // its last three letters
	ending uint32 // its last two
	end    int32  // offset behind it, without a possessive
	shape  shape
	flags  gazetteer.Flags
	place  uint8 // 1 begins a place of several words, 2 goes on with one
	owner  bool  // a possessive
	start  bool  // a sentence or a line begins here
	line   bool  // a line begins here
	length uint8 // of a word, at most 12
}

// glance returns what decides whether token i may be part of a name: how it is written and what the gazetteer says of it.
func glance(d *text.Document, i int) word {
	t := &d.Tokens[i]
	w := word{end: t.End}
	switch t.Kind {
	case text.Word:
		raw := d.Raw(i)
		if functionWord(raw) {
			return word{end: t.End, shape: shapeLower, flags: gazetteer.Ordinary, length: uint8(len(raw))}
		}
		if cut := possessive(raw); cut > 0 {
			raw, w.owner, w.end = raw[:len(raw)-cut], true, t.End-int32(cut)
		}
		w.length = uint8(min(len(raw), 12))
		if w.shape = shapeOf(raw, t.Upper); w.shape != shapeDigits {
			w.flags = lookup(raw)
		}
	case text.Number:
		w.shape = shapeDigits
	case text.Punct:
		w.shape = shapeMark
	default:
		w.shape = shapeOther
	}
	return w
}

// read adds what the features want to know.
func (w *word) read(d *text.Document, i int) {
	t := &d.Tokens[i]
	w.line = t.Break || i == 0
	w.start = w.line || sentenceEnd(d, i-1)
	norm := d.Norm(i)
	if w.owner {
		norm = norm[:max(1, len(norm)-2)]
	}
	if t.Kind == text.Word {
		w.suffix, w.ending = hash(norm[max(0, len(norm)-3):]), hash(norm[max(0, len(norm)-2):])
	}
	w.id = hash(norm)
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

// functionWord reports the words in lower case that half of any message is made of, which saves asking the gazetteer.
func functionWord(raw string) bool {
	if len(raw) > 5 || raw[0] < 'a' {
		return false
	}
	switch raw {
	case "a", "i", "the", "to", "and", "my", "it", "is", "of", "in", "for", "on", "that", "was", "you", "have", "not", "this", "with", "be", "are", "me",
		"your", "at", "from", "or", "we", "as", "an", "so", "if", "but", "they", "no", "do", "can", "been", "has", "had", "how", "what", "when", "by", "get",
		"there", "would", "up", "out", "all", "still", "just", "which", "were", "their", "where", "why", "who", "about", "after", "back", "now", "its",
		"could", "then", "than", "did", "does", "it's", "our", "more", "only", "some", "because", "into", "over", "too", "very", "also", "am", "her", "his", "he", "she", "us":
		return true
	}
	return false
}

// hash is FNV-1a.
func hash(b []byte) uint32 {
	h := uint32(2166136261)
	for _, c := range b {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}
