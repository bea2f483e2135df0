package sentiment

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/customerai/customerai/shared/insight/sentiment/features"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
)

// settings of training, chosen by leaving one source out in turn.
type settings struct {
	slots    int // of the gram table, a power of two
	seen     int // the fewest rows that a gram must stand in
	epochs   int
	orders   int // of the rows, each giving a model; they are averaged
	rate     float64
	shrink   float64 // L2, applied where a weight is touched
	classes  [model.Classes]float64
	gramDrop float64 // share of grams left out of a row at random, so that the lexicon is not leant on too little
}

var chosen = settings{
	slots: 1 << 17, seen: 4, epochs: 5, orders: 4, rate: 0.05, shrink: 1e-4, classes: [model.Classes]float64{0.85, 1.10, 1.15}, gramDrop: 0.3,
}

// linear is a model in training. Slots that no gram took stay zero.
type linear struct {
	channels [features.Channels][model.Classes]float64
	owner    []uint64 // the hash that owns a slot, 0 for none
	grams    [][model.Classes]float64
}

// newLinear gives the slots to the grams that stand in most rows.
func newLinear(examples []example, s settings) *linear {
	counts := map[uint64]int{}
	for _, e := range examples {
		for _, g := range e.grams {
			counts[g]++
		}
	}
	type counted struct {
		hash uint64
		n    int
	}
	var all []counted
	for hash, n := range counts {
		if n >= s.seen {
			all = append(all, counted{hash, n})
		}
	}
	slices.SortFunc(all, func(a, b counted) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.hash, b.hash)) })
	m := &linear{owner: make([]uint64, s.slots), grams: make([][model.Classes]float64, s.slots)}
	for _, c := range all {
		if slot := model.Slot(c.hash, s.slots); m.owner[slot] == 0 {
			m.owner[slot] = c.hash
		}
	}
	return m
}

// slotsOf returns the slots of the grams that have one.
func (m *linear) slotsOf(grams []uint64, into []int) []int {
	for _, g := range grams {
		if slot := model.Slot(g, len(m.owner)); m.owner[slot] == g {
			into = append(into, slot)
		}
	}
	return into
}

func (m *linear) logits(e *example, slots []int) (z [model.Classes]float64) {
	for c, v := range e.values {
		if v != 0 {
			for k := range z {
				z[k] += m.channels[c][k] * float64(v)
			}
		}
	}
	for _, slot := range slots {
		for k := range z {
			z[k] += m.grams[slot][k] * float64(e.unit)
		}
	}
	return z
}

func softmax(z [model.Classes]float64, temperature float64) (p [model.Classes]float64) {
	top := max(z[0], z[1], z[2])
	sum := 0.0
	for k := range z {
		p[k] = math.Exp((z[k] - top) / temperature)
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p
}

// fit returns the mean of models that saw the examples in different orders: a single order moves small classes by a point.
func fit(examples []example, s settings) *linear {
	mean := newLinear(examples, s)
	for order := range s.orders {
		mean.add(fitOnce(examples, newLinear(examples, s), s, uint64(order)), 1/float64(s.orders))
	}
	return mean
}

// add adds a share of another model's weights.
func (m *linear) add(other *linear, share float64) {
	for c := range m.channels {
		for k := range m.channels[c] {
			m.channels[c][k] += share * other.channels[c][k]
		}
	}
	for slot := range m.grams {
		for k := range m.grams[slot] {
			m.grams[slot][k] += share * other.grams[slot][k]
		}
	}
}

// fitOnce trains m by AdaGrad on the class-weighted cross entropy, one example at a time in an order of fixed seed.
func fitOnce(examples []example, m *linear, s settings, seed uint64) *linear {
	var channelSquares [features.Channels][model.Classes]float64
	gramSquares := make([][model.Classes]float64, s.slots)
	random := rand.New(rand.NewPCG(1, 2+seed)) //nolint:gosec // an order, not a secret
	order := random.Perm(len(examples))
	var all, slots []int
	for range s.epochs {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, at := range order {
			e := &examples[at]
			all = m.slotsOf(e.grams, all[:0])
			slots = slots[:0]
			for _, slot := range all {
				if random.Float64() >= s.gramDrop {
					slots = append(slots, slot)
				}
			}
			p := softmax(m.logits(e, slots), 1)
			weight := float64(e.weight) * s.classes[e.label]
			for k := range p {
				slope := weight * p[k]
				if k == e.label {
					slope -= weight
				}
				for c, v := range e.values {
					if v != 0 {
						step(&m.channels[c][k], &channelSquares[c][k], slope*float64(v), s)
					}
				}
				for _, slot := range slots {
					step(&m.grams[slot][k], &gramSquares[slot][k], slope*float64(e.unit), s)
				}
			}
		}
	}
	return m
}

func step(w, squares *float64, gradient float64, s settings) {
	gradient += s.shrink * *w
	*squares += gradient * gradient
	*w -= s.rate * gradient / (math.Sqrt(*squares) + 1e-8)
}

// encode rounds the model to its shipped form.
func (m *linear) encode(temperature float64, curve [model.Knots]float64) []byte {
	var magnitudes []float64
	for slot, hash := range m.owner {
		if hash != 0 {
			for _, w := range m.grams[slot] {
				magnitudes = append(magnitudes, math.Abs(w))
			}
		}
	}
	slices.Sort(magnitudes)
	p := model.Parameters{Temperature: temperature, Satisfaction: curve, Scale: 1, Slots: make([]model.Weights, len(m.owner))}
	if n := len(magnitudes); n > 0 {
		p.Scale = float32(magnitudes[n-1-n/10_000] / 127)
	}
	for c := range m.channels {
		for k := range m.channels[c] {
			p.Channels[c][k] = float32(m.channels[c][k])
		}
	}
	for slot, hash := range m.owner {
		if hash == 0 {
			continue
		}
		p.Slots[slot].Check = model.Check(hash)
		for k, w := range m.grams[slot] {
			p.Slots[slot].Gram[k] = int8(math.Round(min(max(w/float64(p.Scale), -127), 127)))
		}
	}
	return p.Encode()
}
