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
	t := v.table.Load()
	if t == nil {
		t = newTable(v.Meanings())
		v.table.Store(t)
	}
	if i, bit := t.sketched(hash); t.sketch[i]&bit == 0 {
		return 0
	}
	return t.find(hash).value
}

// table is a hash table, and a sketch of it that most other words are not found in, which is smaller and easier to foresee.
type table struct {
	slots  []slot // at least half of them empty
	shift  int    // leaves of a hash the bits that choose a slot; less than 64, as the compiler is told where it is used
	sketch []uint64
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
	size := max(2, bits.Len(uint(words))) // 2^size is more than there are words
	t := &table{make([]slot, 2<<size), 64 - (size + 1), make([]uint64, 1<<(size-2))}
	for _, m := range meanings {
		for word := range strings.FieldsSeq(m.Words) {
			hash := Hash(word)
			s := t.find(hash)
			s.check, s.value = uint32(hash), s.value|m.Bits
			i, bit := t.sketched(hash)
			t.sketch[i] |= bit
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

// sketched returns the place of a word in the sketch, which has 16 bits for each.
func (t *table) sketched(hash uint64) (i, bit uint64) {
	return hash >> (t.shift & 63) >> 3, 1 << (hash >> 32 & 63)
}
