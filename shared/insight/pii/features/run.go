// Package features turns the words that may be part of a name into what the model of names looks at: their spelling, their
// neighbours, and what the gazetteer says of them.
//
// Normal use: read the runs of a document, and the features of each of their words.
//
//	for reader := features.NewReader(d); reader.Next(&run); {
//		n := run.Features(0, &rows)
//	}
//
// It refuses words that cannot be part of a name, ordinary ones in lower case above all: they are in no run and cost one
// look into the gazetteer. A run has at most 24 words; a longer one is cut.
package features

import (
	"strings"

	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
	"github.com/customerai/customerai/shared/insight/text"
)

// MaxRun is how many words a run has at most: a longer one is no name any more.
const MaxRun = 24

// margin is how many words on either side the features look at.
const margin = 3

// Run is a sequence of tokens that may be parts of names, and the words around it.
type Run struct {
	first int // its first token
	n     int
	words [MaxRun + 2*margin]word // words[margin] is the first token
	style style
}

// style is how the message is written, which says what its capitals are worth.
type style uint8

const (
	styleMixed style = iota
	styleLower       // no capitals at all
	styleUpper       // shouting
	styleTitle       // Every Word Like This
	styles
)

// Reader finds the runs of a document from left to right.
type Reader struct {
	doc     *text.Document
	next    int
	style   style
	started bool

	seen [8]struct { // the words looked at last, in the slot of their token: each is looked at as a neighbour, too
		token int // from 1
		word  word
	}
}

// look returns token i, at a glance.
func (r *Reader) look(i int) word {
	slot := &r.seen[i%len(r.seen)]
	if slot.token != i+1 {
		slot.token, slot.word = i+1, glance(r.doc, i)
	}
	return slot.word
}

// whole returns all of token i. Outside the document it returns a word of no shape.
func (r *Reader) whole(i int) word {
	if i < 0 || i >= len(r.doc.Tokens) {
		return word{id: 1}
	}
	w := r.look(i)
	w.read(r.doc, i)
	return w
}

// NewReader returns a reader of d.
func NewReader(d *text.Document) Reader { return Reader{doc: d} }

// Next reads the next run, and reports whether there is one.
func (r *Reader) Next(run *Run) bool {
	if !r.started {
		r.started, r.style = true, styleOf(r.doc)
	}
	for r.next < len(r.doc.Tokens) {
		i := r.next
		r.next++
		w, ok := r.candidate(i)
		if !ok {
			continue
		}
		run.first, run.n, run.style = i, 1, r.style
		run.words[margin] = w
		for run.n < MaxRun && r.next < len(r.doc.Tokens) {
			w, ok := r.candidate(r.next)
			if !ok && !r.continues(run, w) {
				break
			}
			run.words[margin+run.n] = w
			run.n++
			r.next++
		}
		for j := range run.n {
			run.words[margin+j].read(r.doc, i+j)
		}
		for j := 1; j <= margin; j++ {
			run.words[margin-j] = r.whole(i - j)
			run.words[margin+run.n-1+j] = r.whole(i + run.n - 1 + j)
		}
		r.markPlaces(run)
		return true
	}
	return false
}

// candidate looks at token i and reports whether it may begin a name.
func (r *Reader) candidate(i int) (word, bool) {
	w := r.look(i)
	switch w.shape {
	case shapeCapital:
		return w, w.flags != gazetteer.Ordinary || !r.opens(i)
	case shapeUpper:
		return w, !r.placeholder(i)
	case shapeMixed:
		return w, true
	case shapeInitial:
		return w, r.doc.Text[r.doc.Tokens[i].Begin] != 'I' || i+1 < len(r.doc.Tokens) && r.doc.Raw(i + 1)[0] == '.'
	case shapeLower:
		if w.length < 2 || r.glued(i) {
			return w, false
		}
		if w.flags != gazetteer.Ordinary {
			return w, !contraction(r.doc.Norm(i))
		}
		return w, placeOpens(r.doc.Norm(i)) && r.placeEnd(i) > i
	default:
		return w, false
	}
}

// glued reports whether token i is part of a code or a path: a mark stands right before it.
func (r *Reader) glued(i int) bool {
	begin := r.doc.Tokens[i].Begin
	return begin > 0 && strings.IndexByte("-_/#=.@\\", r.doc.Text[begin-1]) >= 0
}

// placeholder reports whether token i stands where a name was taken out: [PERSON], <PERSON>.
func (r *Reader) placeholder(i int) bool {
	t := &r.doc.Tokens[i]
	if t.Begin == 0 || int(t.End) == len(r.doc.Text) {
		return false
	}
	switch r.doc.Text[t.Begin-1:t.Begin] + r.doc.Text[t.End:t.End+1] {
	case "[]", "<>":
		return true
	default:
		return false
	}
}

