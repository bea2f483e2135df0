package sentiment

import (
	"math"

	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
	"github.com/customerai/customerai/shared/insight/text"
)

// hint is what the words of each side must do to the decision value for clauses to be read alone, and half of it what those of a clause must:
// of most messages nothing is read alone, which is dear.
const hint = 0.25

// side is the clauses of one direction.
type side struct {
	words float64 // what those of the strongest do to the decision value
	lean  float64 // how far the strongest leans when it is read alone: probability of positive less that of negative, or the other way
}

// minds returns the evidence that the message, of which p are the probabilities of the classes, has two minds.
func (w *work) minds(m model.Model, d *text.Document, p probabilities) model.Minds {
	praise, complaint := w.sides()
	if weaker := min(praise.words, complaint.words); weaker >= hint {
		w.readAlone(m, d, &praise, &complaint)
		if lean := min(praise.lean, complaint.lean); lean > 0 {
			return model.Minds{
				model.Always: 1, model.TwoSides: 1, model.Weaker: lean, model.ByWords: weaker / (weaker + 1), model.Contrast: w.contrast(),
				model.Length: math.Log(1 + float64(w.set.Words)),
			}
		}
	}
	return model.Minds{model.Always: 1, model.Doubt: 4 * p.positive * p.negative, model.Plain: p.neutral}
}

// sides returns what the words of the clauses do to the decision value, and lists the clauses that count. A change of mind forgets the clauses
// before it, a settled trouble the complaint before it; the past, expectations and what is mild count for nothing.
func (w *work) sides() (praise, complaint side) {
	w.counted = w.counted[:0]
	for i, c := range w.set.Clauses {
		if c.Turns {
			praise, complaint, w.counted = side{}, side{}, w.counted[:0]
		}
		if c.Past {
			continue
		}
		settles, mild := w.set.Tone(c)
		if mild {
			continue
		}
		sum := 0.0
		for _, share := range w.shares[c.Begin:c.End] {
			sum += share
		}
		if settles && sum >= 0 {
			complaint = side{}
		}
		praise.words, complaint.words = max(praise.words, sum), max(complaint.words, -sum)
		if math.Abs(sum) >= hint/2 {
			w.counted = append(w.counted, counted{i, settles})
		}
	}
	return praise, complaint
}

// counted is a clause that counts, by its number.
type counted struct {
	clause  int
	settles bool
}

// readAlone reads each clause that counts as a message of its own, so that a "but" does not weaken the first.
func (w *work) readAlone(m model.Model, d *text.Document, praise, complaint *side) {
	for _, at := range w.counted {
		c := w.set.Clauses[at.clause]
		before, promised := w.set.Removed(c)
		if before {
			continue
		}
		w.clause.ExtractClause(&w.set, c, d)
		p := softmax(m.Weigh(&w.clause.Total, &w.parts[at.clause]))
		lean := p.positive - p.negative
		if at.settles && lean >= 0 {
			complaint.lean = 0
		}
		if !promised {
			praise.lean = max(praise.lean, lean)
		}
		complaint.lean = max(complaint.lean, -lean)
	}
}

// contrast returns 1 where a word sets one clause against another.
func (w *work) contrast() float64 {
	for _, i := range w.set.Signs {
		if t := &w.set.Tokens[i]; (t.Role == lexicon.Contrast || t.Role == lexicon.Concede) && t.Value == 0 {
			return 1
		}
	}
	return 0
}
