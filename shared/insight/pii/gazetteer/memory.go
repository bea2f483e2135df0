package gazetteer

import (
	"sync"

	"github.com/customerai/customerai/shared/insight/text"
)

// Memory remembers what the gazetteer and a vocabulary say of the words that were asked for last: to ask both for each word of a message
// is most of what finding nothing in it costs. It changes no answer, which depends on a word's FNV alone.
type Memory [remembered]Word

// remembered is how many words a memory has room for, each in the slot of its FNV: a power of two.
const remembered = 1 << 13

// Word is what is known of a word.
type Word struct {
	fnv     uint64 // of its normal form
	Meaning uint32
	Flags   Flags
	begins  answer // a place of more words
}

// answer is one that is looked for when it is asked for.
type answer uint8

const (
	notAsked answer = iota
	no
	yes
)

var memories = sync.Pool{New: func() any { return new(Memory) }}

// Recall returns a memory that was Kept, or a new one. All are of one vocabulary.
func Recall() *Memory { return memories.Get().(*Memory) } //nolint:forcetypeassert // the pool holds nothing else

// Keep keeps what a memory holds for who Recalls next.
func (m *Memory) Keep() { memories.Put(m) }

// Word returns the word with the FNV of its normal form, until the next call, and whether it is known already.
func (m *Memory) Word(fnv uint64) (w *Word, known bool) {
	w = &m[fnv%remembered]
	return w, w.fnv == fnv
}

// Learn makes w what is known of token i, in its normal form.
func (w *Word) Learn(d *text.Document, i int, meanings *text.Vocabulary) {
	*w = Word{fnv: d.FNV(i), Meaning: meanings.Of(d.Hash(i)), Flags: Key(d.FNV(i)).Flags()}
}

// Begins reports whether a place of more words begins with the word, in its normal form.
func (w *Word) Begins() bool {
	if w.begins == notAsked {
		w.begins = no
		if Key(w.fnv).Begins() {
			w.begins = yes
		}
	}
	return w.begins == yes
}
