package sentiment

import (
	"math"
	"math/bits"
	"slices"
	"sync"

	"github.com/customerai/customerai/shared/insight/sentiment/evidence"
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
	parts   []model.Peaks // of each clause
	peaks   model.Peaks   // of the message
	padded  []float64     // how the decision value, positive less negative, came about: of no token, of each, and 0

	positive, negative float64 // decision values, less that for neutral

	shares []float64                  // the part of padded that tokens have
	each   [evidence.Channels]float64 // of the decision value, for each unit of evidence
	spans  []Highlight

	counted []counted // clauses
	touched uint64    // of use to nobody, but the compiler would leave out the reading
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

// read convolves the words of the message, but those that mislead.
func (w *work) read(m model.Model, d *text.Document) {
	w.words = slices.Grow(w.words[:0], len(d.Tokens)+2)[:len(d.Tokens)+2]
	outside := model.Word{Row: m.Outside()}
	w.words[0], w.words[len(d.Tokens)+1] = outside, outside
	words, touched := w.words[1:], uint64(0)
	for i := range d.Tokens {
		words[i] = w.set.Word(i)
		touched += m.Touch(words[i].Row)
	}
	w.touched = touched
	w.windows = slices.Grow(w.windows[:0], len(d.Tokens))[:len(d.Tokens)]
	m.Convolve(w.words, w.windows)
}

// weigh computes the decision values and hands the decision value back to the tokens: what a channel says to those that its evidence is
// from, what a filter says to the words of its strongest window.
func (w *work) weigh(m model.Model) {
	w.parts = slices.Grow(w.parts[:0], len(w.set.Clauses))[:len(w.set.Clauses)]
	w.peaks.Reset()
	for i, c := range w.set.Clauses {
		w.parts[i].Strongest(w.windows[c.Begin:c.End], int(c.Begin))
		w.peaks.Raise(&w.parts[i])
	}
	w.positive, w.negative = m.Weigh(&w.set.Total, &w.peaks)
	w.padded = slices.Grow(w.padded[:0], len(w.words))[:len(w.words)]
	clear(w.padded)
	w.shares = w.padded[1 : len(w.words)-1]
	scale := 1 / m.Temperature()
	for present := w.set.Present; present != 0; present &= present - 1 {
		c := evidence.Channel(bits.TrailingZeros32(present))
		w.each[c] = 0
		if sum := w.set.Sums[c]; sum != 0 {
			positive, negative, _ := m.Channel(c)
			w.each[c] = scale * (positive - negative) * float64(w.set.Values[c]) / float64(sum)
		}
	}
	for _, e := range w.set.Pieces {
		amount := w.each[e.Channel] * float64(e.Amount)
		for n := range int(e.Span) {
			w.padded[1+int(e.Token)+n] += amount
		}
		if e.Negator >= 0 {
			w.padded[1+e.Negator] += amount
		}
	}
	w.padded[0] += m.Share(w.words, w.windows, &w.peaks, w.padded)
}

// probabilities are those of positive, negative and neutral.
type probabilities struct{ positive, negative, neutral float64 }

// softmax returns the probabilities of decision values that are less that for neutral.
func softmax(positive, negative float64) probabilities {
	const top = 700 // exponentials of more are infinite
	p, n := math.Exp(min(positive, top)), math.Exp(min(negative, top))
	scale := 1 / (1 + p + n)
	return probabilities{p * scale, n * scale, scale}
}
