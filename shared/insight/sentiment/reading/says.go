package reading

import "github.com/customerai/customerai/shared/insight/text"

// Says is what a word says to the rules beside what the lexicon knows of it.
type Says uint16

// What words say.
const (
	And      Says = 1 << iota
	Not           // "not" itself
	Polite        // said whatever one feels
	Former        // of what there was before
	Old           // of what there was before, behind Ours
	Ours          //
	Promised      // of what somebody says of a thing
	Yes           // answers a question
	No            //
	Asks          // begins a question, before GoesOn
	GoesOn        // goes on with one
	Settles       // closes the trouble that was told before: "sorted", in a lexicon that says so
)

var says = text.Vocabulary{Meanings: func() []text.Meaning {
	return []text.Meaning{
		{Bits: uint32(And), Words: "and"},
		{Bits: uint32(Not), Words: "not"},
		{Bits: uint32(Polite), Words: "thank thanks thankyou thx cheers sorry apologies hope please greetings"},
		{Bits: uint32(Former), Words: "previous former"},
		{Bits: uint32(Old), Words: "old"},
		{Bits: uint32(Ours), Words: "my our"},
		{Bits: uint32(Promised), Words: "promise promised promises claim claimed claims advertised says supposedly"},
		{Bits: uint32(Yes), Words: "yes yeah yep"},
		{Bits: uint32(No), Words: "no nope nah"},
		{Bits: uint32(Asks), Words: "how what where when which who can could do does is are will would may should"},
		{Bits: uint32(GoesOn), Words: "i you we do can my the to is it much many long there are does should your"},
	}
}}
