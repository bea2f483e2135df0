package text

import (
	"strings"
	"unicode/utf8"
)

const (
	joiner    = '\u200D' // joins emoji into one
	variation = '\uFE0F' // asks for the coloured form
	keycap    = '\u20E3' // a key drawn round a digit
)

// emojiEnd returns the end of the emoji at i, where the character r of n bytes stands, or i. One emoji is what a person
// sees as one: a flag, a keycap, a base with its modifiers and all that is joined to it.
func (d *Document) emojiEnd(i int, r rune, n int) int {
	end := i + n
	switch {
	case r < utf8.RuneSelf: // a keycap or nothing
		if r != '#' && r != '*' && !isDigit(r) {
			return i
		}
		next, size := d.peek(end)
		if next == variation {
			end += size
			next, size = d.peek(end)
		}
		if next != keycap {
			return i
		}
		return end + size
	case isFlagLetter(r):
		if next, size := d.peek(end); isFlagLetter(next) {
			end += size
		}
		return end
	case isPictograph(r):
	default:
		// A sign that is text unless asked to be an emoji, such as the copyright sign.
		if next, _ := d.peek(end); next != variation {
			return i
		}
	}
	for end < len(d.Text) {
		next, size := d.peek(end)
		switch {
		case next == variation || next == 0xFE0E || isSkinTone(next) || 0xE0020 <= next && next <= 0xE007F:
			end += size
		case next == joiner:
			joined, joinedSize := d.peek(end + size)
			if !isPictograph(joined) {
				return end
			}
			end += size + joinedSize
		default:
			return end
		}
	}
	return end
}

// emitEmoji appends the emoji in its plainest form: neither skin tone nor gender sign may change what it says.
func (d *Document) emitEmoji(begin, end int) int {
	normBegin := len(d.norm)
	for i := begin; i < end; {
		r, n := d.peek(i)
		i += n
		if r == joiner {
			if next, size := d.peek(i); next == '♀' || next == '♂' {
				i += size
				continue
			}
		}
		if first := len(d.norm) == normBegin; first || r != variation && r != 0xFE0E && !isSkinTone(r) {
			d.norm = utf8.AppendRune(d.norm, r)
		}
	}
	d.emitAppended(Emoji, begin, end, normBegin)
	return end
}

func isFlagLetter(r rune) bool { return 0x1F1E6 <= r && r <= 0x1F1FF }

func isSkinTone(r rune) bool { return 0x1F3FB <= r && r <= 0x1F3FF }

// isPictograph reports characters that are emoji by themselves, in the blocks that Unicode gives them.
func isPictograph(r rune) bool {
	switch {
	case r < 0x231A:
		return false
	case r < 0x2600:
		return r <= 0x231B || 0x23E9 <= r && r <= 0x23FA
	case r < 0x1F000:
		return r <= 0x27BF || r == 0x2B50 || r == 0x2B55 || r == 0x2B1B || r == 0x2B1C
	}
	return r <= 0x1FAFF
}

// emoticonEnd returns the end of the emoticon at i, or i, and the length of its plain form: in ":)))" that is 2.
func emoticonEnd(s string, i int) (end, size int) {
	rest := s[i:]
	for _, face := range [...]string{"</3", "<3", "^_^", "-_-", "^^"} {
		if strings.HasPrefix(rest, face) {
			return i + len(face), len(face)
		}
	}
	p := i
	if s[p] == '>' && p+1 < len(s) {
		p++ // frowning brows
	}
	if s[p] != ':' && s[p] != ';' && s[p] != '=' {
		return i, 0
	}
	p++
	if p < len(s) && (s[p] == '-' || s[p] == '\'' || s[p] == '^') {
		p++
	}
	if p >= len(s) || strings.IndexByte(`)(][|/\DPpOoSs3*@$}{`, s[p]) < 0 {
		return i, 0
	}
	mouth := s[p]
	end = p + 1
	for end < len(s) && s[end] == mouth {
		end++
	}
	letter := isAlnum(mouth)
	switch {
	case letter && (i > 0 && isAlnum(s[i-1]) || end < len(s) && isAlnum(s[end])):
		return i, 0
	case mouth == '/' && (end > p+1 || end < len(s) && isAlnum(s[end])): // a scheme or a path
		return i, 0
	}
	return end, p + 1 - i
}
