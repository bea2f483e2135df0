package gazetteer

import (
	"sync"

	"github.com/customerai/customerai/shared/insight/text"
)

// Memory remembers what the gazetteer and a vocabulary say of words by their normal forms: to ask both for each word of a message is most of
// what finding nothing in it costs.
type Memory struct{ text.Memory[Word] }

// Word is what is known of a word.
type Word struct {
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

// Learn finds out what is known of token i, in its normal form.
func Learn(d *text.Document, i int, meanings *text.Vocabulary) Word {
	return Word{Meaning: meanings.Of(d.Hash(i)), Flags: Key(d.FNV(i)).Flags()}
}

// Begins reports whether places of several words begin with the word, whose key is k.
func (w *Word) Begins(k Key) bool {
	if w.begins == notAsked {
		w.begins = no
		if k.Begins() {
			w.begins = yes
		}
	}
	return w.begins == yes
}
