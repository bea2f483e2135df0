package sentiment

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
)

// nearTexts are words of feeling that the texts hold seldom or never, each with two common words that are used alike
// (teacher/words.py). Other people's messages are full of words that ours have not: put in their neighbours' places, they are
// words that the teacher knows and the student learns from it. The model has no rows of them: see trainingSet.fit.
//
//go:embed near.txt
var nearTexts string

// around is how many words on either side of a seldom word go with it.
const around = 5

// neighbours returns the common words that are near each seldom one.
func neighbours() map[string][]string {
	near := map[string][]string{}
	for line := range strings.Lines(nearTexts) {
		if words := strings.Fields(line); words[0] != "#" {
			near[words[0]] = words[1:]
		}
	}
	return near
}

// near returns each seldom word alone, and in the place of each of its neighbours in a text.
func (m *maker) near(seldom map[string][]string) []item {
	places := m.places(seldom)
	var items []item
	for _, word := range slices.Sorted(maps.Keys(seldom)) {
		items = append(items, item{word, -1, "words", nil})
		for _, neighbour := range seldom[word] {
			if in := places[neighbour]; len(in) > 0 {
				p := in[m.random.IntN(len(in))]
				items = append(items, item{p.with(word), -1, "near:" + strings.TrimPrefix(m.from[p.item].Source, "topics"), nil})
			}
		}
	}
	return items
}

// place is where a word stands.
type place struct {
	item   int
	before []string
	word   string // with its punctuation, as it is written
	after  []string
}

// with returns the text around a place with another word in it.
func (p place) with(word string) string {
	begin := strings.IndexFunc(p.word, letter)
	end := strings.LastIndexFunc(p.word, letter) + 1
	words := slices.Concat(p.before, []string{p.word[:begin] + word + p.word[end:]}, p.after)
	return strings.Join(words, " ")
}

func letter(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }

// places returns where the neighbours of seldom words stand, in GoEmotions only if they stand nowhere else: its remarks are least
// like what customers write.
func (m *maker) places(seldom map[string][]string) map[string][]place {
	wanted := map[string]bool{}
	for _, near := range seldom {
		for _, word := range near {
			wanted[word] = true
		}
	}
	found, remarks := map[string][]place{}, map[string][]place{}
	for i, it := range m.from {
		words := strings.Fields(it.Text)
		for at, w := range words {
			core := strings.ToLower(strings.TrimFunc(w, func(r rune) bool { return !letter(r) }))
			if !wanted[core] {
				continue
			}
			to := found
			if it.Source == "goemotions-train" {
				to = remarks
			}
			to[core] = append(to[core], place{i, words[max(at-around, 0):at], w, words[at+1 : min(at+1+around, len(words))]})
		}
	}
	for word, in := range remarks {
		if found[word] == nil {
			found[word] = in
		}
	}
	return found
}
