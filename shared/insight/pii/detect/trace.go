package detect

import (
	"slices"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
	"github.com/customerai/customerai/shared/insight/text"
)

// Explain returns the decisions behind the entities of d, in the order in which they were taken. It costs allocations that
// Entities does without.
func Explain(d *text.Document) []pii.Decision {
	var trace []pii.Decision
	s := evidence.Sheet{Doc: d, Text: d.Text, Trace: &trace}
	scan(&s)
	names := s.Found[len(trace):] // what the model found comes last
	for _, e := range names {
		trace = append(trace, pii.Decision{Entity: e, Recogniser: "names", Pattern: "sequence model", OriginalScore: e.Score})
	}
	entities := resolve(s.Text, s.Found)
	return slices.DeleteFunc(trace, func(decision pii.Decision) bool { return !decision.Behind(entities) })
}
