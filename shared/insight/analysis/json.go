package analysis

import (
	"math"
	"math/bits"
	"strconv"
	"unicode/utf8"
)

// AppendJSON appends the row as one line of JSON, without a newline. It writes by hand what encoding/json would write by
// reflection, because a file of a million rows spends a tenth of its time here.
func (r *Row) AppendJSON(b []byte) []byte {
	b = append(b, `{"id":`...)
	b = AppendString(b, r.ID)
	b = append(b, `,"line":`...)
	b = appendInt(b, r.Line)
	b = append(b, `,"language":`...)
	b = AppendString(b, r.Language)
	b = r.Sentiment.appendJSON(append(b, `,"sentiment":`...))
	b = append(b, `,"highlights":[`...)
	for i, h := range r.Highlights {
		b = h.appendJSON(separate(b, i))
	}
	b = append(b, `],"topics":[`...)
	for i, t := range r.Topics {
		b = t.appendJSON(separate(b, i))
	}
	b = appendCategories(append(b, ']'), r.Categories)
	b = append(b, `,"pii":[`...)
	for i, e := range r.PII {
		b = e.appendJSON(separate(b, i))
	}
	b = append(b, `],"text":`...)
	b = AppendString(b, r.Text)
	return append(b, '}')
}

// MarshalJSON writes the row exactly as AppendJSON does, so that files and the API cannot differ.
func (r *Row) MarshalJSON() ([]byte, error) { return r.AppendJSON(nil), nil }

func appendCategories(b []byte, names []string) []byte {
	if len(names) == 0 {
		return b
	}
	b = append(b, `,"categories":[`...)
	for i, name := range names {
		b = AppendString(separate(b, i), name)
	}
	return append(b, ']')
}

func separate(b []byte, i int) []byte {
	if i > 0 {
		return append(b, ',')
	}
	return b
}

func (s Sentiment) appendJSON(b []byte) []byte {
	b = append(append(b, `{"label":"`...), s.Label...)
	b = appendNumber(append(b, `","scores":{"positive":`...), s.Scores.Positive)
	b = appendNumber(append(b, `,"negative":`...), s.Scores.Negative)
	b = appendNumber(append(b, `,"neutral":`...), s.Scores.Neutral)
	b = appendNumber(append(b, `,"mixed":`...), s.Scores.Mixed)
	b = appendNumber(append(b, `},"satisfaction":`...), s.Satisfaction)
	return append(b, '}')
}

func (h Highlight) appendJSON(b []byte) []byte {
	b = appendSpan(append(b, `{"begin":`...), h.Begin, h.End)
	b = append(append(b, `,"polarity":"`...), h.Polarity...)
	b = appendNumber(append(b, `","weight":`...), h.Weight)
	return append(b, '}')
}

func (t Topic) appendJSON(b []byte) []byte {
	b = append(append(b, `{"name":"`...), t.Name...)
	b = appendNumber(append(b, `","score":`...), t.Score)
	return append(b, '}')
}

func (e Entity) appendJSON(b []byte) []byte {
	b = append(append(b, `{"type":"`...), e.Type...)
	b = appendSpan(append(b, `","begin":`...), e.Begin, e.End)
	b = appendNumber(append(b, `,"score":`...), e.Score)
	return append(b, '}')
}

func appendSpan(b []byte, begin, end int) []byte {
	return appendInt(append(appendInt(b, begin), `,"end":`...), end)
}

// appendInt appends a whole number. Places in a message have three digits at most.
func appendInt(b []byte, n int) []byte {
	switch n := uint(n); {
	case n < 10:
		return append(b, byte('0'+n))
	case n < 100:
		return append(b, byte('0'+n/10), byte('0'+n%10))
	case n < 1000:
		return append(b, byte('0'+n/100), byte('0'+n/10%10), byte('0'+n%10))
	}
	return strconv.AppendInt(b, int64(n), 10)
}

// appendNumber appends a number in as few digits as tell it apart. What is rounded to four decimals, as all of a row is, has
// those of a whole number, which costs a tenth of looking for the shortest.
func appendNumber(b []byte, x float64) []byte {
	const scale = 10_000
	n := int64(x*scale + 0.5)
	if float64(n)/scale != x || math.Signbit(x) || n >= 1<<53 {
		return strconv.AppendFloat(b, x, 'f', -1, 64)
	}
	b = appendInt(b, int(n/scale))
	decimals := uint32(n % scale)
	if decimals == 0 {
		return b
	}
	first, last := decimals/100, decimals%100
	b = append(b, '.', byte('0'+first/10))
	switch {
	case last%10 != 0:
		return append(b, byte('0'+first%10), byte('0'+last/10), byte('0'+last%10))
	case last != 0:
		return append(b, byte('0'+first%10), byte('0'+last/10))
	case first%10 != 0:
		return append(b, byte('0'+first%10))
	}
	return b
}

const hex = "0123456789abcdef"

// AppendString appends s as a JSON string. Bytes that are not UTF-8 become the replacement character, and the two line
// separators of Unicode are escaped, because tools that read JSON Lines split at them.
func AppendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := Verbatim(s); i < len(s); i += Verbatim(s[i:]) {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
			if (r != utf8.RuneError || size > 1) && r != '\u2028' && r != '\u2029' {
				i += size
				continue
			}
		}
		b = append(b, s[start:i]...)
		b = appendEscape(b, r)
		i += size
		start = i
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// Verbatim returns how many bytes s begins with that stand for themselves in a JSON string: ASCII characters but quotation marks,
// backslashes and control characters.
func Verbatim(s string) int {
	const each, upper = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; len(s)-i >= 8; i += 8 {
		eight := s[i : i+8]
		x := uint64(eight[0]) | uint64(eight[1])<<8 | uint64(eight[2])<<16 | uint64(eight[3])<<24 |
			uint64(eight[4])<<32 | uint64(eight[5])<<40 | uint64(eight[6])<<48 | uint64(eight[7])<<56
		// Each has the upper bit of a byte set where there is one that does not, and perhaps of bytes above that one.
		control, quote, backslash := x-each*' ', (x^each*'"')-each, (x^each*'\\')-each
		if others := (x | control | quote | backslash) & upper; others != 0 {
			return i + bits.TrailingZeros64(others)/8
		}
	}
	for i < len(s) && s[i]-' ' < utf8.RuneSelf-' ' && s[i] != '"' && s[i] != '\\' {
		i++
	}
	return i
}

func appendEscape(b []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(b, '\\', byte(r))
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}
