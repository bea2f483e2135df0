package text

import "strings"

// entity resolves the HTML entity at the beginning of s and returns its length, or 0. Messages come out of web forms with
// the few entities below; a full table would cost more than it finds.
func entity(s string) (rune, int) {
	const longest = len("&#x10FFFF;")
	semicolon := strings.IndexByte(s[:min(len(s), longest)], ';')
	if semicolon < 3 {
		return 0, 0
	}
	name, size := s[1:semicolon], semicolon+1
	if name[0] == '#' {
		if r := numericEntity(name[1:]); r > 0 {
			return r, size
		}
		return 0, 0
	}
	switch name {
	case "amp":
		return '&', size
	case "lt":
		return '<', size
	case "gt":
		return '>', size
	case "quot", "ldquo", "rdquo":
		return '"', size
	case "apos", "rsquo", "lsquo":
		return '\'', size
	case "nbsp":
		return ' ', size
	case "hellip":
		return '…', size
	case "pound":
		return '£', size
	case "euro":
		return '€', size
	}
	return 0, 0
}

// numericEntity returns the code point that digits name, in decimal or after an x in hexadecimal, or 0.
func numericEntity(digits string) rune {
	base := rune(10)
	if digits != "" && digits[0]|0x20 == 'x' {
		base, digits = 16, digits[1:]
	}
	var r rune
	for _, c := range []byte(digits) {
		var v rune
		switch {
		case '0' <= c && c <= '9':
			v = rune(c - '0')
		case base == 16 && 'a' <= c|0x20 && c|0x20 <= 'f':
			v = rune(c|0x20-'a') + 10
		default:
			return 0
		}
		r = r*base + v
	}
	if r > 0x10FFFF || 0xD800 <= r && r < 0xE000 {
		return 0
	}
	return r
}
