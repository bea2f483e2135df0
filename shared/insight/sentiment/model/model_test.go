package model_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/sentiment/evidence"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/text"
)

// parameters are small, of whole numbers that are their own integers: a word of every filter is at 127.
func parameters() *model.Parameters {
	p := &model.Parameters{Temperature: 1.5, Words: map[uint64]int32{text.Hash("mary"): model.Who, text.Hash("good"): 2, text.Hash("bad"): 3}}
	for k := range p.Satisfaction {
		p.Satisfaction[k] = 1 + float64(k)*9/(model.Knots-1)
	}
	p.Minds = model.Minds{model.Always: -2, model.Weaker: 3, model.Length: -0.5}
	p.Channels[evidence.Negative] = [model.Classes]float32{-1, 2, 0.5}
	p.Rows = make([][model.Width][model.Filters]float32, 5)
	for f := range model.Filters {
		p.Out[f] = [model.Classes]float32{1, -1, float32(f)}
		p.Bias[f] = float32(f - 10)
		p.Rows[4][0][f] = 127
		for place := range model.Width {
			p.Negated[place][f] = float32(-5 * place)
			p.Rows[2][place][f] = float32(10*place + f)
			p.Rows[3][place][f] = float32(-20*place - f)
		}
	}
	return p
}

func parsed(t *testing.T, p *model.Parameters) model.Model {
	t.Helper()
	bytes, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return model.Parse(bytes)
}

func TestParseReadsWhatEncodeWrote(t *testing.T) {
	p := parameters()
	m := parsed(t, p)
	if m.Temperature() != 1.5 {
		t.Errorf("got temperature %v, want 1.5", m.Temperature())
	}
	positive, negative, neutral := m.Channel(evidence.Negative)
	if got, want := [...]float32{float32(positive), float32(negative), float32(neutral)}, p.Channels[evidence.Negative]; got != want {
		t.Errorf("channel: got %v, want %v", got, want)
	}
	for word, want := range map[string]int32{"good": 2, "bad": 3, "mary": model.Who, "unheard": model.Unknown} {
		if got := m.Index().Row(text.Hash(word)); got != want {
			t.Errorf("row of %s: got %d, want %d", word, got, want)
		}
	}
	for _, c := range []struct{ valence, want float64 }{{-2, 1}, {-1, 1}, {0, 5.5}, {0.5, 7.75}, {1, 10}, {3, 10}} {
		if got := m.Satisfaction(c.valence); got < c.want-1e-6 || got > c.want+1e-6 {
			t.Errorf("satisfaction of %v: got %v, want %v", c.valence, got, c.want)
		}
	}
}

func TestTheChanceOfTwoMindsIsLogisticInTheEvidence(t *testing.T) {
	m := parsed(t, parameters())
	for _, c := range []struct {
		name string
		e    model.Minds
		want float64
	}{
		{"nothing", model.Minds{}, 0.5},
		{"what holds of all messages", model.Minds{model.Always: 1}, 0.1192},
		{"a weaker side", model.Minds{model.Always: 1, model.Weaker: 1}, 0.7311},
		{"a weaker side in a long message", model.Minds{model.Always: 1, model.Weaker: 1, model.Length: 4}, 0.2689},
	} {
		if got := m.Mixed(&c.e); math.Abs(got-c.want) > 1e-4 {
			t.Errorf("%s: got %.4f, want %.4f", c.name, got, c.want)
		}
	}
}

