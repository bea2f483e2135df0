package sentiment

import (
	"math"
	"slices"
	"sync"

	"github.com/customerai/customerai/shared/insight/sentiment/features"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/text"
)

// work is the memory of one analysis, kept for the next.
type work struct {
	set     features.Set
	clause  features.Set // of one clause
	words   []model.Word // the tokens between two that are Outside
	windows []model.Window
	peaks   model.Peaks
	logits  [model.Classes]float64
	rest    float64                    // the part of the decision value that no token moved
	padded  []float64                  // shares between two zeros, as in words
	shares  []float64                  // the part that each token moved; rest and shares sum to logits[Positive]-logits[Negative]
	each    [features.Channels]float64 // of the decision value, for each unit of evidence
	spans   []Highlight
}

// largest is how many tokens' memory is kept for the next message: one message of a megabyte must not hold its own forever.
const largest = 1 << 16

var pool = sync.Pool{New: func() any { return new(work) }}

func borrow() *work {
	w := pool.Get().(*work) //nolint:forcetypeassert // the pool holds nothing else
	if cap(w.shares) > largest {
		*w = work{}
	}
	return w
}

// read looks the words of the message up in the model and convolves them.
func (w *work) read(m model.Model, d *text.Document) {
	outside := model.Word{Row: m.Outside()}
	w.words = append(w.words[:0], outside)
	for i := range d.Tokens {
		word := model.Word{Row: model.Unknown, Negated: w.set.Negated(i)}
		if !w.set.Mute(i) {
			word.Row = m.Row(d.Hash(i))
		}
		w.words = append(w.words, word)
	}
	w.words = append(w.words, outside)
	w.windows = slices.Grow(w.windows[:0], len(d.Tokens))[:len(d.Tokens)]
	m.Convolve(w.words, w.windows)
}

// weigh computes the logits and hands the decision value back to the tokens: what a channel says to those that its evidence is
// from, what a filter says to the words of its strongest window.
func (w *work) weigh(m model.Model) {
	w.peaks = model.Strongest(w.windows)
	w.logits, w.rest = m.Weigh(&w.set.Values, &w.peaks), 0
	w.padded = slices.Grow(w.padded[:0], len(w.words))[:len(w.words)]
	clear(w.padded)
	w.shares = w.padded[1 : len(w.words)-1]
	for c, value := range w.set.Values {
		if value == 0 {
			continue
		}
		weights := m.Channel(features.Channel(c))
		w.each[c] = (float64(weights[model.Positive]) - float64(weights[model.Negative])) * float64(value) / float64(w.set.Sums[c])
	}
	for _, e := range w.set.Evidence {
		w.share(e.Token, w.each[e.Channel]*float64(e.Amount))
	}
	w.rest += m.Share(w.words, w.windows, &w.peaks, w.padded)
}

func (w *work) share(token int32, amount float64) {
	if token < 0 {
		w.rest += amount
		return
	}
	w.shares[token] += amount
}

// softmax returns the probabilities of logits.
func softmax(logits [model.Classes]float64, temperature float64) (p [model.Classes]float64) {
	top, sum := math.Inf(-1), 0.0
	for _, z := range logits {
		top = max(top, z)
	}
	for k, z := range logits {
		p[k] = math.Exp((z - top) / temperature)
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p
}
