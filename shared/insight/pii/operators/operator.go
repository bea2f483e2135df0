package operators

import (
	"errors"
	"unicode/utf8"

	"github.com/customerai/customerai/shared/insight/pii"
)

// Replace puts the type in brackets in the place of the entity: [PERSON].
func Replace(b []byte, _ string, t pii.Type) []byte {
	b = append(b, '[')
	b = append(b, t...)
	return append(b, ']')
}

// ReplaceWith returns an operator that puts the same text in the place of every entity.
func ReplaceWith(text string) Operator {
	return func(b []byte, _ string, _ pii.Type) []byte { return append(b, text...) }
}

// Redact removes the entity.
func Redact(b []byte, _ string, _ pii.Type) []byte { return b }

// Keep leaves the entity as it is, for kinds that are allowed.
func Keep(b []byte, value string, _ pii.Type) []byte { return append(b, value...) }

// Mask returns an operator that covers the characters of an entity with mask, except the first and the last few. An entity
// that has no more characters than are to be left is covered whole: a mask that hides nothing is no mask.
func Mask(mask rune, first, last int) (Operator, error) {
	if !utf8.ValidRune(mask) || mask == utf8.RuneError {
		return nil, errors.New("mask: the masking character is not a character")
	}
	if first < 0 || last < 0 {
		return nil, errors.New("mask: the number of characters to leave is negative")
	}
	return func(b []byte, value string, _ pii.Type) []byte {
		n := utf8.RuneCountInString(value)
		left, right := first, n-last
		if left >= right {
			left, right = 0, n
		}
		i := 0
		for at, r := range value {
			if i < left || i >= right {
				b = append(b, value[at:at+size(r, value[at:])]...)
			} else {
				b = utf8.AppendRune(b, mask)
			}
			i++
		}
		return b
	}, nil
}

// size is the length of the character r that s begins with; a byte that is none is left as it is.
func size(r rune, s string) int {
	if r == utf8.RuneError {
		_, n := utf8.DecodeRuneInString(s)
		return n
	}
	return utf8.RuneLen(r)
}
