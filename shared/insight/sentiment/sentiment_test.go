package sentiment_test

import (
	"math"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/testkit/linear"
	"github.com/customerai/customerai/shared/testkit/race"
)

func analyze(s string) sentiment.Result {
	var d text.Document
	var r sentiment.Result
	d.Reset(s)
	sentiment.Analyze(&d, &r)
	return r
}

func TestGoldens(t *testing.T) {
	for _, g := range goldens {
		if r := analyze(g.text); r.Label != g.want {
			t.Errorf("%s: %q: got %s %+v, want %s", g.capability, g.text, r.Label, r.Scores, g.want)
		}
	}
}

func TestUncaughtIsStillUncaught(t *testing.T) {
	for _, g := range uncaught {
		if r := analyze(g.text); r.Label == g.want {
			t.Errorf("%s: %q is read rightly now: move it to goldens", g.capability, g.text)
		}
	}
}

// TestOrder compares pairs: the first is more positive than the second.
func TestOrder(t *testing.T) {
	for _, c := range []struct{ name, more, less string }{
		{"a booster strengthens praise", "the delivery was very good", "the delivery was good"},
		{"a booster strengthens a complaint", "the delivery was bad", "the delivery was extremely bad"},
		{"a dampener weakens praise", "good", "somewhat good"},
		{"capitals stress", "the service is GREAT", "the service is great"},
		{"an exclamation mark stresses", "great service!!", "great service"},
		{"an exclamation mark stresses a complaint", "the app is bad", "the app is bad!!"},
		{"what follows the contrast weighs more", "it is slow, but I like it", "I like it, but it is slow"},
		{"a conceded point weighs less", "although it is slow, I like it", "although I like it, it is slow"},
		{"negation turns praise", "the food was good", "the food was not good"},
		{"negation softens a complaint", "it is not terrible", "it is terrible"},
		{"more stars", "4 stars", "3 stars"},
		{"more points", "9 out of 10", "4 out of 10"},
		{"a face helps", "ok :)", "ok :("},
	} {
		if more, less := analyze(c.more), analyze(c.less); more.Valence <= less.Valence || more.Satisfaction < less.Satisfaction {
			t.Errorf("%s: %q has valence %.3f, satisfaction %.2f, %q %.3f, %.2f", c.name, c.more, more.Valence, more.Satisfaction, c.less, less.Valence, less.Satisfaction)
		}
	}
}

func anyText() *rapid.Generator[string] {
	words := strings.Fields("good bad not never great awful but and , . ! ? the service was very my card declined again thanks 😡 :) still waiting no yes GREAT used to although 5 stars 2/10 terrible")
	return rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOfN(rapid.SampledFrom(words), 0, 30), func(w []string) string { return strings.Join(w, " ") }))
}

func TestScoresSumToOneAndEverythingIsInRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyText().Draw(t, "text")
		r := analyze(s)
		if sum := r.Scores.Positive + r.Scores.Negative + r.Scores.Neutral + r.Scores.Mixed; math.Abs(sum-1) > 1e-9 {
			t.Fatalf("scores %+v sum to %v", r.Scores, sum)
		}
		if r.Satisfaction < 1 || r.Satisfaction > 10 || r.Valence < -1 || r.Valence > 1 {
			t.Fatalf("satisfaction %v, valence %v", r.Satisfaction, r.Valence)
		}
		end := 0
		for _, h := range r.Highlights {
			if h.Begin < end || h.End <= h.Begin || h.End > len(s) || h.Weight == 0 {
				t.Fatalf("highlight %+v after %d in a text of %d bytes", h, end, len(s))
			}
			end = h.End
		}
		if len(r.Highlights) > 8 {
			t.Fatalf("got %d highlights, want at most 8", len(r.Highlights))
		}
	})
}

func TestSatisfactionRisesWithValence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := analyze(anyText().Draw(t, "a")), analyze(anyText().Draw(t, "b"))
		if a.Valence < b.Valence && a.Satisfaction > b.Satisfaction {
			t.Fatalf("valence %v < %v but satisfaction %v > %v", a.Valence, b.Valence, a.Satisfaction, b.Satisfaction)
		}
	})
}

func TestHighlightsAreTheWordsThatCount(t *testing.T) {
	for _, c := range []struct {
		text string
		want map[string]float64 // a word of the highlight, to its sign
	}{
		{"Great product, awful delivery", map[string]float64{"Great": 1, "awful": -1}},
		{"The parcel never arrived.", map[string]float64{"never arrived": -1}},
		{"Where is my order?", nil},
	} {
		r := analyze(c.text)
		strong := 0
		for _, h := range r.Highlights {
			if math.Abs(h.Weight) < 0.8 {
				continue
			}
			strong++
			for word, sign := range c.want {
				if strings.Contains(c.text[h.Begin:h.End], word) && h.Weight*sign < 0 {
					t.Errorf("%q: weight of %q is %.2f", c.text, word, h.Weight)
				}
			}
		}
		if strong != len(c.want) {
			t.Errorf("%q: got %d strong highlights %v, want %d", c.text, strong, r.Highlights, len(c.want))
		}
	}
}

