package text

import (
	"encoding/binary"
	"math/bits"
)

// each has a one in each of eight bytes, so that each*b has b in all.
const each = 0x0101010101010101

// shortWord reads the word at i when it is one of at most eight ASCII letters and needs no folding but of case; else it returns i. Nine
// words in ten are such. It takes eight characters at once, and decides nothing by how many of them are letters: that is hard to foresee.
func (d *Document) shortWord(i int) int {
	text := d.Text
	if len(text)-i < 8 {
		return i
	}
	eight := eightBytes(text[i:])
	lower := eight | each*0x20
	after := lettersEnd(lower)
	size := bits.TrailingZeros64(after) / 8
	if !d.closed(i + size) {
		return i
	}
	letters := after>>7 - 1   // all bits of their bytes
	twice := lower ^ lower>>8 // a byte is zero where it and the next are the same
	thrice := twice | twice>>8
	if (thrice-each)&^thrice&(each*0x80)&(letters>>16) != 0 { // tells the first zero for sure
		return i // elongated
	}
	lower &= letters
	upper := int((lower ^ eight&letters) >> 5 * each >> 56)

	norm := d.norm[i : i+8]
	binary.LittleEndian.PutUint64(norm, lower)
	hash := hashByte(hashOfNothing, norm[0])
	hash = hashByte(hash, norm[1])
	hash = hashByte(hash, norm[2])
	hash = hashByte(hash, norm[3])
	hash = hashByte(hash, norm[4])
	hash = hashByte(hash, norm[5])
	hash = hashByte(hash, norm[6])
	hash = hashByte(hash, norm[7]) * zerosTaken[size]

	t := d.token()
	t.Begin, t.End, t.normBegin, t.normEnd, t.fnv = int32(i), int32(i+size), int32(i), int32(i+size), hash
	t.Kind, t.Plain, t.Capitals, t.Upper, t.Break = Word, true, uint8(upper), upper == size && upper > 1, d.lineBreak
	d.lineBreak = false
	return i + size
}

// lettersEnd returns the uppermost bit of the first of eight bytes that is no lower-case letter, or 0.
func lettersEnd(eight uint64) uint64 {
	low := eight &^ (each * 0x80) // so that what is added to a byte reaches no other
	others := (low + each*(0x80-'z'-1) | ^(low + each*(0x80-'a')) | eight) & (each * 0x80)
	return others & -others
}

// zerosTaken take back from the FNV of eight bytes the zeros behind so many others: each has multiplied it once more.
var zerosTaken = [9]uint64{
	0x48e254e75f5eb9e1,
	0x375026270df5d953,
	0xf30a275cb8c04809,
	0xba88eb8deeba674b,
	0xb10f8d2ca6bd8471,
	0x9af153df54080c03,
	0x501d877bc9ac6919,
	0xce965057aff6957b,
	0x1,
}

func eightBytes(s string) uint64 {
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
