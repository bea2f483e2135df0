// Package evidence is what the recognisers of personal data share: the text that they read, the words around a candidate and
// what those announce, and the weighing of a candidate.
//
// Normal use: one Sheet for a text; a recogniser asks it for the Nearest context word and Adds what it found.
//
//	switch s.Nearest(begin, end, evidence.CueNumber) {
//	case evidence.CuePhone:
//		s.Add("phone/plan", pii.PhoneNumber, begin, end, s.Boosted(0.4))
//	}
//
// It refuses to look far: five words before, three behind, and a dozen tokens at most, so that asking about every number of
// a long text takes linear time.
package evidence

import (
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
	"github.com/customerai/customerai/shared/insight/text"
)

// Sheet collects what the recognisers find in a text; candidates may overlap until they are resolved.
type Sheet struct {
	Doc   *text.Document
	Text  string
	Found []pii.Entity

	DomainEnd int // no bare domain begins before this offset
	PlaceEnd  int // the first token that is not part of an address yet

	Trace *[]pii.Decision // what was decided and why; nil when nobody asked

	Words *gazetteer.Memory // of the words of this text and others; nil when nobody remembers them

	contextWord int // the token that Nearest found
}
