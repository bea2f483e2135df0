package text

import "math"

// What an ASCII character may be to a token that is read the short way: a word of letters, a number, a mark. Most tokens are such, and
// scan would take three times as long for them.
const (
	letter = 1 << iota
	digit
	joint // stands inside words, between letters
	lone  // is a token, alone or with others of its kind
	gap   // stands between tokens
	newLine
	closes // is part of no word, number, address or entity
)

// classes are what characters may be. Those that are nothing are read the long way.
var classes = [256]uint8{
	'a': letter, 'b': letter, 'c': letter, 'd': letter, 'e': letter, 'f': letter, 'g': letter, 'h': letter, 'i': letter, 'j': letter, 'k': letter, 'l': letter, 'm': letter,
	'n': letter, 'o': letter, 'p': letter, 'q': letter, 'r': letter, 's': letter, 't': letter, 'u': letter, 'v': letter, 'w': letter, 'x': letter, 'y': letter, 'z': letter,
	'A': letter, 'B': letter, 'C': letter, 'D': letter, 'E': letter, 'F': letter, 'G': letter, 'H': letter, 'I': letter, 'J': letter, 'K': letter, 'L': letter, 'M': letter,
	'N': letter, 'O': letter, 'P': letter, 'Q': letter, 'R': letter, 'S': letter, 'T': letter, 'U': letter, 'V': letter, 'W': letter, 'X': letter, 'Y': letter, 'Z': letter,
	'0': digit, '1': digit, '2': digit, '3': digit, '4': digit, '5': digit, '6': digit, '7': digit, '8': digit, '9': digit,
	'\'': joint, '-': joint, '.': lone,
	',': lone | closes, '!': lone | closes, '?': lone | closes, '(': lone | closes, ')': lone | closes, '"': lone | closes, '/': lone | closes,
	'[': lone | closes, ']': lone | closes, '{': lone | closes, '}': lone | closes, '|': lone | closes, '\\': lone | closes, '~': lone | closes,
	'`': lone | closes, '$': lone | closes, '%': lone, '+': lone, '_': lone, '#': closes, '<': closes, '>': closes, '=': closes, '^': closes,
	';': closes, '*': closes, '\n': newLine | closes, '\r': newLine | closes, '\t': gap | closes, ' ': gap | closes,
}

// next reads one token, or one character that is in none, at i and returns where the next begins.
func (d *Document) next(i int) int {
	end := i
	switch class := classes[d.Text[i]]; {
	case class&gap != 0:
		return i + 1
	case class&letter != 0:
		end = d.plainWord(i)
	case class&lone != 0:
		end = d.plainMarks(i)
	case class&digit != 0:
		end = d.plainNumber(i)
	case class&newLine != 0:
		d.lineBreak = true
		return i + 1
	}
	if end > i {
		return end
	}
	return d.scan(i)
}

// plainWord reads the word at i when it is one of ASCII letters, joints between them, and needs no folding but of case; else it
// returns i.
func (d *Document) plainWord(i int) int {
	text, norm := d.Text, d.norm[:len(d.Text)]
	end, lower, joints := i, 0, 0
	last, hash := uint32(0), uint64(hashOfNothing) // last has the letters before, of which two matter
	for ; uint(end) < uint(len(text)); end++ {
		c := text[end]
		if class := classes[c]; class != letter {
			if class != joint || end+1 == len(text) || classes[text[end+1]] != letter {
				break
			}
			joints++
		}
		lower += int(c >> 5 & 1) // or a joint
		c |= 0x20                // which joints have
		last = last<<8 | uint32(c)
		if uint16(last^last>>8) == 0 { // both at once: twice in a row is too common to foresee
			return i // elongated
		}
		norm[end] = c
		hash = hashByte(hash, c)
	}
	if !d.closed(end) {
		return i
	}
	t := d.emit(Word, i, end, i, end, hash)
	upper := end - i - lower
	t.Plain, t.Upper = joints == 0, upper > 1 && lower == joints
	if t.Plain {
		t.Capitals = uint8(min(upper, math.MaxUint8))
	}
	return end
}

// plainNumber reads the number at i when it is one of ASCII digits; else it returns i.
func (d *Document) plainNumber(i int) int {
	text, end := d.Text, i
	for ; end < len(text) && classes[text[end]] == digit; end++ {
		if end+2 < len(text) && separates(text[end+1]) && classes[text[end+2]] == digit {
			end++
		}
	}
	if !d.closed(end) || end+1 < len(text) && separates(text[end]) && classes[text[end+1]] == 0 {
		return i
	}
	d.norm[i] = '0'
	d.emit(Number, i, end, i, i+1, hashByte(hashOfNothing, '0'))
	return end
}

// separates reports what may stand inside a number, between digits.
func separates(c byte) bool { return c == '.' || c == ',' || c == ':' || c == '/' }

// closed reports whether what stands before i ends there for sure.
func (d *Document) closed(i int) bool {
	if i == len(d.Text) || classes[d.Text[i]]&closes != 0 {
		return true
	}
	after := uint8(closes)
	if i+1 < len(d.Text) {
		after = classes[d.Text[i+1]]
	}
	switch d.Text[i] {
	case '.': // begins no domain
		return after&closes != 0
	case ':', '-', '\'':
		return after&(gap|newLine) != 0
	}
	return false
}

// plainMarks reads the mark at i, and with it the same mark repeated.
func (d *Document) plainMarks(i int) int {
	c, end := d.Text[i], i+1
	for end < len(d.Text) && d.Text[end] == c {
		end++
	}
	hash, normEnd := hashByte(hashOfNothing, c), i+1
	d.norm[i] = c
	if end > normEnd {
		d.norm[normEnd] = c
		hash, normEnd = hashByte(hash, c), normEnd+1
	}
	d.emit(Punct, i, end, i, normEnd, hash).Elongated = end > i+1
	return end
}
