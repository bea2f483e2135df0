package topics

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/insight/topics"
)

func TestAlteringIsRepeatable(t *testing.T) {
	again := func() string {
		a := alterer{rand.New(rand.NewPCG(7, 7)), readSynonyms()}
		var b strings.Builder
		for range 50 {
			b.WriteString(a.alter("Can't you tell me where my parcel is? I ordered it for Monday.") + "\n")
		}
		return b.String()
	}
	first := again()
	if second := again(); first != second {
		t.Error("got two different series from one seed")
	}
	distinct := map[string]bool{}
	for line := range strings.Lines(first) {
		distinct[line] = true
	}
	if got := len(distinct); got < 40 {
		t.Errorf("got %d different versions of 50, want 40 or more", got)
	}
}

func TestASlipStaysCloseToItsWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-z0-9é]{4,12}`).Draw(t, "word")
		a := alterer{rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)), nil}
		got := a.slip(word)
		if d := len(got) - len(word); d < -1 || d > 1 {
			t.Fatalf("slip %q: got %q, more than one byte longer or shorter", word, got)
		}
		if got[0] != word[0] {
			t.Fatalf("slip %q: got %q, want the first letter kept", word, got)
		}
	})
}

func TestSynonymsGoBothWays(t *testing.T) {
	synonyms := readSynonyms()
	if len(synonyms) < 200 {
		t.Fatalf("got %d words with synonyms, want 200 or more", len(synonyms))
	}
	for word, others := range synonyms {
		for _, other := range others {
			if other == word {
				t.Errorf("%q stands for itself", word)
			}
			back := false
			for _, w := range synonyms[other] {
				back = back || w == word
			}
			if !back {
				t.Errorf("%q may become %q, but not the other way round", word, other)
			}
		}
	}
}

func TestCalibrationMakesProbabilitiesOfOverconfidentLogits(t *testing.T) {
	// Bucket 0 gives the first topic log-odds of 4, yet only three of four such examples are of the topic: the calibrated
	// probability must be near .75.
	m := &linear{weights: make([]float32, topics.Buckets*topics.Count)}
	m.weights[0], m.bias[0] = 8, -4
	var unseen []example
	for i := range 400 {
		hit, miss := labels{}, labels{}
		if i%4 != 0 {
			hit.yes = 1
		}
		unseen = append(unseen, example{features: []uint32{0}, labels: hit, weight: 1}, example{features: []uint32{1}, labels: miss, weight: 1})
	}
	c := calibrate(m, unseen)
	got := 1 / (1 + math.Exp(-(c[0].slope*4 + c[0].offset)))
	if math.Abs(got-0.75) > 0.02 {
		t.Errorf("got %.3f, want .75", got)
	}
}

func TestExportKeepsTheProbabilities(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	m := &linear{weights: make([]float32, topics.Buckets*topics.Count)}
	for i := range m.weights {
		m.weights[i] = float32(random.NormFloat64())
	}
	var c calibration
	for i := range c {
		c[i].slope, c[i].offset = 0.5, -1
	}
	model, err := export(m, c)
	if err != nil {
		t.Fatal(err)
	}
	var doc text.Document
	doc.Reset("where on earth is the parcel that I ordered last week")
	for i, z := range m.logits(topics.AppendFeatures(&doc, nil)) {
		want := 1 / (1 + math.Exp(-(0.5*float64(z) - 1)))
		if got := model.Probabilities(&doc)[i]; math.Abs(got-want) > 0.02 {
			t.Errorf("%s: got %.4f, want %.4f as before rounding", topics.Names()[i], got, want)
		}
	}
}

func TestLearningLeavesUnsureTopicsAlone(t *testing.T) {
	m, err := learn(t.Context(), []example{{features: []uint32{5}, labels: labels{topic: 0, yes: 1, unsure: 2}, weight: 1}}, seed)
	if err != nil {
		t.Fatal(err)
	}
	row := m.weights[5*topics.Count:][:3]
	if row[0] <= 0 || row[1] != 0 || row[2] >= 0 {
		t.Errorf("got weights %v, want the topic up, the unsure one untouched, the others down", row)
	}
}

func TestTallyCountsWhatTheCardReports(t *testing.T) {
	const other = topics.Count - 1
	var c tally
	c.add(labels{topic: 0, yes: 1}, 0)
	c.add(labels{topic: 0, yes: 1, unsure: 2}, 1)
	c.add(labels{topic: 1, yes: 2}, other)
	c.add(labels{topic: other, yes: 1 << other}, other)
	c.add(labels{topic: other, yes: 1 << other}, 0)
	c.add(labels{topic: other, yes: 1 << other, unsure: 1}, 0)
	for _, f := range []struct {
		name      string
		got, want float64
	}{
		{"rows", float64(c.rows), 6},
		{"right", float64(c.right), 2},
		{"right with topics that may hold", float64(c.accepted), 4},
		{"out of scope", float64(c.outside), 2},
		{"out of scope taken for a topic", float64(c.taken), 1},
		{"in scope refused", float64(c.refused), 1},
		{"F1 of the first topic", c.f1(0), 2 * 1.0 / (2 + 3)},
		{"F1 of a topic never hit", c.f1(1), 0},
		{"macro-F1", c.macroF1(), (0.4 + 0 + 2*1.0/(3+2)) / 3},
	} {
		if math.Abs(f.got-f.want) > 1e-12 {
			t.Errorf("%s: got %v, want %v", f.name, f.got, f.want)
		}
	}
}
