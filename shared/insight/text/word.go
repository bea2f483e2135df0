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

// plain tells, of each byte, how a word of ASCII letters alone may meet it: as a letter, or as what ends it for sure, being part of
// no word, address or entity. Most words are such; scanPlain reads them in a third of the time.
var plain = [256]uint8{
	'a': plainLetter, 'b': plainLetter, 'c': plainLetter, 'd': plainLetter, 'e': plainLetter, 'f': plainLetter, 'g': plainLetter, 'h': plainLetter, 'i': plainLetter, 'j': plainLetter, 'k': plainLetter, 'l': plainLetter, 'm': plainLetter,
	'n': plainLetter, 'o': plainLetter, 'p': plainLetter, 'q': plainLetter, 'r': plainLetter, 's': plainLetter, 't': plainLetter, 'u': plainLetter, 'v': plainLetter, 'w': plainLetter, 'x': plainLetter, 'y': plainLetter, 'z': plainLetter,
	'A': plainLetter, 'B': plainLetter, 'C': plainLetter, 'D': plainLetter, 'E': plainLetter, 'F': plainLetter, 'G': plainLetter, 'H': plainLetter, 'I': plainLetter, 'J': plainLetter, 'K': plainLetter, 'L': plainLetter, 'M': plainLetter,
	'N': plainLetter, 'O': plainLetter, 'P': plainLetter, 'Q': plainLetter, 'R': plainLetter, 'S': plainLetter, 'T': plainLetter, 'U': plainLetter, 'V': plainLetter, 'W': plainLetter, 'X': plainLetter, 'Y': plainLetter, 'Z': plainLetter,
	0x01: plainEnd, 0x02: plainEnd, 0x03: plainEnd, 0x04: plainEnd, 0x05: plainEnd, 0x06: plainEnd, 0x07: plainEnd, 0x08: plainEnd, 0x09: plainEnd, 0x0a: plainEnd, 0x0b: plainEnd,
	0x0c: plainEnd, 0x0d: plainEnd, 0x0e: plainEnd, 0x0f: plainEnd, 0x10: plainEnd, 0x11: plainEnd, 0x12: plainEnd, 0x13: plainEnd, 0x14: plainEnd, 0x15: plainEnd, 0x16: plainEnd,
	0x17: plainEnd, 0x18: plainEnd, 0x19: plainEnd, 0x1a: plainEnd, 0x1b: plainEnd, 0x1c: plainEnd, 0x1d: plainEnd, 0x1e: plainEnd, 0x1f: plainEnd, 0x20: plainEnd, 0x7f: plainEnd,
	',': plainEnd, ';': plainEnd, '!': plainEnd, '?': plainEnd, '(': plainEnd, ')': plainEnd, '"': plainEnd, '/': plainEnd, '*': plainEnd,
}

const (
	plainLetter = 1
	plainEnd    = 2
)

// scanPlain reads the word at i when it is one of ASCII letters alone and needs no folding but of case; else it returns i.
func (d *Document) scanPlain(i int) int {
	text := d.Text
	end, upper := i, 0
	last, run, hash := byte(0), 0, uint64(hashOfNothing)
	for end < len(text) && plain[text[end]] == plainLetter {
		c := text[end]
		upper += int(^c >> 5 & 1)
		c |= 0x20
		if c != last {
			last, run = c, 0
		}
		if run++; run > 2 {
			return i // elongated
		}
		hash = hashByte(hash, c)
		end++
	}
	if end == i || end < len(text) && plain[text[end]] != plainEnd && !endsSentence(text, end) {
		return i
	}
	normBegin := len(d.norm)
	d.norm = append(d.norm, text[i:end]...)
	for n := normBegin; n < len(d.norm); n++ {
		d.norm[n] |= 0x20
	}
	return d.emitHashed(Token{Begin: int32(i), End: int32(end), Kind: Word, Upper: upper > 1 && upper == end-i, hash: finishHash(hash)}, normBegin)
}

// endsSentence reports a full stop that nothing but white space follows: it begins no domain.
func endsSentence(text string, i int) bool {
	return text[i] == '.' && (i+1 == len(text) || plain[text[i+1]] == plainEnd)
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
	return d.emit(Token{
		Begin: int32(i), End: int32(end), Kind: Word,
		Upper: w.upper > 0 && w.letters > 1 && !w.lower, Elongated: w.elongated,
	}, normBegin)
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
