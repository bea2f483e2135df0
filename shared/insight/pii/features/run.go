// Package features turns the words that may be part of a name into what the model of names looks at: their spelling, their
// neighbours, and what the gazetteer says of them.
//
// Normal use: read the runs of a document, and the features of each of their words.
//
//	for reader := features.NewReader(d); reader.Next(); {
//		reader.Features(0, &rows)
//	}
//
// It refuses words that cannot be part of a name, ordinary ones in lower case above all: they are in no run and cost one
// look into the memory of words. A run has at most 24 words; a longer one is cut.
package features

import (
	"strings"

	"github.com/customerai/customerai/shared/insight/pii/evidence"
	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
	"github.com/customerai/customerai/shared/insight/text"
)

// MaxRun is how many words a run has at most: a longer one is no name any more.
const MaxRun = 24

// How many words before a run and behind it the features look at.
const (
	before = 3
	behind = 2
)

// style is how the message is written, which says what its capitals are worth.
type style uint8

const (
	styleMixed style = iota
	styleLower       // no capitals at all
	styleUpper       // shouting
	styleTitle       // Every Word Like This
	styles
)

// Reader finds the runs of a document from left to right: sequences of tokens that may be parts of names.
type Reader struct {
	sheet  *evidence.Sheet
	doc    *text.Document
	first  int // the run's first token
	next   int // the token behind the run
	style  style
	styled bool // style is known

	words [before + MaxRun + behind]word // of the run and around it
}

// NewReader returns a reader of d alone.
func NewReader(d *text.Document) Reader { return Read(&evidence.Sheet{Doc: d, Text: d.Text}) }

// Read returns a reader of the document of a sheet.
func Read(s *evidence.Sheet) Reader { return Reader{sheet: s, doc: s.Doc} }

// Next goes on to the next run, and reports whether there is one.
func (r *Reader) Next() bool {
	end := len(r.doc.Tokens)
	for r.next < end && !r.candidate(r.next) {
		r.next++
	}
	r.first = r.next
	if r.first == end {
		return false
	}
	for r.next++; r.next < min(end, r.first+MaxRun) && (r.candidate(r.next) || r.continues()); r.next++ {
	}
	if !r.styled {
		r.styled, r.style = true, styleOf(r.doc)
	}
	for i := r.first - before; i < r.next+behind; i++ {
		w := r.word(i - r.first)
		if i < 0 || i >= end {
			*w = word{id: 1}
			continue
		}
		w.glance(r.sheet, i)
		w.id = hash(w.name(r.doc, i))
	}
	r.markPlaces()
	return true
}

// word returns word i of the run, or one of those around it.
func (r *Reader) word(i int) *word { return &r.words[before+i] }

// candidate reports whether token i may begin a name.
func (r *Reader) candidate(i int) bool {
	t := &r.doc.Tokens[i]
	switch {
	case t.Plain && t.Capitals == 0: // as most
		switch sense, flags := r.sheet.Word(i); {
		case flags == gazetteer.Ordinary || sense&evidence.Function != 0:
			return sense&evidence.Opening != 0 && r.opensPlace(i)
		default:
			return t.End-t.Begin > 1 && !r.glued(i)
		}
	case t.Kind == text.Word:
		return r.unusual(i)
	default:
		return false
	}
}

// unusual reports whether token i may begin a name, which is a word with capitals, or one that is not plain.
func (r *Reader) unusual(i int) bool {
	var w word
	switch w.glance(r.sheet, i); w.shape {
	case shapeLower:
		switch {
		case w.length < 2:
			return false
		case w.flags == gazetteer.Ordinary:
			return w.sense&evidence.Opening != 0 && r.opensPlace(i)
		default:
			return !r.glued(i) && !contraction(r.doc.Norm(i))
		}
	case shapeCapital:
		return w.flags != gazetteer.Ordinary || !r.opens(i)
	case shapeUpper:
		return !r.placeholder(i)
	case shapeMixed:
		return true
	case shapeInitial:
		return r.doc.Text[r.doc.Tokens[i].Begin] != 'I' || i+1 < len(r.doc.Tokens) && r.doc.Raw(i + 1)[0] == '.'
	default:
		return false
	}
}

// opensPlace reports whether a place of several words begins with token i.
func (r *Reader) opensPlace(i int) bool { return !r.glued(i) && r.placeEnd(i) > i }

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
	switch r.shape(i + 1) {
	case shapeCapital, shapeUpper, shapeMixed, shapeInitial:
		return false
	default:
		return true
	}
}

// shape returns how token i is written.
func (r *Reader) shape(i int) shape {
	var w word
	w.glance(r.sheet, i)
	return w.shape
}

// continues reports whether the next token, which begins no name, goes on with the one before it: a particle, the stop of an
// initial.
func (r *Reader) continues() bool {
	i := r.next
	if i+1 >= len(r.doc.Tokens) || r.doc.Tokens[i].Break {
		return false
	}
	switch t := &r.doc.Tokens[i]; t.Kind {
	case text.Punct:
		return r.doc.Raw(i) == "." && r.doc.Tokens[i-1].End == t.Begin && r.shape(i-1) == shapeInitial
	case text.Word:
		sense, _ := r.sheet.Word(i)
		return sense&evidence.Particle != 0 && r.shape(i) == shapeLower
	default:
		return false
	}
}

// styleOf looks at the first words: the style of a message shows early.
func styleOf(d *text.Document) style {
	words, capital, upper := 0, 0, 0
	for i := 0; i < len(d.Tokens) && words < 64; i++ {
		t := &d.Tokens[i]
		if t.Kind != text.Word || t.End-t.Begin < 2 {
			continue
		}
		words++
		switch {
		case t.Plain && t.Capitals == 0: // as most
		case t.Upper:
			upper++
		case d.Text[t.Begin]-'A' < 26:
			capital++
		}
	}
	switch {
	case capital+upper == 0:
		return styleLower
	case upper > 2 && 2*upper > words:
		return styleUpper
	case capital > 3 && capital > 2*(words-upper-capital):
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

// Len is the number of tokens of the run.
func (r *Reader) Len() int { return r.next - r.first }

// First is the document's token that the run begins with.
func (r *Reader) First() int { return r.first }

// Forget takes away what the gazetteer says of token i, for training.
func (r *Reader) Forget(i int) { r.word(i).flags, r.word(i).place = 0, 0 }

// End is the offset behind token i, without a possessive.
func (r *Reader) End(i int) int { return int(r.word(i).end) }

// Mark reports whether token i is punctuation, such as the full stop of an initial.
func (r *Reader) Mark(i int) bool { return r.word(i).shape == shapeMark }
