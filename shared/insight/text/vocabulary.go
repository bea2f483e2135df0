package text

import (
	"math/bits"
	"strings"
	"sync/atomic"
)

// Vocabulary says of a few hundred words what they mean: bits, of which other words have none. Looking costs a few nanoseconds
// for any word, where a switch costs a comparison for each doubling of its list. Its table is made when it is first needed, in
// microseconds, so that nothing happens at start-up:
//
//	var colours = text.Vocabulary{Meanings: func() []text.Meaning {
//		return []text.Meaning{{1, "red crimson"}, {2, "blue"}}
//	}}
//	n := colours.Of(doc.Hash(i))
//
// It keeps hashes: another word is taken for one of its own once in 10^9. It is safe for concurrent use.
type Vocabulary struct {
	Meanings func() []Meaning
	table    atomic.Pointer[table]
}

// Meaning is words in normal form, with white space between, and the bits that they add to what a word means.
type Meaning struct {
	Bits  uint32
	Words string
}

// Of returns what the word with a hash means.
func (v *Vocabulary) Of(hash uint64) uint32 {
	if t := v.table.Load(); t != nil && t.sketch[hash>>57]>>(hash%64)&1 == 0 {
		return 0
	}
	return v.find(hash)
}

func (v *Vocabulary) find(hash uint64) uint32 {
	t := v.table.Load()
	if t == nil {
		t = newTable(v.Meanings())
		v.table.Store(t)
	}
	return t.find(hash).value
}

// table is a hash table, and a sketch of it that most other words are not found in, which is smaller and easier to foresee.
type table struct {
	sketch [128]uint64 // a bit for each word, which few others have
	slots  []slot      // at least half of them empty
	shift  int         // leaves of a hash the bits that choose a slot; less than 64, as the compiler is told where it is used
}

type slot struct {
	check uint32 // the lower half of the hash
	value uint32 // zero in an empty slot
}

func newTable(meanings []Meaning) *table {
	words := 0
	for _, m := range meanings {
		words += len(strings.Fields(m.Words))
	}
	size := bits.Len(uint(words)) // 2^size is more than there are words
	t := &table{slots: make([]slot, 2<<size), shift: 64 - (size + 1)}
	for _, m := range meanings {
		for word := range strings.FieldsSeq(m.Words) {
			hash := Hash(word)
			s := t.find(hash)
			s.check, s.value = uint32(hash), s.value|m.Bits
			t.sketch[hash>>57] |= 1 << (hash % 64)
		}
	}
	return t
}

// find returns the slot of a word, or the empty one that it would go to.
func (t *table) find(hash uint64) *slot {
	check := uint32(hash)
	for i := hash >> (t.shift & 63); ; i++ {
		if s := &t.slots[i&uint64(len(t.slots)-1)]; s.check == check || s.value == 0 {
			return s
		}
	}
}
