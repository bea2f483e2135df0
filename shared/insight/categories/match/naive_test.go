package match_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/categories"
	"github.com/customerai/customerai/shared/insight/categories/match"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/topics"
)

// The reference looks at every place of every text anew, for one condition at a time.

type reading struct{ words []string }

func read(said string) (r reading) {
	for _, field := range strings.Fields(said) {
		if word := strings.ToLower(strings.Trim(field, ".,!?")); word != "" {
			r.words = append(r.words, word)
		}
	}
	return r
}

func (r reading) satisfies(i int, entry string, lists map[string][]string) bool {
	if i >= len(r.words) {
		return false
	}
	if name, found := strings.CutPrefix(entry, "{"); found {
		return slices.ContainsFunc(lists[strings.TrimSuffix(name, "}")], func(value string) bool { return r.satisfies(i, value, nil) })
	}
	if begin, found := strings.CutSuffix(entry, "*"); found {
		return strings.HasPrefix(r.words[i], begin)
	}
	return r.words[i] == entry
}

func (r reading) phrase(entry string, lists map[string][]string) bool {
	slots := strings.Fields(entry)
	for i := range r.words {
		all := true
		for j, slot := range slots {
			all = all && r.satisfies(i+j, slot, lists)
		}
		if all {
			return true
		}
	}
	return false
}

// near tries every choice of places.
func (r reading) near(slots []string, within, low, high int, lists map[string][]string) bool {
	if len(slots) == 0 {
		return true
	}
	for i := range r.words {
		lowest, highest := min(low, i), max(high, i)
		if highest-lowest <= within && r.satisfies(i, slots[0], lists) && r.near(slots[1:], within, lowest, highest, lists) {
			return true
		}
	}
	return false
}

func holds(c *categories.Condition, lists map[string][]string, turns []turn) bool {
	switch {
	case c.Not != nil:
		return !holds(c.Not, lists, turns)
	case c.All != nil:
		return !slices.ContainsFunc(c.All, func(part categories.Condition) bool { return !holds(&part, lists, turns) })
	case c.Any != nil:
		return slices.ContainsFunc(c.Any, func(part categories.Condition) bool { return holds(&part, lists, turns) })
	}
	for i, said := range turns {
		if c.Participant != "" && c.Participant != "ANY" && c.Participant != said.participant ||
			c.First > 0 && i >= c.First || c.Last > 0 && len(turns)-i > c.Last {
			continue
		}
		r := read(said.text)
		if c.Near != nil && r.near(c.Near.Words, c.Near.Within, 1<<30, 0, lists) ||
			slices.ContainsFunc(c.Words, func(entry string) bool { return r.phrase(entry, lists) }) ||
			slices.ContainsFunc(c.Topics, func(name string) bool { return slices.Contains(said.topics, topics.Name(name)) }) ||
			c.Sentiment != nil && slices.Contains(c.Sentiment.Labels, string(said.label)) {
			return true
		}
	}
	return false
}

var (
	drawnWord  = rapid.SampledFrom([]string{"aa", "aab", "aabc", "b", "bb", "c"})
	drawnEntry = rapid.SampledFrom([]string{"aa", "aab", "b", "c", "aa*", "aab*", "bb*", "{l}"})
	lists      = map[string][]string{"l": {"aa*", "aab", "c"}}
)

func drawCondition(t *rapid.T, depth int) categories.Condition {
	kinds := 6
	if depth == 0 {
		kinds = 3
	}
	var c categories.Condition
	kind := rapid.IntRange(0, kinds).Draw(t, "kind")
	parts := func() (parts []categories.Condition) {
		for range rapid.IntRange(1, 3).Draw(t, "parts") {
			parts = append(parts, drawCondition(t, depth-1))
		}
		return parts
	}
	switch kind {
	case 0:
		for range rapid.IntRange(1, 3).Draw(t, "entries") {
			c.Words = append(c.Words, strings.Join(rapid.SliceOfN(drawnEntry, 1, 4).Draw(t, "entry"), " "))
		}
	case 1:
		c.Near = &categories.Near{Words: rapid.SliceOfN(drawnEntry, 2, 4).Draw(t, "near"), Within: rapid.IntRange(1, 4).Draw(t, "within")}
	case 2:
		c.Topics = []string{rapid.SampledFrom([]string{"fees", "praise"}).Draw(t, "topic")}
	case 3:
		c.Sentiment = &categories.Feeling{Labels: []string{rapid.SampledFrom([]string{"NEGATIVE", "MIXED"}).Draw(t, "label")}}
	case 4:
		c.All = parts()
	case 5:
		c.Any = parts()
	case 6:
		part := drawCondition(t, depth-1)
		c.Not = &part
	}
	if kind <= 3 {
		c.Participant = rapid.SampledFrom([]string{"", "ANY", "CUSTOMER", "AGENT"}).Draw(t, "participant")
		switch rapid.IntRange(0, 2).Draw(t, "part") {
		case 1:
			c.First = rapid.IntRange(1, 3).Draw(t, "first")
		case 2:
			c.Last = rapid.IntRange(1, 3).Draw(t, "last")
		}
	}
	return c
}

func TestMatchesAreThoseOfTheNaiveReading(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var named []match.Named
		for i := range rapid.IntRange(1, 3).Draw(t, "rules") {
			named = append(named, match.Named{Name: string(rune('a' + i)), Rule: categories.Rule{When: drawCondition(t, 2), Lists: lists}})
		}
		set := match.Compile(named)
		var turns []turn
		for range rapid.IntRange(0, 4).Draw(t, "turns") {
			turns = append(turns, turn{
				participant: rapid.SampledFrom([]string{"", "CUSTOMER", "AGENT"}).Draw(t, "by"),
				text:        strings.Join(rapid.SliceOfN(drawnWord, 0, 12).Draw(t, "text"), rapid.SampledFrom([]string{" ", ", "}).Draw(t, "joint")),
				topics:      []topics.Name{rapid.SampledFrom([]topics.Name{"fees", "praise", "other"}).Draw(t, "about")},
				label:       rapid.SampledFrom([]sentiment.Label{"NEGATIVE", "MIXED", "NEUTRAL"}).Draw(t, "sounds"),
			})
		}
		var want []string
		for i := range named {
			if holds(&named[i].Rule.When, lists, turns) {
				want = append(want, named[i].Name)
			}
		}
		if got := matches(set, turns...); !slices.Equal(got, want) {
			rules, _ := json.Marshal(named)
			t.Fatalf("%s of %v: got %v, want %v", rules, turns, got, want)
		}
	})
}
