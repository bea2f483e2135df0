package sentiment

import (
	"math"
	"slices"

	"github.com/customerai/customerai/shared/insight/sentiment/model"
)

// Of a fit of MIXED: how strongly weights are drawn to nothing, in rows, and of Newton's steps the most, and the one that is the last.
const (
	mindsPull  = 1.0
	mindsSteps = 50
	mindsClose = 1e-9
)

// rises are the pieces of evidence of which more never makes two minds less likely.
var rises = []int{model.Weaker, model.Contrast, model.ByWords, model.Doubt}

// fitMinds returns the weights of the evidence under which the rows are likeliest, those of rises never below zero: what would fall is
// left out, the worst first.
func fitMinds(rows []minded) model.Minds {
	var used []int
	for k := range (model.Minds{}) {
		used = append(used, k)
	}
	for {
		weights := logistic(rows, used)
		worst := -1
		for _, k := range rises {
			if weights[k] < 0 && (worst < 0 || weights[k] < weights[worst]) {
				worst = k
			}
		}
		if worst < 0 {
			return weights
		}
		used = slices.DeleteFunc(used, func(k int) bool { return k == worst })
	}
}

// logistic fits the weights of the used evidence by Newton's method.
func logistic(rows []minded, used []int) (weights model.Minds) {
	n := len(used)
	for range mindsSteps {
		curvature := make([][]float64, n) // and the slope in the last column
		for i, k := range used {
			curvature[i] = make([]float64, n+1)
			if k != model.Always {
				curvature[i][i], curvature[i][n] = mindsPull, mindsPull*weights[k]
			}
		}
		for r := range rows {
			row := &rows[r]
			p := row.chance(&weights)
			gap, bend := p, row.weight*p*(1-p)
			if row.mixed {
				gap--
			}
			gap *= row.weight
			for i, k := range used {
				v := row.evidence[k]
				if v == 0 {
					continue
				}
				curvature[i][n] += gap * v
				for j, l := range used[:i+1] {
					curvature[i][j] += bend * v * row.evidence[l]
				}
			}
		}
		for i := range n {
			for j := range i {
				curvature[j][i] = curvature[i][j]
			}
		}
		far := 0.0
		for i, step := range solve(curvature) {
			weights[used[i]] -= step
			far = max(far, math.Abs(step))
		}
		if far < mindsClose {
			break
		}
	}
	return weights
}

// chance is the probability of MIXED by the weights.
func (m *minded) chance(weights *model.Minds) float64 {
	sum := 0.0
	for k, v := range m.evidence {
		sum += v * weights[k]
	}
	return 1 / (1 + math.Exp(-sum))
}

// solve returns x of Ax = b, with b in the last column of a: a curvature, which needs no pivots. It overwrites a.
func solve(a [][]float64) []float64 {
	n := len(a)
	for i := range n {
		for j := range n {
			if i == j || a[i][i] == 0 {
				continue
			}
			factor := a[j][i] / a[i][i]
			for k := i; k <= n; k++ {
				a[j][k] -= factor * a[i][k]
			}
		}
	}
	x := make([]float64, n)
	for i := range x {
		if a[i][i] != 0 {
			x[i] = a[i][n] / a[i][i]
		}
	}
	return x
}