func TestEncodeRefusesWordsWithoutARow(t *testing.T) {
	for name, row := range map[string]int32{"beyond the last": 5, "unknown": model.Unknown} {
		p := parameters()
		p.Words[text.Hash("lost")] = row
		if _, err := p.Encode(); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
	p := parameters()
	p.Rows = p.Rows[:1]
	if _, err := p.Encode(); err == nil {
		t.Error("one row: got no error")
	}
}

func TestEncodeRefusesWeightsThatCouldMeet(t *testing.T) {
	p := parameters()
	for f := range p.Out {
		p.Out[f], p.Bias[f] = [model.Classes]float32{1, -1, -1}, 500
	}
	if _, err := p.Encode(); err == nil {
		t.Error("got no error")
	}
}

// A window is the bias and what its three words say at their places, and negation where they stand in one.
func TestWindowsAreSums(t *testing.T) {
	p := parameters()
	m := parsed(t, p)
	rapid.Check(t, func(t *rapid.T) {
		words := []model.Word{{Row: m.Outside()}}
		for range rapid.IntRange(1, 12).Draw(t, "words") {
			words = append(words, model.Word{Row: rapid.Int32Range(0, 4).Draw(t, "row"), Negated: rapid.Bool().Draw(t, "negated")})
		}
		words = append(words, model.Word{Row: m.Outside()})
		windows := make([]model.Window, len(words)-2)
		m.Convolve(words, windows)
		var highest [model.Filters]float32
		for i := range windows {
			var sums [model.Filters]float32
			for f := range sums {
				sums[f] = p.Bias[f]
				for place, word := range words[i : i+model.Width] {
					if word.Row != m.Outside() {
						sums[f] += p.Rows[word.Row][place][f]
					}
					if word.Negated {
						sums[f] += p.Negated[place][f]
					}
				}
				sums[f] = max(sums[f], 0)
				highest[f] = max(highest[f], sums[f])
			}
			checkDecisions(t, p, m, windows[i:i+1], &sums)
		}
		peaks, want := checkDecisions(t, p, m, windows, &highest)
		checkParts(t, windows, &peaks)
		shares := make([]float64, len(words))
		got := m.Share(words, windows, &peaks, shares)
		for _, share := range shares {
			got += share
		}
		if math.Abs(got-want) > 1e-6*(1+math.Abs(want)) {
			t.Fatalf("shares sum to %v, want %v", got, want)
		}
		if shares[0] != 0 || shares[len(shares)-1] != 0 {
			t.Fatalf("%v of the decision value is of no word: %v", shares[0]+shares[len(shares)-1], shares)
		}
	})
}

// checkParts compares the peaks of windows with those of two parts of them.
func checkParts(t *rapid.T, windows []model.Window, want *model.Peaks) {
	cut := rapid.IntRange(0, len(windows)).Draw(t, "cut")
	var got, part model.Peaks
	got.Reset()
	part.Strongest(windows[:cut], 0)
	got.Raise(&part)
	part.Strongest(windows[cut:], cut)
	got.Raise(&part)
	if got != *want {
		t.Fatalf("cut at %d: got %v, want %v", cut, got, *want)
	}
}

// checkDecisions compares what windows say with what the weights that were encoded make of the highest values of filters. It returns the
// difference of the two decision values.
func checkDecisions(t *rapid.T, p *model.Parameters, m model.Model, windows []model.Window, highest *[model.Filters]float32) (peaks model.Peaks, decision float64) {
	var none evidence.Total
	peaks.Strongest(windows, 0)
	positive, negative := m.Weigh(&none, &peaks)
	for k, got := range map[int]float64{model.Positive: positive, model.Negative: negative} {
		want := 0.0
		for f, out := range p.Out {
			want += float64(out[k]-out[model.Neutral]) * float64(highest[f]) / p.Temperature
		}
		if math.Abs(got-want) > 1e-3*(1+math.Abs(want)) {
			t.Fatalf("class %d: got %v, want %v", k, got, want)
		}
	}
	return peaks, positive - negative
}

// The first of 70,000 windows is the strongest, or the last: more than a lane can count.
func TestALongMessageIsSharedToTheWordsOfItsPeaks(t *testing.T) {
	m := parsed(t, parameters())
	for name, at := range map[string]int{"at its begin": 1, "at its end": 70_000} {
		words := make([]model.Word, 70_002)
		words[0].Row, words[len(words)-1].Row = m.Outside(), m.Outside()
		words[at].Row = 2
		windows, shares := make([]model.Window, len(words)-2), make([]float64, len(words))
		m.Convolve(words, windows)
		var peaks model.Peaks
		peaks.Reset()
		for begin := 0; begin < len(windows); begin += 10_000 {
			var part model.Peaks
			part.Strongest(windows[begin:min(begin+10_000, len(windows))], begin)
			peaks.Raise(&part)
		}
		m.Share(words, windows, &peaks, shares)
		for i, share := range shares {
			if share != 0 && i != at {
				t.Errorf("%s: word %d has a share of %v", name, i, share)
			}
		}
		if shares[at] == 0 {
			t.Errorf("%s: got no share", name)
		}
	}
}

func TestEmbeddedModelIsWhole(t *testing.T) {
	m := model.Embedded()
	if m.Temperature() <= 0 || math.IsInf(m.Temperature(), 0) {
		t.Errorf("temperature %v", m.Temperature())
	}
	last := 1.0
	for v := -1.0; v <= 1; v += 0.01 {
		s := m.Satisfaction(v)
		if s < last || s > 10 {
			t.Fatalf("satisfaction of %v is %v after %v", v, s, last)
		}
		last = s
	}
	for word, own := range map[string]bool{"thank": true, "refund": true, "zzyzzx": false} {
		if got := m.Index().Row(text.Hash(word)) > model.Who; got != own {
			t.Errorf("%s has a row of its own: %v, want %v", word, got, own)
		}
	}
	if m.Index().Row(text.Hash("she")) != m.Index().Row(text.Hash("he")) {
		t.Error("she and he have different rows")
	}
}
