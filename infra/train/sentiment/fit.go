package sentiment

import (
	"math"
	"math/rand/v2"

	"github.com/customerai/customerai/shared/insight/sentiment/evidence"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
)

// settings of training, chosen on sources left out.
type settings struct {
	epochs     int
	rate       float64 // falls to nothing on a straight line
	shrink     float64 // L2, applied where a weight is touched
	wordDrop   float64 // share of words that are not seen, so that none is leant on too much
	textDrop   float64 // share of texts of which no word is seen, so that lexicon and rules can stand alone
	filterDrop float64 // share of filters that do not learn from a row, so that they come to see different things
}

var chosen = settings{epochs: 8, rate: 0.05, shrink: 1e-4, wordDrop: 0.2, textDrop: 0.15, filterDrop: 0.3}

// network is a model in training, and also the sums of squared slopes that go with one.
type network struct {
	channels [evidence.Channels][model.Classes]float32
	out      [model.Filters][model.Classes]float32
	bias     [model.Filters]float32
	negated  [model.Width][model.Filters]float32
	rows     [][model.Width][model.Filters]float32
}

// newNetwork returns a network of small random weights. The rows of unknown words and of who somebody is start at zero.
func newNetwork(rows int, random *rand.Rand) *network {
	n := &network{rows: make([][model.Width][model.Filters]float32, rows)}
	for i := model.Who + 1; i < rows; i++ {
		for place := range model.Width {
			for f := range model.Filters {
				n.rows[i][place][f] = 0.05 * float32(random.NormFloat64())
			}
		}
	}
	for f := range n.out {
		for k := range n.out[f] {
			n.out[f][k] = 0.3 * float32(random.NormFloat64())
		}
	}
	return n
}

// pass is what a network makes of a message.
type pass struct {
	logits [model.Classes]float64
	value  [model.Filters]float32 // of the strongest window
	at     [model.Filters]int     // its middle word, -1 for none
}

// read passes a message through the network.
func (n *network) read(e *example, rows []int32, p *pass) {
	*p = pass{}
	for f := range p.at {
		p.at[f] = -1
	}
	for i := range rows {
		window := n.bias
		for place := range model.Width {
			at := i - 1 + place
			if at < 0 || at >= len(rows) {
				continue
			}
			add := &n.rows[rows[at]][place]
			for f := range window {
				window[f] += add[f]
			}
			if e.negated[at] {
				add = &n.negated[place]
				for f := range window {
					window[f] += add[f]
				}
			}
		}
		for f, v := range window {
			if v > p.value[f] {
				p.value[f], p.at[f] = v, i
			}
		}
	}
	for c, v := range e.values {
		if v != 0 {
			for k := range p.logits {
				p.logits[k] += float64(n.channels[c][k] * v)
			}
		}
	}
	for f, v := range p.value {
		for k := range p.logits {
			p.logits[k] += float64(n.out[f][k] * v)
		}
	}
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

// trainer fits a network by AdaGrad, one example at a time in an order of fixed seed.
type trainer struct {
	settings
	network *network
	squares *network
	random  *rand.Rand
	rate    float32
	pass    pass
	rows    []int32
}

// fit returns a network that has learnt the targets of the examples.
func fit(examples []example, rows int, s settings) *network {
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // an order, not a secret
	t := trainer{settings: s, random: random, network: newNetwork(rows, random)}
	t.squares = &network{rows: make([][model.Width][model.Filters]float32, rows)}
	order := random.Perm(len(examples))
	steps := float64(s.epochs * len(order))
	for epoch := range s.epochs {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for i, at := range order {
			t.rate = float32(s.rate * (1 - float64(epoch*len(order)+i)/steps))
			t.learn(&examples[at])
		}
	}
	return t.network
}

// learn takes one step on one example.
func (t *trainer) learn(e *example) {
	t.rows = t.rows[:0]
	blank := t.random.Float64() < t.textDrop
	for _, row := range e.rows {
		if blank || t.random.Float64() < t.wordDrop {
			row = model.Unknown
		}
		t.rows = append(t.rows, row)
	}
	t.network.read(e, t.rows, &t.pass)
	p := softmax(t.pass.logits, 1)
	mass := float64(e.target[0] + e.target[1] + e.target[2])
	var slope [model.Classes]float32
	for k := range p {
		slope[k] = e.weight * float32(mass*p[k]-float64(e.target[k]))
	}
	n, squares := t.network, t.squares
	for c, v := range e.values {
		if v != 0 {
			for k := range slope {
				t.step(&n.channels[c][k], &squares.channels[c][k], slope[k]*v)
			}
		}
	}
	for f, at := range t.pass.at {
		if at < 0 || t.random.Float64() < t.filterDrop {
			continue
		}
		down := float32(0)
		for k := range slope {
			down += slope[k] * n.out[f][k]
			t.step(&n.out[f][k], &squares.out[f][k], slope[k]*t.pass.value[f])
		}
		t.step(&n.bias[f], &squares.bias[f], down)
		for place := range model.Width {
			i := at - 1 + place
			if i < 0 || i >= len(t.rows) {
				continue
			}
			if row := t.rows[i]; row != model.Unknown {
				t.step(&n.rows[row][place][f], &squares.rows[row][place][f], down)
			}
			if e.negated[i] {
				t.step(&n.negated[place][f], &squares.negated[place][f], down)
			}
		}
	}
}

func (t *trainer) step(w, squares *float32, slope float32) {
	slope += float32(t.shrink) * *w
	*squares += slope * slope
	*w -= t.rate * slope / (float32(math.Sqrt(float64(*squares))) + 1e-8)
}
