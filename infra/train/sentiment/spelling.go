package sentiment

import (
	"maps"
	"strings"
)

// Words whose misspellings are known: at least so long, and in at least so many places.
const (
	shortest    = 6
	common      = 15
	commonStill = 3 // for those with a strong valence
)

// misspellings returns the ways in which people misspell those of the words that stand in so many places as least says, each with
// the word that is meant: one of two like letters, two letters in the wrong order, a vowel too few. What is itself a word of the
// texts, or may mean two words, is none.
func misspellings(words []string, least int, counts map[string]int) map[string]string {
	meant, known := map[string]string{}, map[string]bool{}
	for _, word := range words {
		known[word] = true
		if len(word) < shortest || counts[word] < least || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" {
			continue
		}
		for _, wrong := range misspelt(word) {
			if other, taken := meant[wrong]; taken && other != word {
				meant[wrong] = "" // two words
			} else {
				meant[wrong] = word
			}
		}
	}
	maps.DeleteFunc(meant, func(wrong, word string) bool {
		return word == "" || counts[wrong] >= seldom || known[wrong]
	})
	return meant
}

func misspelt(word string) (wrong []string) {
	for i := 1; i+1 < len(word); i++ {
		a, b := word[i], word[i+1]
		switch {
		case a == b:
			wrong = append(wrong, word[:i]+word[i+1:])
		case i+2 < len(word):
			wrong = append(wrong, word[:i]+string(b)+string(a)+word[i+2:])
		}
		if strings.IndexByte("aeiou", a) >= 0 {
			wrong = append(wrong, word[:i]+word[i+1:])
		}
	}
	return wrong
}