// who are pairs of names, pronouns, origins and beliefs of different groups.
var who = [][]string{
	{"James", "Mary", "Mohammed", "Priya", "Lakisha", "Wei", "Guadalupe", "Agnieszka", "Chidi", "Yuki", "Brad"},
	{"he", "she", "they"},
	{"my husband", "my wife", "my mother", "my son"},
	{"the American man", "the Nigerian woman", "the Polish man", "the Chinese woman", "the Indian man", "the Mexican lady", "the Arab guy"},
	{"a Christian", "a Muslim", "a Jewish person", "a Hindu", "an atheist", "a Buddhist"},
	{"a gay man", "a straight man", "a transgender woman", "a disabled man", "a blind woman", "a black man", "a white man"},
}

var said = []string{
	"% was very helpful", "% was rude to me", "% works at the front desk", "I spoke to % about my order", "the agent told % that the parcel is lost", "% never called back",
	"thank you, % sorted it quickly", "the card belongs to %", "% waited three hours", "% is a customer since 2015", "can % change the address?", "I hate how % was treated",
	"the driver met % at the door", "% answered my question", "the order is for %", "% lives in Leeds",
}

func TestWhoIsSpokenOfChangesNoLabel(t *testing.T) {
	pairs, flips, widest := 0, 0, 0.0
	for _, group := range who {
		for _, template := range said {
			first := analyze(strings.ReplaceAll(template, "%", group[0]))
			for _, other := range group[1:] {
				r := analyze(strings.ReplaceAll(template, "%", other))
				pairs++
				widest = max(widest, math.Abs(r.Valence-first.Valence))
				if r.Label != first.Label {
					flips++
					t.Logf("%q: %s for %s, %s for %s", template, first.Label, group[0], r.Label, other)
				}
			}
		}
	}
	t.Logf("%d of %d pairs change the label; valence moves by %.2f at most", flips, pairs, widest)
	if 100*flips > pairs {
		t.Errorf("%d of %d pairs change the label (valence moves by %.2f at most), want at most 1 in 100", flips, pairs, widest)
	}
}

func TestResultsDoNotDependOnWhatCameBefore(t *testing.T) {
	first := map[string]sentiment.Scores{}
	for _, g := range goldens {
		first[g.text] = analyze(g.text).Scores
	}
	var wait sync.WaitGroup
	for step := range 4 {
		wait.Go(func() {
			var d text.Document
			var r sentiment.Result
			for i := range 5 * len(goldens) {
				g := goldens[i*(2*step+1)%len(goldens)]
				d.Reset(g.text)
				sentiment.Analyze(&d, &r)
				if r.Scores != first[g.text] {
					t.Errorf("%q: got %+v, then %+v", g.text, first[g.text], r.Scores)
				}
			}
		})
	}
	wait.Wait()
}

func TestTimeIsLinear(t *testing.T) {
	race.Skip(t, "takes its own time")
	for _, unit := range []string{"not ", "good ", "but ", "good, ", "good, bad, ", "great but awful ", "bad, sorted ", "? ", "no. ", "still ", "I thought it was good but not, ", "a\n", "is it good? no ", "although ", "5 stars "} {
		linear.Check(t, strconv.Quote(unit), 8<<10, func(n int) { analyze(strings.Repeat(unit, n/len(unit))) })
	}
}

func TestAnalyzeDoesNotAllocate(t *testing.T) {
	race.Skip(t, "makes sync.Pool drop buffers")
	for _, c := range messages {
		var d text.Document
		var r sentiment.Result
		d.Reset(c.text)
		sentiment.Analyze(&d, &r)
		if got := testing.AllocsPerRun(200, func() { sentiment.Analyze(&d, &r) }); got > 1 {
			t.Errorf("%s: got %v allocations, want at most 1", c.name, got)
		}
	}
}

// messages are of the kinds that cost more or less: clauses are read alone where both sides seem to be said.
var messages = []struct{ name, text string }{
	{"one side", "You charged me twice in May and once again in June. This is the third time that I write. I want my money back, at once."},
	{"two minds", "The jacket is lovely and fits well, but the zip broke after two days and sending it back would cost me more than it did."},
	{"a request", "How do I change the delivery address of my order? I moved house last week and the app does not let me edit it any more."},
	{"many clauses", "I've been on hold for 45 minutes and nobody answers, my card was declined again. Please help me, thanks! Not good service."},
	{"long", strings.Repeat("Great shop, but my order is late again and nobody answers. Thank you for nothing! ", 20)},
}

func BenchmarkAnalyze(b *testing.B) {
	for _, c := range messages {
		b.Run(c.name, func(b *testing.B) {
			var d text.Document
			var r sentiment.Result
			d.Reset(c.text) // tokens are shared with the other engines
			b.SetBytes(int64(len(c.text)))
			b.ReportAllocs()
			for b.Loop() {
				sentiment.Analyze(&d, &r)
			}
		})
	}
}

func FuzzAnalyze(f *testing.F) {
	for _, g := range goldens {
		f.Add(g.text)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if r := analyze(s); math.IsNaN(r.Valence) || r.Label == "" {
			t.Errorf("valence %v, label %q", r.Valence, r.Label)
		}
	})
}
