package detect

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxGroups bounds a run, and with it the work that is done for each of its groups.
const maxGroups = 24

// group is a sequence of digits and what stands before it.
type group struct {
	begin, end int
	sep        byte // '-', '.', '/', ' ', or '(' for anything with a bracket; 0 before the first group
}

func (g group) len() int { return g.end - g.begin }

// run is digit groups with single separators between: a card number, a date, a phone number, or several in a row.
type run struct {
	groups   [maxGroups]group
	n        int
	begin    int  // where the first group begins, or the plus sign or bracket before it
	plus     bool // a plus sign stands before
	attached bool // it is part of a longer identifier, a decimal number or an amount
}

func (r *run) sep(g int) byte { return r.groups[g].sep }

// uniform reports whether all separators inside groups [g, h) are sep.
func (r *run) uniform(g, h int, sep byte) bool {
	for i := g + 1; i < h; i++ {
		if r.groups[i].sep != sep {
			return false
		}
	}
	return true
}

// sizes reports whether the groups from g on have these sizes.
func (r *run) sizes(g int, want ...int) bool {
	if g+len(want) > r.n {
		return false
	}
	for i, size := range want {
		if r.groups[g+i].len() != size {
			return false
		}
	}
	return true
}

// readRun reads the run whose first digit, plus sign or bracket is at i, and returns where to go on.
func (s *scanner) readRun(i int, r *run) int {
	*r = run{begin: i}
	sep := byte(0)
	if s.text[i] == '+' {
		r.plus = true
		i++
	}
	if i < len(s.text) && s.text[i] == '(' {
		i++
	}
	r.attached = s.attachedLeft(r.begin)
	for r.n < maxGroups {
		end := i
		for end < len(s.text) && isDigit(s.text[end]) {
			end++
		}
		if end == i {
			break
		}
		if wordAt(s.text, end) && !isJoint(s.text, end) {
			if r.n == 0 {
				return end
			}
			r.attached = r.attached || sep == '-'
			return r.groups[r.n-1].end
		}
		r.groups[r.n] = group{begin: i, end: end, sep: sep}
		r.n++
		next, kind := separator(s.text, end)
		if kind == 0 {
			break
		}
		i, sep = next, kind
	}
	end := r.groups[max(r.n, 1)-1].end
	r.attached = r.attached || s.attachedRight(end)
	return end
}

// attachedLeft reports whether what stands before offset i makes it the rest of something: a decimal point or comma after a
// digit, a hyphen after a word, a currency sign.
func (s *scanner) attachedLeft(i int) bool {
	if i == 0 {
		return false
	}
	switch s.text[i-1] {
	case '-', '_':
		return i > 1 && wordBefore(s.text, i-1)
	case '.', ',', ':', '/':
		return i > 1 && isDigit(s.text[i-2])
	case '$', '#':
		return true
	}
	return strings.HasSuffix(s.text[:i], "€") || strings.HasSuffix(s.text[:i], "£")
}

// attachedRight reports whether what stands at offset i makes the number before it the beginning of something: a percent
// sign, an underscore, a hyphen and a word with a digit in it.
func (s *scanner) attachedRight(i int) bool {
	if i >= len(s.text) {
		return false
	}
	switch s.text[i] {
	case '%', '_':
		return true
	case '-':
		for j := i + 1; j < min(len(s.text), i+20) && isAlnum(s.text[j]); j++ {
			if isDigit(s.text[j]) {
				return true
			}
		}
	}
	return false
}

// isJoint reports what may stand between two numbers: the T of ISO 8601 before the time, the x before an extension.
func isJoint(s string, i int) bool {
	return (s[i] == 'T' || s[i] == 'x') && i+1 < len(s) && isDigit(s[i+1])
}

// separator reads what stands between two groups of digits: one of - . / or a space, a hyphen with a space on each side,
// a bracket with a space or hyphen before or behind it. It returns where the next group begins and what it read, or 0.
func separator(s string, i int) (int, byte) {
	kind := byte(0)
	for steps := 0; steps < 3 && i < len(s); steps++ {
		c, n := s[i], 1
		switch {
		case isDigit(c):
			return i, kind
		case c == ')' || c == '(':
			kind = '('
		case c == '-' || c == '.' || c == '/':
			if kind != 0 && kind != ' ' && kind != '(' {
				return i, 0
			}
			if kind != '(' {
				kind = c
			}
		case c == ' ':
			if kind == 0 {
				kind = ' '
			}
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			switch r {
			case '\u00A0', '\u2009', '\u202F':
				c = ' '
			case '\u2010', '\u2011', '\u2013':
				c = '-'
			default:
				return i, 0
			}
			if n = size; kind == 0 || kind == ' ' {
				kind = c
			}
		}
		i += n
	}
	if i < len(s) && isDigit(s[i]) {
		return i, kind
	}
	return i, 0
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
func isAlpha(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isAlnum(c byte) bool { return isDigit(c) || isAlpha(c) }

// wordAt reports whether a word goes on at offset i. Ideographs do not count: they stand beside numbers without a space.
func wordAt(s string, i int) bool {
	if i >= len(s) {
		return false
	}
	if s[i] < utf8.RuneSelf {
		return isAlnum(s[i]) || s[i] == '_'
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	return isLetter(r)
}

// wordBefore reports whether a word ends at offset i.
func wordBefore(s string, i int) bool {
	if i <= 0 {
		return false
	}
	if s[i-1] < utf8.RuneSelf {
		return isAlnum(s[i-1]) || s[i-1] == '_'
	}
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return isLetter(r)
}

func isLetter(r rune) bool { return r < 0x2E80 && unicode.IsLetter(r) }
