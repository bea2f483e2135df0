package topics

import (
	"bytes"
	"sync"
)

// memory holds what the words that were read last add to a sum, because a message says little in words that the messages
// before it did not use: it spares four rows out of five, and more where messages are alike. It changes no sum: a word is known by all
// its bytes.
type memory struct {
	words   [remembered]memorised // first, where they begin at the boundary of a cache line
	model   Model
	buckets []uint32
}

const (
	slotBits          = 13
	remembered        = 1 << slotBits
	longestRemembered = 16 // bytes of a word
)

// memorised is a word and the sum of its rows. It fills a cache line.
type memorised struct {
	spelling [longestRemembered]byte
	size     uint8
	lanes    lanes
}

var memories sync.Pool

// recall returns a memory of a model.
func recall(m Model) *memory {
	if memory, ok := memories.Get().(*memory); ok && &memory.model[0] == &m[0] {
		return memory
	}
	return &memory{model: m}
}

// keptBuckets is how much room for features is kept. What a huge word has grown beyond it is dropped.
const keptBuckets = 1 << 10

func (m *memory) keep() {
	if cap(m.buckets) > keptBuckets {
		m.buckets = nil
	}
	memories.Put(m)
}

// word returns the sum of the rows of a word that is not too long to be remembered, valid until the next call.
func (m *memory) word(norm []byte, hash uint64) *lanes {
	w := &m.words[hash*mixPrime>>(64-slotBits)]
	if !bytes.Equal(w.spelling[:w.size], norm) {
		w.size = uint8(copy(w.spelling[:], norm))
		w.lanes = lanes{}
		w.lanes.addRow(m.model.row(wordBucket(hash)))
		for _, bucket := range m.runs(norm) {
			w.lanes.addRow(m.model.row(bucket))
		}
	}
	return &w.lanes
}

// runs returns the buckets of the runs of bytes in a word, valid until the next call.
func (m *memory) runs(norm []byte) []uint32 {
	m.buckets = appendGrams(norm, m.buckets[:0])
	return m.buckets
}
