// Package digits reads numbers as people write them: groups of digits with separators between.
//
// Normal use: Read at a digit, a plus sign or a bracket, then look at the groups.
//
//	end := digits.Read(s, i, &run)
//	n := digits.Collect(s, &run, 0, run.N, &buffer)
//
// It refuses to say what a number is, and to read more than 24 groups at once: what is longer is read in pieces.
package digits

import (
	"strings"
	"unicode/utf8"

	"github.com/customerai/customerai/shared/insight/pii/evidence"
)

// Collect returns the digits of groups [g, h) and returns how many there are; more than the buffer holds give 0.
func Collect(s *evidence.Sheet, r *Run, g, h int, buf *[20]byte) []byte {
	n := 0
	for _, group := range r.Groups[g:h] {
		if n+group.Len() > len(buf) {
			return nil
		}
		n += copy(buf[n:], s.Text[group.Begin:group.End])
	}
	return buf[:n]
}

// maxGroups bounds a run, and with it the work that is done for each of its groups.
const maxGroups = 24

// Group is a sequence of digits and what stands before it.
type Group struct {
	Begin, End int
	Sep        byte // '-', '.', '/', ' ', or '(' for anything with a bracket; 0 before the first group
}

// Len is the number of digits.
func (g Group) Len() int { return g.End - g.Begin }

// Run is digit groups with single separators between: a card number, a date, a phone number, or several in a row.
type Run struct {
	Groups   [maxGroups]Group
	N        int
	Begin    int  // where the first group begins, or the plus sign or bracket before it
	Plus     bool // a plus sign stands before
	Attached bool // it is part of a longer identifier, a decimal number or an amount
}

// Sep is what stands before group g.
func (r *Run) Sep(g int) byte { return r.Groups[g].Sep }

// Uniform reports whether all separators inside groups [g, h) are sep.
func (r *Run) Uniform(g, h int, sep byte) bool {
	for i := g + 1; i < h; i++ {
		if r.Groups[i].Sep != sep {
			return false
		}
	}
	return true
}

// Sizes reports whether the groups from g on have these sizes.
func (r *Run) Sizes(g int, want ...int) bool {
	if g+len(want) > r.N {
		return false
	}
	for i, size := range want {
		if r.Groups[g+i].Len() != size {
			return false
		}
	}
	return true
}

// Read reads the run whose first digit, plus sign or bracket is at i, and returns where to go on.
func Read(s *evidence.Sheet, i int, r *Run) int {
	*r = Run{Begin: i}
	sep := byte(0)
	if s.Text[i] == '+' {
		r.Plus = true
		i++
	}
	if i < len(s.Text) && s.Text[i] == '(' {
		i++
	}
	r.Attached = attachedLeft(s, r.Begin)
	for r.N < maxGroups {
		end := i
		for end < len(s.Text) && evidence.IsDigit(s.Text[end]) {
			end++
		}
		if end == i {
			break
		}
		if evidence.WordAt(s.Text, end) && !isJoint(s.Text, end) {
			if r.N == 0 {
				return end
			}
			r.Attached = r.Attached || sep == '-'
			return r.Groups[r.N-1].End
		}
		r.Groups[r.N] = Group{Begin: i, End: end, Sep: sep}
		r.N++
		next, kind := separator(s.Text, end)
		if kind == 0 {
			break
		}
		i, sep = next, kind
	}
	end := r.Groups[max(r.N, 1)-1].End
	r.Attached = r.Attached || attachedRight(s, end)
	return end
}

// attachedLeft reports whether what stands before offset i makes it the rest of something: a decimal point or comma after a
// digit, a hyphen after a word, a currency sign.
func attachedLeft(s *evidence.Sheet, i int) bool {
	if i == 0 {
		return false
	}
	switch s.Text[i-1] {
	case '-', '_':
		return i > 1 && evidence.WordBefore(s.Text, i-1)
	case '.', ',', ':', '/':
		return i > 1 && evidence.IsDigit(s.Text[i-2])
	case '$', '#':
		return true
	}
	return strings.HasSuffix(s.Text[:i], "€") || strings.HasSuffix(s.Text[:i], "£")
}

// attachedRight reports whether what stands at offset i makes the number before it the beginning of something: a percent
// sign, an underscore, a hyphen and a word with a digit in it.
func attachedRight(s *evidence.Sheet, i int) bool {
	if i >= len(s.Text) {
		return false
	}
	switch s.Text[i] {
	case '%', '_':
		return true
	case '-':
		for j := i + 1; j < min(len(s.Text), i+20) && evidence.IsAlnum(s.Text[j]); j++ {
			if evidence.IsDigit(s.Text[j]) {
				return true
			}
		}
	}
	return false
}

// isJoint reports what may stand between two numbers: the T of ISO 8601 before the time, the x before an extension.
func isJoint(s string, i int) bool {
	return (s[i] == 'T' || s[i] == 'x') && i+1 < len(s) && evidence.IsDigit(s[i+1])
}

// separator reads what stands between two groups of digits: one of - . / or a space, a hyphen with a space on each side,
// a bracket with a space or hyphen before or behind it. It returns where the next group begins and what it read, or 0.
func separator(s string, i int) (int, byte) {
	kind := byte(0)
	for steps := 0; steps < 3 && i < len(s); steps++ {
		c, n := s[i], 1
		switch {
		case evidence.IsDigit(c):
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
	if i < len(s) && evidence.IsDigit(s[i]) {
		return i, kind
	}
	return i, 0
}
