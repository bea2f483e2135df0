package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// scan reads one token of any make, or one character that is in none, at i and returns where the next begins. Every look-ahead is of
// bounded length or remembered, which keeps Reset linear.
func (d *Document) scan(i int) int {
	r, n := d.peek(i)
	switch {
	case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
		d.lineBreak = true
		return i + n
	case isBlank(r):
		return i + n
	case isLetter(r) || isDigit(r):
		return d.scanName(i, r, n)
	case r == '@' && n == 1:
		if end := handleEnd(d.Text, i+1); end > i+1 {
			return d.emitAs(Handle, i, end, "@user")
		}
	}
	if end := d.emojiEnd(i, r, n); end > i {
		return d.emitEmoji(i, end)
	}
	if end, size := emoticonEnd(d.Text, i); end > i {
		normBegin := len(d.norm)
		d.norm = append(d.norm, d.Text[i:i+size]...)
		d.emitAppended(Emoticon, i, end, normBegin).Elongated = end > i+size
		return end
	}
	if r != utf8.RuneError && (unicode.IsPunct(r) || unicode.IsSymbol(r)) {
		return d.scanPunct(i, r, n)
	}
	return d.scanOther(i, n)
}

// peek decodes the character at i, resolving an HTML entity, and returns its length in the text.
func (d *Document) peek(i int) (rune, int) {
	if i >= len(d.Text) {
		return utf8.RuneError, 0
	}
	c := d.Text[i]
	if c == '&' {
		if r, n := entity(d.Text[i:]); n > 0 {
			return r, n
		}
	}
	if c < utf8.RuneSelf {
		return rune(c), 1
	}
	return utf8.DecodeRuneInString(d.Text[i:])
}

// scanName reads what begins with a letter or digit: an address, a number or a word.
func (d *Document) scanName(i int, r rune, n int) int {
	if r < utf8.RuneSelf && n == 1 {
		if end := urlEnd(d.Text, i); end > i {
			return d.emitAs(URL, i, end, "url")
		}
		if end := d.emailEnd(i); end > i {
			return d.emitAs(Email, i, end, "email")
		}
	}
	if isIdeograph(r) {
		normBegin, end := len(d.norm), d.marksEnd(i+n)
		d.norm = utf8.AppendRune(d.norm, r)
		d.emitAppended(Word, i, end, normBegin)
		return end
	}
	if isDigit(r) {
		if end := d.emojiEnd(i, r, n); end > i {
			return d.emitEmoji(i, end)
		}
		if end := d.numberEnd(i); end > i {
			return d.emitAs(Number, i, end, "0")
		}
	}
	return d.scanWord(i)
}

// numberEnd returns the end of the number at i, or i when letters follow its digits at once, as in "1st".
func (d *Document) numberEnd(i int) int {
	end, separated := i, false
	for end < len(d.Text) {
		r, n := d.peek(end)
		if isDigit(r) {
			end += n
			continue
		}
		if n == 1 && strings.IndexByte(".,:/", byte(r)) >= 0 {
			if next, _ := d.peek(end + 1); isDigit(next) {
				end, separated = end+1, true
				continue
			}
		}
		if !separated && isLetter(r) && !isIdeograph(r) {
			return i
		}
		break
	}
	return end
}

// scanPunct reads a mark, and with it the same mark repeated when it is ASCII.
func (d *Document) scanPunct(i int, r rune, n int) int {
	normBegin, end := len(d.norm), i+n
	d.norm = utf8.AppendRune(d.norm, straight(r))
	for n == 1 && end < len(d.Text) && d.Text[end] == d.Text[i] {
		if _, size := d.peek(end); size != 1 {
			break // an ampersand that begins an entity
		}
		end++
	}
	if end > i+n {
		d.norm = append(d.norm, byte(r))
	}
	d.emitAppended(Punct, i, end, normBegin).Elongated = end > i+n
	return end
}

// scanOther reads a run of what belongs to nothing else.
func (d *Document) scanOther(i, n int) int {
	end := i + n
	for end < len(d.Text) {
		r, size := d.peek(end)
		if r != utf8.RuneError || size != 1 {
			break
		}
		end += size
	}
	return d.emitAs(Other, i, end, "\uFFFD")
}

// marksEnd returns the end of the combining marks at i.
func (d *Document) marksEnd(i int) int {
	for i < len(d.Text) {
		r, n := d.peek(i)
		if !isMark(r) {
			break
		}
		i += n
	}
	return i
}
