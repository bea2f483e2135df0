// Package lexicon says what single words and fixed phrases mean for sentiment: a valence, a negation, a stronger or weaker
// tone, a contrast.
//
// Normal use: look up the hashes of a message's tokens in the embedded lexicon.
//
//	entry, ok := lexicon.Embedded().Lookup(doc.Hash(i))
//
// It is a hash table read straight from its bytes: nothing happens at start-up. One byte of hints tells of most words that they have no
// entry. Keys are kept as 32 bits beside the bits that choose the slot, so that an unknown word is taken for a known one about once
// in 10^9. It holds no identity terms.
package lexicon

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"math/bits"
	"slices"
)

// Role says what an entry does to the words around it.
type Role uint8

// The roles of words and phrases.
const (
	Nothing  Role = iota // none
	Valence              // positive or negative by itself
	Negator              // turns what follows: not, never, without
	Booster              // strengthens or weakens what follows, by Value
	Contrast             // what follows outweighs what stands before: but, however
	Concede              // what follows is outweighed: although, despite
)

// Entry is what the lexicon knows of a word or phrase.
type Entry struct {
	Role    Role
	Value   float32 // a Valence: -4 to 4; a Booster: -0.5 to 0.5; a Contrast or Concede: what is left of the outweighed side, 0 for the usual
	Settles bool    // a Valence that closes the trouble that was told before: sorted
}

// Lexicon is a table in its embedded form.
type Lexicon struct{ hints, slots string }

const (
	slotBytes  = 6 // key 4, value 1, role and settles 1
	valueScale = 31
	settles    = 128 // bit of the byte of the role
)

// Hint is what all hashes that share it say: when it says no, that is certain.
type Hint uint8

// What a hint says, in two bits. A byte holds four.
const (
	hasEntry     = 1
	beginsPhrase = 2
)

// HasEntry reports whether there may be an entry.
func (h Hint) HasEntry() bool { return h&hasEntry != 0 }

// Begins reports whether a phrase may begin with the words and go on.
func (h Hint) Begins() bool { return h&beginsPhrase != 0 }

//go:embed lexicon.bin
var embedded string

// Embedded returns the lexicon that was built with the binary.
func Embedded() Lexicon { return parse(embedded) }

// Join returns the hash of a phrase from that of its beginning and that of its next word.
func Join(beginning, word uint64) uint64 {
	return (bits.RotateLeft64(beginning, 23) ^ word) * 0x9E3779B97F4A7C15
}

// Lookup returns the entry of a hash.
func (l Lexicon) Lookup(hash uint64) (Entry, bool) {
	if !l.Hint(hash).HasEntry() {
		return Entry{}, false
	}
	return l.find(hash)
}

// Hint returns the hint of a hash.
func (l Lexicon) Hint(hash uint64) Hint {
	at, shift := place(hash, len(l.hints))
	if at >= len(l.hints) { // there are none
		return 0
	}
	return Hint(l.hints[at] >> shift)
}

// place returns which byte of hints has that of a hash, and how far to shift it down.
func place(hash uint64, size int) (at int, shift uint64) {
	return int(hash >> 48 & uint64(size-1)), hash >> 46 & 3 * 2
}

func (l Lexicon) find(hash uint64) (Entry, bool) {
	mask := len(l.slots)/slotBytes - 1
	for slot := int(hash>>33) & mask; ; slot = (slot + 1) & mask {
		s := l.slots[slot*slotBytes : slot*slotBytes+slotBytes]
		key := uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
		if key == 0 {
			return Entry{}, false
		}
		if key == uint32(hash)|1 {
			return Entry{Role: Role(s[5] &^ settles), Settles: s[5]&settles != 0, Value: float32(int8(s[4])) / valueScale}, true
		}
	}
}

// Build returns the table of entries by hash. beginnings are the hashes of all that phrases begin with, from one word to all but one.
// It fails when two entries share a key.
func Build(entries map[uint64]Entry, beginnings []uint64) ([]byte, error) {
	hintBits := min(bits.Len(uint(2*(len(entries)+len(beginnings)))), 16)
	hints := make([]byte, 1<<hintBits)
	hint := func(hash uint64, says byte) {
		at, shift := place(hash, len(hints))
		hints[at] |= says << shift
	}
	for _, hash := range beginnings {
		hint(hash, beginsPhrase)
	}
	slots := 1 << bits.Len(uint(len(entries)*3/2))
	table := make([]byte, slots*slotBytes)
	taken := make(map[uint32]bool, len(entries))
	for _, hash := range slices.Sorted(maps.Keys(entries)) {
		e := entries[hash]
		key := uint32(hash) | 1
		if taken[key] {
			return nil, fmt.Errorf("two entries share the key %08x", key)
		}
		taken[key] = true
		hint(hash, hasEntry)
		slot := int(hash>>33) & (slots - 1)
		for binary.LittleEndian.Uint32(table[slot*slotBytes:]) != 0 {
			slot = (slot + 1) & (slots - 1)
		}
		at := table[slot*slotBytes:]
		binary.LittleEndian.PutUint32(at, key)
		at[4] = byte(int8(math.Round(float64(min(max(e.Value, -4), 4)) * valueScale)))
		at[5] = byte(e.Role)
		if e.Settles {
			at[5] |= settles
		}
	}
	return slices.Concat([]byte{byte(hintBits)}, hints, table), nil
}

// Parse returns the lexicon that Build wrote.
func Parse(table []byte) Lexicon { return parse(string(table)) }

// parse cuts a table, whose first byte is the binary logarithm of the bytes of hints.
func parse(table string) Lexicon {
	hints := 1 + 1<<table[0]
	return Lexicon{hints: table[1:hints], slots: table[hints:]}
}
