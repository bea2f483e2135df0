package topics_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/insight/topics"
	"github.com/customerai/customerai/shared/testkit/race"
)

// The model adds eight weights at a time in 16-bit lanes, and remembers what words come to. This holds it to plain sums, with the
// weights that overflow first, of several models in turn.
func TestProbabilitiesEqualPlainSums(t *testing.T) {
	race.Skip(t, "only slows one goroutine")
	var scale, bias [topics.Count]float32
	for i := range topics.Count {
		scale[i], bias[i] = 1e-4*float32(i+1), float32(i)/10-0.8
	}
	var allRows [][]int8
	var models []topics.Model
	for _, pattern := range [][]int8{{127}, {-128}, {-127, 127}, {-3, 0, 5, 90, -128, 127, 1}} {
		rows := make([]int8, topics.Buckets*topics.Count)
		for i := range rows {
			rows[i] = pattern[i%len(pattern)]
		}
		model, err := topics.NewModel(scale, bias, rows)
		if err != nil {
			t.Fatal(err)
		}
		allRows, models = append(allRows, rows), append(models, model)
	}
	rapid.Check(t, func(t *rapid.T) {
		which := rapid.IntRange(0, len(models)-1).Draw(t, "model")
		rows, model := allRows[which], models[which]
		var doc text.Document
		words := rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,5}|[a-z]{14,18}|[a-z]{300}|[0-9]|😀`), 1, 4).Draw(t, "words")
		doc.Reset(strings.Repeat(strings.Join(words, " ")+" ", rapid.IntRange(1, 100).Draw(t, "times")))
		features := topics.AppendFeatures(&doc, nil)
		for i, got := range model.Probabilities(&doc) {
			sum := 0
			for _, f := range features {
				sum += int(rows[int(f)*topics.Count+i])
			}
			z := float64(bias[i]) + float64(scale[i])*float64(sum)/math.Sqrt(float64(len(features)))
			if want := 1 / (1 + math.Exp(-z)); math.Abs(got-want) > 1e-12 {
				t.Fatalf("topic %d of %d features: got %v, want %v", i, len(features), got, want)
			}
		}
	})
}

func TestANewModelNeedsOneRowForEachBucket(t *testing.T) {
	if _, err := topics.NewModel([topics.Count]float32{}, [topics.Count]float32{}, make([]int8, 17)); err == nil ||
		!strings.Contains(err.Error(), "got 17 weights, want 1497088") {
		t.Errorf("got %v, want an error that names both numbers", err)
	}
}

func TestTheModelStaysSmall(t *testing.T) {
	if got := len(topics.Embedded()); got > 1_500_000 {
		t.Errorf("got %d bytes, want at most 1.5 MB", got)
	}
}

func TestFeaturesGrowWithTheTextAndNoFaster(t *testing.T) {
	race.Skip(t, "takes its own time")
	for name, message := range map[string]string{
		"one long word":       strings.Repeat("ab", 1<<19),
		"many short words":    strings.Repeat("a ", 1<<19),
		"many marks":          strings.Repeat("?. ", 1<<18),
		"bytes that are none": strings.Repeat("\xff", 1<<20),
	} {
		var doc text.Document
		doc.Reset(message)
		if got := len(topics.AppendFeatures(&doc, nil)); got > 2*len(message)+2 {
			t.Errorf("%s: got %d features of %d bytes, want at most two a byte", name, got, len(message))
		}
		checkAnswer(t, topics.Classify(&doc, nil))
	}
}

func features(message string) []uint32 {
	var doc text.Document
	doc.Reset(message)
	return topics.AppendFeatures(&doc, nil)
}

func TestFeaturesReadTextsAsPeopleDo(t *testing.T) {
	if got, want := features("REFUND, please"), features("refund please"); !slices.Equal(got, want) {
		t.Error("got features that depend on case or commas")
	}
	if got, other := features("refund late"), features("late refund"); slices.Equal(got, other) {
		t.Error("got features that do not see the order of words")
	}
	if got := features("refund?"); slices.Equal(got, features("refund")) {
		t.Error("got features that do not see a question mark")
	}
	// word, pair with the beginning, <re ref efu fun und nd> and <ref refu efun fund und>
	if got, want := len(features("refund")), 1+1+6+5; got != want {
		t.Errorf("got %d features of a word of six letters, want %d", got, want)
	}
	shared := 0
	right := features("delivery")
	for _, f := range features("delivry") {
		if slices.Contains(right, f) {
			shared++
		}
	}
	if shared < 6 {
		t.Errorf("got %d features that a misspelt word shares with the right one, want 6 or more", shared)
	}
}
