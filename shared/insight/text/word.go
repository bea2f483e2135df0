package text

import (
	"unicode"
	"unicode/utf8"
)

// wordState folds the characters of a word as they come.
type wordState struct {
	norm           []byte
	prev           rune // the letter before, lower-case
	run, digits    int  // how often it came in a row; digits in a row
	letters, upper int
	lower          bool
	elongated      bool
}

func (w *wordState) letter(r rune) {
	low := r
	switch {
	case r < utf8.RuneSelf:
		low = r | 0x20
	case r > unicode.MaxLatin1 || unicode.IsUpper(r):
		low = unicode.ToLower(r)
	}
	w.letters++
	switch {
	case low != r:
		w.upper++
	case r < utf8.RuneSelf || unicode.IsLower(r):
		w.lower = true
	}
	if low == w.prev {
		w.run++
	} else {
		w.prev, w.run = low, 1
	}
	w.digits = 0
	if w.run > 2 {
		w.elongated = true
		return
	}
	w.norm = utf8.AppendRune(w.norm, low)
}

// digit keeps a lone digit, which may be read aloud ("gr8", "2nd"), and folds a run, which is a number.
func (w *wordState) digit(r rune) {
	w.prev, w.run = 0, 0
	w.digits++
	switch w.digits {
	case 1:
		w.norm = utf8.AppendRune(w.norm, r)
	case 2:
		_, size := utf8.DecodeLastRune(w.norm)
		w.norm = append(w.norm[:len(w.norm)-size], '0')
	}
}

func (w *wordState) other(r rune) {
	w.prev, w.run, w.digits = 0, 0, 0
	w.norm = utf8.AppendRune(w.norm, r)
}

// scanWord reads the word at i, or the bare domain that it begins.
func (d *Document) scanWord(i int) int {
	normBegin, end := len(d.norm), i
	w := wordState{norm: d.norm}
loop:
	for end < len(d.Text) {
		r, n := d.peek(end)
		switch {
		case isLetter(r) && !isIdeograph(r):
			w.letter(r)
		case isDigit(r):
			w.digit(r)
		case isMark(r):
			w.other(r)
		case end > i && isJoiner(r):
			next, _ := d.peek(end + n)
			if !isDigit(next) && (!isLetter(next) || isIdeograph(next)) {
				break loop
			}
			if !isInvisible(r) {
				w.other(straight(r))
			}
		default:
			break loop
		}
		end += n
	}
	d.norm = w.norm
	if stop := domainEnd(d.Text, end); stop > end {
		d.norm = d.norm[:normBegin]
		return d.emitAs(URL, i, stop, "url")
	}
	t := d.emitAppended(Word, i, end, normBegin)
	t.Upper, t.Elongated = w.upper > 0 && w.letters > 1 && !w.lower, w.elongated
	return end
}

func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r|0x20 && r|0x20 <= 'z'
	}
	return r != utf8.RuneError && unicode.IsLetter(r)
}

func isDigit(r rune) bool {
	if r < utf8.RuneSelf {
		return '0' <= r && r <= '9'
	}
	return unicode.IsDigit(r)
}

// isMark reports combining marks. Variation selectors and the keycap belong to emoji, not to words.
func isMark(r rune) bool {
	return r >= 0x300 && r != variation && r != 0xFE0E && r != keycap && unicode.IsMark(r)
}

// isIdeograph reports the scripts that write no spaces and whose characters are read one by one.
func isIdeograph(r rune) bool {
	return r >= 0x3041 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// isJoiner reports what may stand inside a word, between two letters.
func isJoiner(r rune) bool {
	switch r {
	case '\'', '-', '_', '’', '‘', 'ʼ', '\u2010', '\u2011':
		return true
	}
	return isInvisible(r)
}

// isInvisible reports characters without width: soft hyphen, zero-width space, joiners, word joiner, byte order mark.
func isInvisible(r rune) bool {
	return r == 0xAD || 0x200B <= r && r <= 0x200D || r == 0x2060 || r == 0xFEFF
}

// isBlank reports what stands between tokens: spaces, direction marks, and invisible characters outside words.
func isBlank(r rune) bool {
	if r < utf8.RuneSelf {
		return r <= ' ' && r != 0 || r == 0x7F
	}
	return isInvisible(r) || unicode.IsSpace(r) || 0x200E <= r && r <= 0x200F || 0x202A <= r && r <= 0x202E || 0x2066 <= r && r <= 0x2069
}

// straight folds typographic apostrophes, quotation marks and hyphens to their ASCII form.
func straight(r rune) rune {
	switch r {
	case '’', '‘', 'ʼ':
		return '\''
	case '“', '”', '„':
		return '"'
	case '\u2010', '\u2011':
		return '-'
	}
	return r
}
