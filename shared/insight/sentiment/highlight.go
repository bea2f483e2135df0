package sentiment

import (
	"cmp"
	"math"
	"slices"

	"github.com/customerai/customerai/shared/insight/text"
)

const (
	highlightLeast = 0.25 // of calibrated decision value: what turns even odds to 56 in 100
	highlightMost  = 8
	feltLeast      = 0.05 // however neutral a message is
)

// highlights appends the words that moved the decision value most, neighbours of one direction as one phrase. Of a message that is
// neutral for the most part, a word counts as far as the message is not.
func (w *work) highlights(d *text.Document, neutral float64, into []Highlight) []Highlight {
	least := highlightLeast / max(1-neutral, feltLeast)
	w.spans = w.spans[:0]
	open := false
	for t, share := range w.shares {
		if math.Abs(share) < least {
			open = false
			continue
		}
		begin, end := int(d.Tokens[t].Begin), int(d.Tokens[t].End)
		if last := len(w.spans) - 1; open && (w.spans[last].Weight > 0) == (share > 0) && !d.Tokens[t].Break {
			w.spans[last].End = end
			w.spans[last].Weight += share
			continue
		}
		w.spans = append(w.spans, Highlight{Begin: begin, End: end, Weight: share})
		open = true
	}
	if len(w.spans) > highlightMost {
		slices.SortStableFunc(w.spans, func(a, b Highlight) int { return cmp.Compare(math.Abs(b.Weight), math.Abs(a.Weight)) })
		w.spans = w.spans[:highlightMost]
		slices.SortFunc(w.spans, func(a, b Highlight) int { return cmp.Compare(a.Begin, b.Begin) })
	}
	return append(into, w.spans...)
}
