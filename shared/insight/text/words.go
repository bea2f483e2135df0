package text

import _ "embed"

// words is a hash table of the words of words.txt: slots of four bytes, zero when empty, else the upper 25 bits of a word's hash and the
// 7 bits of its languages. It is read from its bytes: nothing happens at start-up.
//
//go:embed words.bin
var words string

const (
	wordSlots = 1 << 11
	wordBytes = 4
)

// languagesOf returns the languages, as bits in the order of latinLanguages, in whose running text the word of a hash is common.
func languagesOf(hash uint64) uint8 {
	for slot := hash; ; slot++ {
		at := slot % wordSlots * wordBytes
		s := words[at : at+wordBytes]
		found := uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
		if found == 0 || uint64(found>>7) == hash>>39 {
			return uint8(found & 0x7F)
		}
	}
}
