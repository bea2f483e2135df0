package sentiment

import (
	"math"
	"sync"

	"github.com/customerai/customerai/shared/insight/sentiment/features"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
)

// work is the memory of one analysis, kept for the next.
type work struct {
	set    features.Set
	clause features.Set // of one clause
	logits [model.Classes]float64
	rest   float64   // the part of the decision value that no token moved
	shares []float64 // the part that each token moved; rest and shares sum to logits[Positive]-logits[Negative]
	spans  []Highlight
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

// weigh computes the logits and hands the decision value back to the tokens.
func (w *work) weigh(m model.Model, tokens int) {
	w.shares = w.shares[:0]
	for range tokens {
		w.shares = append(w.shares, 0)
	}
	w.logits, w.rest = [model.Classes]float64{}, 0

	var each [features.Channels]float64 // of the decision value, for each unit of evidence
	for c, value := range w.set.Values {
		if value == 0 {
			continue
		}
		weights := m.Channel(features.Channel(c))
		for k, weight := range weights {
			w.logits[k] += float64(weight) * float64(value)
		}
		each[c] = (float64(weights[model.Positive]) - float64(weights[model.Negative])) * float64(value) / float64(w.set.Sums[c])
	}
	for _, e := range w.set.Evidence {
		w.share(e.Token, each[e.Channel]*float64(e.Amount))
	}
	unit := float64(w.set.GramUnit) * float64(m.Scale())
	for _, g := range w.set.Grams {
		weights, ok := m.Gram(g.Hash)
		if !ok {
			continue
		}
		for k, weight := range weights {
			w.logits[k] += unit * float64(weight)
		}
		half := unit * (float64(weights[model.Positive]) - float64(weights[model.Negative])) / 2
		w.share(g.First, half)
		w.share(g.Last, half)
	}
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

// logits returns what weigh makes of a set, without the shares.
func logits(m model.Model, set *features.Set) (z [model.Classes]float64) {
	for c, value := range set.Values {
		if value == 0 {
			continue
		}
		for k, weight := range m.Channel(features.Channel(c)) {
			z[k] += float64(weight) * float64(value)
		}
	}
	unit := float64(set.GramUnit) * float64(m.Scale())
	for _, g := range set.Grams {
		weights, ok := m.Gram(g.Hash)
		if !ok {
			continue
		}
		for k, weight := range weights {
			z[k] += unit * float64(weight)
		}
	}
	return z
}
