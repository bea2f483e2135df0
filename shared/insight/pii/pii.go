// Package pii has the words of personal data: its kinds, what other services call them, and a piece of it in a text.
//
// Normal use: detect.Entities finds the pieces of a message, operators.Policy takes them out.
//
//	doc.Reset(message)
//	entities = detect.Entities(&doc, entities)
//	safe := operators.Policy{}.Apply(message, entities)
//
// It refuses to call something personal that is not so by itself: an order, a ticket or a customer number has no kind here.
package pii

import "slices"

// Entity is one piece of personal data: text[Begin:End], in bytes. Score is in [0.4, 1].
type Entity struct {
	Type       Type
	Begin, End int
	Score      float64
}

// Decision says why something was taken for personal data. Several can stand behind one entity: what overlaps is merged.
type Decision struct {
	Entity
	Recogniser    string  // the part of the program: "card", "phone", "names"
	Pattern       string  // which of its patterns matched
	OriginalScore float64 // of the pattern alone
	ContextScore  float64 // what a context word added
	ContextWord   string  // that word, in normal form, or ""
	Validated     bool    // by check digits or the like; what fails is dropped and in no list
}

// Behind reports whether the decision stands behind one of some entities, which are in the order of the text and do not overlap.
func (d Decision) Behind(entities []Entity) bool {
	// There may be as many of both as the text has words: looking at all of one for each of the other would take for ever.
	first, _ := slices.BinarySearchFunc(entities, d.Begin, func(e Entity, begin int) int {
		if e.End > begin {
			return 1
		}
		return -1
	})
	for _, e := range entities[first:] {
		if e.Begin >= d.End {
			return false
		}
		if e.Type == d.Type {
			return true
		}
	}
	return false
}
