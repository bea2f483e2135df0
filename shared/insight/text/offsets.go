package text

import (
	"unicode/utf8"
)

// Unit is what offsets into a text count.
type Unit string

// The units that clients may ask for. A byte that is not part of valid UTF-8 counts one in each of them, as the
// replacement character that decoders put in its place does.
const (
	CodePoints Unit = "codepoint" // Python, PostgreSQL, Swift scalars
	Bytes      Unit = "byte"      // Go, Rust, C
	UTF16      Unit = "utf16"     // JavaScript, Java, C#
)

// Offsets converts byte offsets into s to another unit, in place. It walks from one offset to the next, so that ascending
// offsets cost one pass over s. An offset inside a character counts as its beginning, one outside s as its nearer end.
func Offsets(s string, unit Unit, bytes []int) {
	for i, offset := range bytes {
		bytes[i] = min(max(offset, 0), len(s))
	}
	if unit == Bytes || isASCII(s) { // which comes to the same
		return
	}
	at, count := 0, 0 // the same place in bytes and in unit
	for i, offset := range bytes {
		for at < offset {
			r, n := utf8.DecodeRuneInString(s[at:])
			if at+n > offset {
				break
			}
			at, count = at+n, count+units(r, unit)
		}
		for at > offset {
			r, n := utf8.DecodeLastRuneInString(s[:at])
			at, count = at-n, count-units(r, unit)
		}
		bytes[i] = count
	}
}

func isASCII(s string) bool {
	all := uint64(0)
	for ; len(s) >= 8; s = s[8:] {
		all |= eightBytes(s)
	}
	for i := range len(s) {
		all |= uint64(s[i])
	}
	return all&(each*0x80) == 0
}

func units(r rune, unit Unit) int {
	if unit == UTF16 && r > 0xFFFF {
		return 2
	}
	return 1
}
