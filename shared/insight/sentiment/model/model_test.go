package model_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/sentiment/features"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/text"
)

// parameters are small, of whole numbers that are their own integers: a word of every filter is at 127.
func parameters() *model.Parameters {
	p := &model.Parameters{Temperature: 1.5, Words: map[uint64]int32{text.Hash("mary"): model.Who, text.Hash("good"): 2, text.Hash("bad"): 3}}
	for k := range p.Satisfaction {
		p.Satisfaction[k] = 1 + float64(k)*9/(model.Knots-1)
	}
	p.Channels[features.Negative] = [model.Classes]float32{-1, 2, 0.5}
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
	if got, want := m.Channel(features.Negative), p.Channels[features.Negative]; got != want {
		t.Errorf("channel: got %v, want %v", got, want)
	}
	for word, want := range map[string]int32{"good": 2, "bad": 3, "mary": model.Who, "unheard": model.Unknown} {
		if got := m.Row(text.Hash(word)); got != want {
			t.Errorf("row of %s: got %d, want %d", word, got, want)
		}
	}
	for _, c := range []struct{ valence, want float64 }{{-2, 1}, {-1, 1}, {0, 5.5}, {0.5, 7.75}, {1, 10}, {3, 10}} {
		if got := m.Satisfaction(c.valence); got < c.want-1e-6 || got > c.want+1e-6 {
			t.Errorf("satisfaction of %v: got %v, want %v", c.valence, got, c.want)
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

// A window is the bias and what its three words say at their places, and negation where they stand in one.
func TestWindowsAreSums(t *testing.T) {
	p := parameters()
	m := parsed(t, p)
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Int32Range(0, 4), 1, 12).Draw(t, "rows")
		negated := rapid.SliceOfN(rapid.Bool(), len(rows), len(rows)).Draw(t, "negated")
		windows := make([]model.Window, len(rows))
		m.Convolve(rows, negated, windows)
		strongest := model.Strongest(windows)
		for f := range model.Filters {
			best := float32(0)
			for i := range rows {
				want := p.Bias[f]
				for place := range model.Width {
					if at := i - 1 + place; at >= 0 && at < len(rows) {
						want += p.Rows[rows[at]][place][f]
						if negated[at] {
							want += p.Negated[place][f]
						}
					}
				}
				if got := float32(windows[i].Value(f)); got != max(want, 0) {
					t.Fatalf("filter %d of window %d: got %v, want %v", f, i, got, max(want, 0))
				}
				best = max(best, want)
			}
			value := strongest.Value(f)
			if float32(value) != best {
				t.Fatalf("filter %d: got the strongest %v, want %v", f, value, best)
			}
		}
		var none [features.Channels]float32
		z := m.Weigh(&none, &strongest)
		shares := make([]float64, len(rows))
		got := m.Share(rows, negated, windows, &strongest, shares)
		for _, share := range shares {
			got += share
		}
		if want := z[model.Positive] - z[model.Negative]; math.Abs(got-want) > 1e-6*(1+math.Abs(want)) {
			t.Fatalf("shares sum to %v, want %v", got, want)
		}
		for k, want := range decisions(p, &strongest) {
			if math.Abs(z[k]-want) > 1e-3*(1+math.Abs(want)) {
				t.Fatalf("class %d: got %v, want %v", k, z[k], want)
			}
		}
	})
}

// decisions weighs the strongest windows by the weights that were encoded.
func decisions(p *model.Parameters, strongest *model.Window) (z [model.Classes]float64) {
	for f, out := range p.Out {
		for k, w := range out {
			z[k] += float64(w) * float64(strongest.Value(f))
		}
	}
	return z
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
		if got := m.Row(text.Hash(word)) > model.Who; got != own {
			t.Errorf("%s has a row of its own: %v, want %v", word, got, own)
		}
	}
	if m.Row(text.Hash("she")) != m.Row(text.Hash("he")) {
		t.Error("she and he have different rows")
	}
}
