package model

import "math"

// Minds is the evidence that a message has two minds, in the order of weights. Its sides are the clauses of praise and those of complaint.
type Minds [mindsOf]float64

// The pieces of evidence. Of a message of two sides, the clauses say whether they are two minds; of another one, the whole says it.
const (
	Always   = iota // 1
	TwoSides        // 1 where a clause, read alone, leans to praise and another to complaint
	Weaker          // how far the strongest clause of the weaker side leans, 0 to 1
	ByWords         // what its words do to the decision value of the whole, bounded by 1
	Contrast        // 1 for a "but" or an "although"
	Length          // logarithm of words
	Doubt           // without two sides: how far positive and negative are alike likely, and neutral is not
	Plain           // without two sides: the probability of neutral, MIXED aside
	mindsOf
)

// Mixed returns the probability that a message has two minds.
func (m Model) Mixed(e *Minds) float64 {
	sum := 0.0
	for k, v := range e {
		sum += v * float64(m.float(mindsFrom+4*k))
	}
	return 1 / (1 + math.Exp(-sum))
}
