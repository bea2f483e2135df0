package sentiment

import (
	"maps"
	"slices"

	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/text"
)

// seldom is the fewest texts, made-up ones aside, that a word must stand in for the model to have a row of it. Without a neighbour
// a word must, too, to be learnt at all.
const seldom = 2

// countWords returns in how many places of the texts, made-up ones aside, each word stands.
func countWords(items []item) map[string]int {
	counts := map[string]int{}
	var d text.Document
	for _, it := range items {
		if it.Source == "words" || madeUp(it.Source) {
			continue
		}
		d.Reset(it.Text)
		for i := range d.Tokens {
			counts[string(d.Norm(i))]++
		}
	}
	return counts
}

// vocabulary returns the rows of words by the hash of their normal form, and how many rows there are. Words that say who
// somebody is share one, and a misspelling has that of the word that is meant.
func vocabulary(counts map[string]int) (words map[uint64]int32, rows int) {
	words = map[uint64]int32{text.Hash("@user"): model.Who}
	for word := range identity() {
		words[text.Hash(word)] = model.Who
	}
	rows = model.Who + 1
	near := neighbours()
	known := slices.Sorted(maps.Keys(counts))
	for word := range near {
		if counts[word] == 0 {
			known = append(known, word)
		}
	}
	slices.Sort(known)
	for _, word := range known {
		hash := text.Hash(word)
		if word[0] == '!' {
			continue // stresses whatever is said, which is a matter of the rules
		}
		if _, taken := words[hash]; !taken && (counts[word] >= seldom || near[word] != nil) {
			words[hash] = int32(rows)
			rows++
		}
	}
	for wrong, word := range misspellings(known, common, counts) {
		hash := text.Hash(wrong)
		if _, taken := words[hash]; !taken {
			words[hash] = words[text.Hash(word)]
		}
	}
	return words, rows
}
