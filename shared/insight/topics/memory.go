package topics

import (
	"sync"

	"github.com/customerai/customerai/shared/insight/text"
)

// memory holds what the words that were read last add to a sum, because a message says little in words that the messages
// before it did not use: it spares nine rows out of ten. It changes no sum: a word is known by all its bytes.
type memory struct {
	model Model
	lines [Count]line
	least [maxRows + 1]lanes     // leastSure by rows
	words *[remembered]memorised // apart, where it begins at the boundary of a cache line and has nothing for the collector

	noted [maxRows]uint32 // the buckets of rows that a reader has noted
}

const (
	slotBits          = 15
	remembered        = 1 << slotBits
	longestRemembered = text.Spelt // bytes of a word
)

// memorised is a word and the sum of its rows. It fills a cache line.
type memorised struct {
	low, high uint64 // its spelling
	lanes     lanes
	_         uint64
}

var memories sync.Pool

// recall returns a memory of a model.
func recall(m Model) *memory {
	if memory, ok := memories.Get().(*memory); ok && &memory.model[0] == &m[0] {
		return memory
	}
	memory := &memory{model: m, lines: m.lines(), words: new([remembered]memorised)}
	for rows := range memory.least {
		memory.least[rows] = leastSure(&memory.lines, rows)
	}
	return memory
}

func (m *memory) keep() { memories.Put(m) }

// slot returns the place of a word with a hash.
func (m *memory) slot(hash uint64) *memorised { return &m.words[hash*mixPrime>>(64-slotBits)] }

// word returns the sum of the rows of a word that is not too long to be remembered, valid until the next call.
func (m *memory) word(d *text.Document, i int) *lanes {
	w := m.slot(d.FNV(i))
	if low, high := d.Spelling(i); low != w.low || high != w.high {
		w.low, w.high, w.lanes = low, high, lanes{}
		var buckets [2 * longestRemembered]uint32 // one for the word, at most 2·longestRemembered - 1 for its runs
		w.lanes.addRows(m.model, appendRuns(d.Norm(i), append(buckets[:0], wordBucket(d.FNV(i)))))
	}
	return &w.lanes
}
