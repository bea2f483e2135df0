package principals

import (
	_ "embed"
	"strings"
	"unicode/utf8"
)

// A password is long and not one that everybody tries first. Nothing is asked of its letters: rules of composition make
// passwords that people write down and programs guess.
const (
	minPassword = 12  // characters
	maxPassword = 256 // bytes
)

//go:embed common.txt
var commonText string

// common holds what people choose when twelve characters are asked for, in lower case.
var common = func() map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq(commonText) {
		words[word] = true
	}
	return words
}()

// passwordProblem says what is wrong with a password, or "".
func passwordProblem(password, username string) string {
	lower := strings.ToLower(password)
	switch {
	case utf8.RuneCountInString(password) < minPassword:
		return "must have at least 12 characters"
	case len(password) > maxPassword || !utf8.ValidString(password):
		return "must have at most 256 bytes of UTF-8"
	case common[lower], monotonous(lower):
		return "must not be one that is guessed first"
	case username != "" && strings.Contains(lower, localPart(username)):
		return "must not hold the username"
	}
	return ""
}

// localPart is the part of a username that people build passwords from.
func localPart(username string) string {
	local, _, _ := strings.Cut(username, "@")
	return local
}

// monotonous reports whether a text repeats or counts: at least three of four letters are their predecessor, or one step from it.
func monotonous(text string) bool {
	letters := []rune(text)
	steps := map[rune]int{}
	for i := 1; i < len(letters); i++ {
		steps[letters[i]-letters[i-1]]++
	}
	for _, step := range []rune{-1, 0, 1} {
		if 4*steps[step] >= 3*(len(letters)-1) {
			return true
		}
	}
	return false
}
