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

// Entity is one piece of personal data: text[Begin:End], in bytes. Score is in [0.4, 1].
type Entity struct {
	Type       Type
	Begin, End int
	Score      float64
}