// opens reports whether token i owes its capital to the sentence that it opens: no other follows.
func (r *Reader) opens(i int) bool {
	if i > 0 && !r.doc.Tokens[i].Break && !sentenceEnd(r.doc, i-1) {
		return false
	}
	if i+1 >= len(r.doc.Tokens) {
		return true
	}
	switch r.look(i + 1).shape {
	case shapeCapital, shapeUpper, shapeMixed, shapeInitial:
		return false
	default:
		return true
	}
}

// continues reports whether a token that begins no name goes on with the one before it: a particle, the stop of an initial.
func (r *Reader) continues(run *Run, w word) bool {
	i := r.next
	if i+1 >= len(r.doc.Tokens) || r.doc.Tokens[i].Break {
		return false
	}
	before := &run.words[margin+run.n-1]
	switch w.shape {
	case shapeMark:
		return r.doc.Text[r.doc.Tokens[i].Begin] == '.' && r.doc.Tokens[i].End-r.doc.Tokens[i].Begin == 1 && r.doc.Tokens[i-1].End == r.doc.Tokens[i].Begin &&
			before.shape == shapeInitial
	case shapeLower:
		return particle(r.doc.Norm(i))
	default:
		return false
	}
}

// markPlaces marks the places of several words, the longest first.
func (r *Reader) markPlaces(run *Run) {
	for i := 0; i < run.n; {
		last := r.placeEnd(run.first + i)
		if last <= run.first+i {
			i++
			continue
		}
		run.words[margin+i].place = 1
		for i++; i < run.n && run.first+i <= last; i++ {
			run.words[margin+i].place = 2
		}
	}
}

// placeEnd returns the last token of the longest place name of several words at token i, or i.
func (r *Reader) placeEnd(i int) int {
	key, last := gazetteer.Start, i
	tokens := r.doc.Tokens
	for j := i; j < min(i+4, len(tokens)); j++ {
		if tokens[j].Kind != text.Word || j > i && (tokens[j].Begin-tokens[j-1].End != 1 || tokens[j].Break) {
			break
		}
		raw := r.doc.Raw(j)
		key = key.Word(raw[:len(raw)-possessive(raw)])
		if j > i && key.Flags().Any(gazetteer.City|gazetteer.BigCity|gazetteer.Region) {
			last = j
		}
	}
	return last
}

// styleOf looks at the first words: the style of a message shows early.
func styleOf(d *text.Document) style {
	lower, capital, upper := 0, 0, 0
	for i := range d.Tokens {
		t := &d.Tokens[i]
		if t.Kind != text.Word || t.End-t.Begin < 2 {
			continue
		}
		switch c := d.Text[t.Begin]; {
		case t.Upper:
			upper++
		case 'A' <= c && c <= 'Z':
			capital++
		default:
			lower++
		}
		if lower+capital+upper == 64 {
			break
		}
	}
	switch {
	case capital+upper == 0:
		return styleLower
	case upper > 2 && upper > lower+capital:
		return styleUpper
	case capital > 3 && capital > 2*lower:
		return styleTitle
	}
	return styleMixed
}

// contraction reports words such as "i'm" and "don't".
func contraction(norm []byte) bool {
	for i := 1; i < len(norm); i++ {
		if norm[i] == '\'' {
			switch string(norm[i+1:]) {
			case "m", "re", "ve", "ll", "d", "t", "am", "all", "clock", "s":
				return len(norm) < 8
			}
		}
	}
	return false
}

// particle reports the words in lower case that stand inside family names.
func particle(norm []byte) bool {
	switch string(norm) {
	case "de", "van", "von", "der", "den", "di", "da", "la", "del", "bin", "ibn", "al", "el", "ter", "ten", "zu", "dos", "du", "le", "della", "e", "y":
		return true
	}
	return false
}

// placeOpens reports ordinary words that places of several words begin with.
func placeOpens(norm []byte) bool {
	switch string(norm) {
	case "new", "san", "los", "las", "hong", "south", "north", "united", "saint", "saudi", "costa", "salt", "fort", "santa", "west", "east", "el", "st",
		"puerto", "port", "great", "buenos", "rio", "the", "long", "little", "grand", "palm", "sierra":
		return true
	}
	return false
}

// Len is the number of tokens of the run.
func (r *Run) Len() int { return r.n }

// First is the document's token that the run begins with.
func (r *Run) First() int { return r.first }

// Forget takes away what the gazetteer says of token i, for training.
func (r *Run) Forget(i int) {
	r.words[margin+i].flags, r.words[margin+i].place = 0, 0
}

// End is the offset behind token i, without a possessive.
func (r *Run) End(i int) int { return int(r.words[margin+i].end) }

// Mark reports whether token i is punctuation, such as the full stop of an initial.
func (r *Run) Mark(i int) bool { return r.words[margin+i].shape == shapeMark }
