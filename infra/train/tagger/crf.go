package tagger

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/customerai/customerai/shared/insight/pii/features"
	"github.com/customerai/customerai/shared/insight/pii/tagger"
)

const (
	stride = 8 // labels and one to spare, as in the model
	rate   = 0.2

	// caution is added to the weight of being outside. It costs little of F2 on labelled rows, where every other word is a
	// name, and much noise where none is.
	caution = 0.5
)

// sample is a run with the labels that are right for each of its words, as a set of bits.
type sample struct {
	features [][]uint32
	allowed  []uint8
}

// chain is a linear-chain conditional random field, trained by stochastic gradients whose steps shrink by what was stepped
// before (AdaGrad). Where several labels are allowed, the likelihood of all of them together is raised.
type chain struct {
	rows, rowsSquared   []float32 // features by labels
	moves, movesSquared [tagger.Labels][stride]float32
}

func newChain() *chain {
	return &chain{rows: make([]float32, features.Rows*stride), rowsSquared: make([]float32, features.Rows*stride)}
}

type lattice [][tagger.Labels]float64

// emit returns the scores of the labels of each word.
func (c *chain) emit(s *sample) lattice {
	scores := make(lattice, len(s.features))
	for i, features := range s.features {
		for _, f := range features {
			row := c.rows[f*stride:][:stride]
			for y := range tagger.Labels {
				scores[i][y] += float64(row[y])
			}
		}
	}
	return scores
}

// forward returns the logarithm of the sum over all sequences that end in each label at each word.
func (c *chain) forward(scores lattice, allowed []uint8) lattice {
	sums := make(lattice, len(scores))
	var terms [tagger.Labels]float64
	for i := range sums {
		for y := range tagger.Labels {
			if allowed[i]>>y&1 == 0 {
				sums[i][y] = math.Inf(-1)
				continue
			}
			if i == 0 {
				sums[i][y] = scores[i][y] + c.move(0, y)
				continue
			}
			for x := range tagger.Labels {
				terms[x] = sums[i-1][x] + c.move(x, y)
			}
			sums[i][y] = scores[i][y] + logSum(terms[:])
		}
	}
	return sums
}

// marginals returns the probabilities of each label at each word and of each move, given the sets of labels.
func (c *chain) marginals(scores lattice, allowed []uint8) (lattice, *[tagger.Labels][tagger.Labels]float64) {
	n := len(scores)
	forward, backward := c.forward(scores, allowed), make(lattice, n)
	var terms [tagger.Labels]float64
	for i := n - 2; i >= 0; i-- {
		for x := range tagger.Labels {
			for y := range tagger.Labels {
				terms[y] = math.Inf(-1)
				if allowed[i+1]>>y&1 == 1 {
					terms[y] = c.move(x, y) + scores[i+1][y] + backward[i+1][y]
				}
			}
			backward[i][x] = logSum(terms[:])
		}
	}
	total := logSum(forward[n-1][:])
	var moves [tagger.Labels][tagger.Labels]float64
	probabilities := make(lattice, n)
	for i := range n {
		for y := range tagger.Labels {
			probabilities[i][y] = math.Exp(forward[i][y] + backward[i][y] - total)
			if i == 0 {
				moves[0][y] += probabilities[i][y]
				continue
			}
			for x := range tagger.Labels {
				if allowed[i]>>y&1 == 1 {
					moves[x][y] += math.Exp(forward[i-1][x] + c.move(x, y) + scores[i][y] + backward[i][y] - total)
				}
			}
		}
	}
	return probabilities, &moves
}

// move is the weight of going from one label to the next, minus infinity where that cannot be.
func (c *chain) move(from, to int) float64 {
	if !tagger.Follows(tagger.Label(from), tagger.Label(to)) {
		return math.Inf(-1)
	}
	return float64(c.moves[from][to])
}

// learn takes one step towards the labels of s.
func (c *chain) learn(s *sample) {
	scores := c.emit(s)
	all := make([]uint8, len(s.allowed))
	for i := range all {
		all[i] = 1<<tagger.Labels - 1
	}
	want, wantMoves := c.marginals(scores, s.allowed)
	have, haveMoves := c.marginals(scores, all)
	for i, features := range s.features {
		for y := range tagger.Labels {
			g := float32(want[i][y] - have[i][y])
			if g > -1e-4 && g < 1e-4 || g != g {
				continue
			}
			for _, f := range features {
				step(&c.rows[int(f)*stride+y], &c.rowsSquared[int(f)*stride+y], g)
			}
		}
	}
	for x := range tagger.Labels {
		for y := range tagger.Labels {
			if g := float32(wantMoves[x][y] - haveMoves[x][y]); g == g && g != 0 {
				step(&c.moves[x][y], &c.movesSquared[x][y], g)
			}
		}
	}
}

func step(weight, squared *float32, g float32) {
	*squared += g * g
	*weight += rate * g / (0.1 + float32(math.Sqrt(float64(*squared))))
}

func logSum(terms []float64) float64 {
	top := slices.Max(terms)
	if math.IsInf(top, -1) {
		return top
	}
	sum := 0.0
	for _, t := range terms {
		sum += math.Exp(t - top)
	}
	return top + math.Log(sum)
}

// export returns the model: one scale, and every weight as a signed byte. The few weights beyond the scale are cut.
func (c *chain) export() []byte {
	const cut = 0.9995
	var sizes []float64
	for _, w := range c.rows {
		if w != 0 {
			sizes = append(sizes, math.Abs(float64(w)))
		}
	}
	slices.Sort(sizes)
	scale := 1.0
	if len(sizes) > 0 {
		scale = sizes[int(cut*float64(len(sizes)-1))] / 127
	}
	out := binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(scale)))
	for x := range c.moves {
		for y, w := range c.moves[x] {
			if tagger.Label(y) == tagger.Outside {
				w += caution
			}
			out = append(out, quantise(w, scale))
		}
	}
	for _, w := range c.rows {
		out = append(out, quantise(w, scale))
	}
	return out
}

func quantise(w float32, scale float64) byte {
	return byte(int8(max(-127, min(127, math.Round(float64(w)/scale)))))
}
