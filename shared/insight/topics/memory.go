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
	words *[remembered]memorised // apart, where it begins at the boundary of a cache line and has nothing for the collector

	pending      [maxRows]uint32 // buckets that a reader has noted
	pendingWords [maxRows]pendingWord
	touched      uint64 // of use to nobody, but the compiler would leave out the reading
}

// pendingWord is a word that a reader has noted.
type pendingWord struct {
	token int32
	slot  uint32
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
	return &memory{model: m, lines: m.lines(), words: new([remembered]memorised)}
}

func (m *memory) keep() { memories.Put(m) }

func slotOf(hash uint64) uint32 { return uint32(hash * mixPrime >> (64 - slotBits)) }

// touch reads what is remembered of the first pending words: a processor fetches all at once when nothing depends on what is found.
func (m *memory) touch(words int) {
	touched := uint64(0)
	for _, pending := range m.pendingWords[:words] {
		touched += m.words[pending.slot%remembered].low
	}
	m.touched = touched
}

// word returns the sum of the rows of a word that is not too long to be remembered, valid until the next call.
func (m *memory) word(d *text.Document, pending pendingWord) *lanes {
	i, w := int(pending.token), &m.words[pending.slot%remembered]
	if low, high := d.Spelling(i); low != w.low || high != w.high {
		w.low, w.high, w.lanes = low, high, lanes{}
		var buckets [2 * longestRemembered]uint32 // one for the word, at most 2·longestRemembered - 1 for its runs
		w.lanes.addRows(m.model, appendRuns(d.Norm(i), append(buckets[:0], wordBucket(d.FNV(i)))))
	}
	return &w.lanes
}
