package evidence

import (
	"unicode"
	"unicode/utf8"
)

// UpperOf returns the capital of an ASCII letter, and what is none as it is.
func UpperOf(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 0x20
	}
	return c
}

// SameDigits reports whether all digits are one: no issuer gives such a number.
func SameDigits(n []byte) bool {
	for _, c := range n {
		if c != n[0] {
			return false
		}
	}
	return true
}

// Value is the value of a few digits.
func Value(digits []byte) int {
	n := 0
	for _, c := range digits {
		n = n*10 + int(c-'0')
	}
	return n
}

// Between reports whether n is in [low, high].
func Between(low, n, high int) bool { return low <= n && n <= high }

// IsDigit reports an ASCII digit.
func IsDigit(c byte) bool { return '0' <= c && c <= '9' }

// IsUpper reports an ASCII capital.
func IsUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

// IsAlpha reports an ASCII letter.
func IsAlpha(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// IsAlnum reports an ASCII letter or digit.
func IsAlnum(c byte) bool { return IsDigit(c) || IsAlpha(c) }

// WordAt reports whether a word goes on at offset i. Ideographs do not count: they stand beside numbers without a space.
func WordAt(s string, i int) bool {
	if i >= len(s) {
		return false
	}
	if s[i] < utf8.RuneSelf {
		return IsAlnum(s[i]) || s[i] == '_'
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	return IsLetter(r)
}

// WordBefore reports whether a word ends at offset i.
func WordBefore(s string, i int) bool {
	if i <= 0 {
		return false
	}
	if s[i-1] < utf8.RuneSelf {
		return IsAlnum(s[i-1]) || s[i-1] == '_'
	}
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return IsLetter(r)
}

// IsLetter reports a letter of a script that is written with spaces.
func IsLetter(r rune) bool { return r < 0x2E80 && unicode.IsLetter(r) }

// AllDigits reports whether nothing but ASCII digits is in raw.
func AllDigits(raw string) bool {
	for i := range len(raw) {
		if !IsDigit(raw[i]) {
			return false
		}
	}
	return true
}

// IsHex reports a hexadecimal digit.
func IsHex(c byte) bool { return IsDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }
