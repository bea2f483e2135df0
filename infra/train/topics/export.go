package topics

import (
	"math"
	"slices"

	"github.com/customerai/customerai/shared/insight/topics"
)

// calibration is for each topic the slope and offset that make probabilities out of log-odds (Platt 1999).
type calibration [topics.Count]struct{ slope, offset float64 }

// calibrate fits the calibration on examples that m has not seen, by Newton's method on the logistic loss. With Platt's
// softened targets it stays finite where a topic is told apart without a mistake.
func calibrate(m *linear, unseen []example) (c calibration) {
	type point struct{ z, target, weight float64 }
	points := make([][]point, topics.Count)
	for i := range unseen {
		e := &unseen[i]
		for t, z := range m.logits(e.features) {
			if e.unsure>>t&1 == 0 {
				points[t] = append(points[t], point{float64(z), float64(e.yes >> t & 1), float64(e.weight)})
			}
		}
	}
	for t := range c {
		var positives, negatives float64
		for _, p := range points[t] {
			positives += p.target * p.weight
			negatives += (1 - p.target) * p.weight
		}
		high, low := (positives+1)/(positives+2), 1/(negatives+2)
		a, b := 1.0, 0.0
		for range 30 {
			var ga, gb, haa, hab, hbb float64
			for _, p := range points[t] {
				q := 1 / (1 + math.Exp(-(a*p.z + b)))
				d, h := p.weight*(q-(low+p.target*(high-low))), p.weight*q*(1-q)
				ga, gb = ga+d*p.z, gb+d
				haa, hab, hbb = haa+h*p.z*p.z, hab+h*p.z, hbb+h
			}
			haa, hbb = haa+1e-6, hbb+1e-6
			det := haa*hbb - hab*hab
			a -= (hbb*ga - hab*gb) / det
			b -= (haa*gb - hab*ga) / det
		}
		c[t].slope, c[t].offset = a, b
	}
	return c
}

// spanRank is the rank of the weight that int8 spans up to, the 99.99 % quantile: the few above it are cut, and all others keep
// more of their precision.
const spanRank = (topics.Buckets - 1) * 9999 / 10000

// export rounds m to eight bits, one scale for each topic, and folds the calibration in.
func export(m *linear, c calibration) (topics.Model, error) {
	var scales, biases [topics.Count]float32
	rows := make([]int8, len(m.weights))
	sizes := make([]float32, topics.Buckets)
	for t := range topics.Count {
		for f := range topics.Buckets {
			sizes[f] = float32(math.Abs(float64(m.weights[f*topics.Count+t])))
		}
		slices.Sort(sizes)
		unit := max(sizes[spanRank], 1e-6) / 127
		for f := range topics.Buckets {
			w := math.RoundToEven(float64(m.weights[f*topics.Count+t] / unit))
			rows[f*topics.Count+t] = int8(max(-127, min(127, w)))
		}
		scales[t] = float32(c[t].slope) * unit
		biases[t] = float32(c[t].slope*float64(m.bias[t]) + c[t].offset)
	}
	return topics.NewModel(scales, biases, rows)
}
