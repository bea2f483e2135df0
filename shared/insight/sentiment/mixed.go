package sentiment

import (
	"math"

	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/text"
)

// A message is mixed when one of its clauses, read alone, leans to praise and another to complaint, both by mixedMargin of
// valence, and when what the clauses of the weaker side say together is mixedBalance of what those of the other say: one
// reservation in a long praise leaves it praise. At the margin the odds are even, and mixedSlope says how fast they turn.
const (
	mixedMargin  = 0.45
	mixedBalance = 0.4
	mixedSlope   = 12.0
	hint         = 0.25 // what the words of a clause must do to the decision value for it to be read alone
)

// side is what the clauses of one direction say.
type side struct{ most, sum float64 }

func (s *side) add(v float64) { s.most, s.sum = max(s.most, v), s.sum+v }

// mixed returns the probability that the message has two minds.
func (w *work) mixed(m model.Model, d *text.Document) float64 {
	if !w.twoSided() {
		return 0
	}
	var praise, complaint side
	for i, c := range w.set.Clauses {
		if c.Turns {
			praise, complaint = side{}, side{}
		}
		if c.Past || math.Abs(w.leans[i]) < hint/2 {
			continue
		}
		settles, polite := w.clause.ExtractClause(&w.set, c, d)
		if polite {
			continue
		}
		w.part.Strongest(w.windows[c.Begin:c.End])
		p := softmax(m.Weigh(&w.clause.Total, &w.part))
		valence := p.positive - p.negative
		switch {
		case valence < 0:
			complaint.add(-valence)
		case settles:
			complaint = side{}
			fallthrough
		default:
			praise.add(valence)
		}
	}
	if min(praise.sum, complaint.sum) == 0 {
		return 0
	}
	strength := min(praise.most, complaint.most) / mixedMargin
	balance := min(praise.sum, complaint.sum) / max(praise.sum, complaint.sum) / mixedBalance
	return 1 / (1 + math.Exp(mixedSlope*mixedMargin*(1-min(strength, balance))))
}

// twoSided reports whether one clause leans to praise and another to complaint, by what the words of each do to the decision
// value of the whole: of most messages it is false, at little cost.
func (w *work) twoSided() bool {
	w.leans = w.leans[:0]
	up, down := 0.0, 0.0
	for _, c := range w.set.Clauses {
		lean := 0.0
		for _, share := range w.shares[c.Begin:c.End] {
			lean += share
		}
		w.leans = append(w.leans, lean)
		up, down = max(up, lean), min(down, lean)
	}
	return up >= hint && down <= -hint
}
