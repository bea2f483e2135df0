package sentiment

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/text"
)

func TestASeldomWordStandsAloneAndInItsNeighboursPlaces(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	m := newMaker([]item{
		{Text: "what a tasty remark", Source: "goemotions-train"},
		{Text: "one two three four five six \"Tasty,\" said the waiter, and all of them agreed", Source: "uci"},
		{Text: "a dull day", Source: "goemotions-train"},
		{Text: "where is the tasteless soup", Source: "topics"},
	}, random)
	var got []string
	for _, it := range m.near(map[string][]string{"zesty": {"tasty", "absent"}, "drab": {"dull"}, "bland": {"tasteless"}}) {
		if it.Label >= 0 {
			t.Errorf("%q has a person's label", it.Text)
		}
		got = append(got, it.Source+" "+it.Text)
	}
	want := []string{
		"words bland", "near: where is the bland soup",
		"words drab", "near:goemotions-train a drab day",
		"words zesty", "near:uci two three four five six \"zesty,\" said the waiter, and all",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestASeldomWordHasARowWithoutATextThatHoldsIt(t *testing.T) {
	words, rows := vocabulary(map[string]int{"soup": 2, "once": 1})
	near := neighbours()
	if got, want := rows-int(words[text.Hash("@user")])-1, len(near)+1; got != want {
		t.Errorf("got %d rows of single words, want %d: one for each seldom word and one for soup", got, want)
	}
	if words[text.Hash("once")] != 0 {
		t.Error("a word that stands in one text has a row")
	}
}

func TestASeldomWordIsLearntAndForgotten(t *testing.T) {
	const soup, zesty, rows = model.Who + 1, model.Who + 2, model.Who + 3
	c := &trainingSet{
		examples: []example{{rows: []int32{zesty, soup}, negated: make([]bool, 2), target: [model.Classes]float32{1}, weight: 1}},
		words:    map[uint64]int32{text.Hash("soup"): soup, text.Hash("zesty"): zesty}, rows: rows,
		counts: map[string]int{"soup": seldom, "zesty": seldom - 1},
	}
	n := c.fit(c.examples, chosen)
	if n.rows[zesty] != n.rows[model.Unknown] || n.rows[soup] == n.rows[model.Unknown] {
		t.Errorf("got %v of zesty and %v of soup, want nothing of the first alone", n.rows[zesty], n.rows[soup])
	}
	p := c.parameters(n, 1, [model.Knots]float64{}, model.Minds{})
	if len(p.Rows) != rows-1 || len(p.Words) != 1 || p.Words[text.Hash("soup")] != soup {
		t.Errorf("got %d rows and the words %v, want no row of zesty", len(p.Rows), p.Words)
	}
}

func TestSeldomWordsNameNobody(t *testing.T) {
	who := identity()
	near := neighbours()
	if len(near) < 5000 {
		t.Errorf("got %d seldom words, want thousands", len(near))
	}
	for word, common := range near {
		if who[word] || who[common[0]] || who[common[1]] {
			t.Errorf("%s, like %v, says who somebody is", word, common)
		}
	}
}
