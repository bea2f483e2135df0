package topics

import (
	"math"
	"slices"

	"github.com/customerai/customerai/shared/insight/topics"
)

// calibration is for each topic the slope and offset that make probabilities out of log-odds (Platt 1999).
type calibration [topics.Count]struct{ slope, offset float64 }

// calibrate fits the calibration on examples that m has not seen.
func calibrate(m *linear, unseen []example) (c calibration) {
	var points [topics.Count][]point
	for i := range unseen {
		e := &unseen[i]
		for t, z := range m.logits(e.features) {
			if e.unsure>>t&1 == 0 {
				points[t] = append(points[t], point{float64(z), float64(e.yes >> t & 1), float64(e.weight)})
			}
		}
	}
	for t := range c {
		c[t].slope, c[t].offset = platt(points[t])
	}
	return c
}

// point is a log-odds, whether the topic holds (1 or 0), and how much that counts.
type point struct{ z, holds, weight float64 }

// platt returns the slope and offset of least logistic loss, by Newton's method with halved steps where a whole one would
// overshoot. Platt's softened targets keep both finite where a topic is told apart without a mistake.
func platt(points []point) (slope, offset float64) {
	var positives, negatives float64
	for _, p := range points {
		positives += p.holds * p.weight
		negatives += (1 - p.holds) * p.weight
	}
	low := 1 / (negatives + 2)
	high := (positives + 1) / (positives + 2)
	loss := func(slope, offset float64) (sum float64) {
		for _, p := range points {
			z := slope*p.z + offset
			sum += p.weight * (max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) - (low+p.holds*(high-low))*z)
		}
		return sum
	}
	slope = 1
	best := loss(slope, offset)
	for range 30 {
		gs, gb, hss, hsb, hbb := 0.0, 0.0, 1e-6, 0.0, 1e-6 // gradient and Hessian, kept away from singular
		for _, p := range points {
			q := 1 / (1 + math.Exp(-(slope*p.z + offset)))
			g, h := p.weight*(q-(low+p.holds*(high-low))), p.weight*q*(1-q)
			gs, gb = gs+g*p.z, gb+g
			hss, hsb, hbb = hss+h*p.z*p.z, hsb+h*p.z, hbb+h
		}
		det := hss*hbb - hsb*hsb
		ds, db := (hbb*gs-hsb*gb)/det, (hss*gb-hsb*gs)/det
		improved := false
		for part := 1.0; part > 1e-6 && !improved; part /= 2 {
			if next := loss(slope-part*ds, offset-part*db); next < best {
				slope, offset, best, improved = slope-part*ds, offset-part*db, next, true
			}
		}
		if !improved {
			break
		}
	}
	return slope, offset
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
