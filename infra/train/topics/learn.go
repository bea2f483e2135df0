package topics

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/customerai/customerai/shared/insight/topics"
)

// The learner's settings, chosen on left-out phrases.
const (
	epochs       = 6
	learningRate = 0.25
	decay        = 2e-6  // pull of every touched weight towards zero
	skipBelow    = 0.002 // a topic whose probability is this close to the truth teaches nothing
)

// linear is a logistic model for each topic over hashed features.
type linear struct {
	weights []float32 // topics.Buckets rows of topics.Count
	bias    [topics.Count]float32
}

// logits returns the log-odds of each topic.
func (m *linear) logits(features []uint32) (z [topics.Count]float32) {
	for _, f := range features {
		row := m.weights[int(f)*topics.Count:][:topics.Count]
		for t, w := range row {
			z[t] += w
		}
	}
	norm := float32(1 / math.Sqrt(float64(len(features))))
	for t := range z {
		z[t] = float32(z[t]*norm) + m.bias[t]
	}
	return z
}

// learn fits one topic against the rest with AdaGrad, in one goroutine and in an order set by the seed: the same examples give
// the same bits. Adaptive rates matter here, as a telling word may come a hundred times and a run of three letters in every text.
func learn(ctx context.Context, examples []example, seed uint64) (*linear, error) {
	m := &linear{weights: make([]float32, topics.Buckets*topics.Count)}
	squares := make([]float32, len(m.weights))
	var biasSquares [topics.Count]float32
	random := rand.New(rand.NewPCG(seed, 2)) //nolint:gosec // training must be repeatable
	for range epochs {
		for _, i := range random.Perm(len(examples)) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			e := &examples[i]
			z := m.logits(e.features)
			norm := float32(1 / math.Sqrt(float64(len(e.features))))
			for t := range z {
				if e.unsure>>t&1 == 1 {
					continue
				}
				slope := float32(1/(1+math.Exp(-float64(z[t])))) - float32(e.yes>>t&1)
				if slope < skipBelow && slope > -skipBelow {
					continue
				}
				slope *= e.weight
				step(&m.bias[t], &biasSquares[t], slope)
				for _, f := range e.features {
					k := int(f)*topics.Count + t
					step(&m.weights[k], &squares[k], slope*norm)
				}
			}
		}
	}
	return m, nil
}

// step moves one weight against its slope.
func step(weight, squares *float32, slope float32) {
	slope += decay * *weight
	*squares += float32(slope * slope)
	*weight -= float32(learningRate * slope / (float32(math.Sqrt(float64(*squares))) + 1e-3))
}
