package detect

import (
	"strings"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/text"
)

// Decision says why something was taken for personal data. Several can stand behind one entity: what overlaps is merged.
type Decision struct {
	pii.Entity
	Recogniser    string  // the part of the program: "card", "phone", "names"
	Pattern       string  // which of its patterns matched
	OriginalScore float64 // of the pattern alone
	ContextScore  float64 // what a context word added
	ContextWord   string  // that word, in normal form, or ""
	Validated     bool    // by check digits or the like; what fails is dropped and in no list
}

// Explain returns the decisions behind the entities of d, in the order in which they were taken. It costs allocations that
// Entities does without.
func Explain(d *text.Document) []Decision {
	var trace []Decision
	s := scanner{doc: d, text: d.Text, trace: &trace}
	s.scan()
	names := s.found[len(trace):] // what the model found comes last
	for _, e := range names {
		trace = append(trace, Decision{Entity: e, Recogniser: "names", Pattern: "sequence model", OriginalScore: e.Score})
	}
	entities := resolve(s.text, s.found)
	kept := trace[:0]
	for _, decision := range trace {
		for _, e := range entities {
			if e.Type == decision.Type && e.Begin < decision.End && decision.Begin < e.End {
				kept = append(kept, decision)
				break
			}
		}
	}
	return kept
}

// weight is what speaks for a candidate.
type weight struct {
	base  float64
	word  int // the token of the context word, from 1; 0 without one
	valid bool
}

// alone is the weight of a pattern that nothing supports.
func alone(base float64) weight { return weight{base: base} }

// proven is the weight of a pattern whose check digits hold.
func proven(base float64) weight { return weight{base: base, valid: true} }

// boosted is the weight of a pattern that the context word found last supports.
func (s *scanner) boosted(base float64) weight { return weight{base: base, word: s.contextWord + 1} }

// proven is boosted, with check digits that hold.
func (s *scanner) proven(base float64) weight {
	return weight{base: base, word: s.contextWord + 1, valid: true}
}

func (w weight) value() float64 {
	switch {
	case w.valid:
		return certain
	case w.word > 0:
		return min(certain, max(accepted, w.base+contextBoost))
	}
	return w.base
}

// add records a candidate unless its score is too low. The pattern is called recogniser/pattern.
func (s *scanner) add(pattern string, t pii.Type, begin, end int, w weight) {
	score := w.value()
	if score < accepted-1e-9 || end <= begin {
		return
	}
	e := pii.Entity{Type: t, Begin: begin, End: end, Score: score}
	s.found = append(s.found, e)
	if s.trace == nil {
		return
	}
	d := Decision{Entity: e, OriginalScore: w.base, Validated: w.valid}
	d.Recogniser, d.Pattern, _ = strings.Cut(pattern, "/")
	if w.word > 0 {
		d.ContextWord = string(s.doc.Norm(w.word - 1))
		if !w.valid {
			d.ContextScore = score - w.base
		}
	}
	*s.trace = append(*s.trace, d)
}
