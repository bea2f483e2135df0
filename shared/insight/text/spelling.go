package text

import "encoding/binary"

// Spelt is how many bytes Spelling returns.
const Spelt = 16

// Spelling returns the first Spelt bytes of the normal form of token i as two numbers, with zeros behind its end. No word has a
// zero in it, so that words of at most Spelt bytes are the same when their spellings are, which costs a fraction of comparing
// bytes.
func (d *Document) Spelling(i int) (low, high uint64) {
	t := &d.Tokens[i]
	begin := int(t.normBegin)
	norm := d.norm[begin : begin+Spelt]
	keep := &keptBytes[min(uint32(t.normEnd-t.normBegin), Spelt)]
	return binary.LittleEndian.Uint64(norm) & keep.low, binary.LittleEndian.Uint64(norm[8:]) & keep.high
}

// keptBytes has the bytes that a normal form of a size has.
var keptBytes = [Spelt + 1]struct{ low, high uint64 }{
	1: {low: 0xff}, 2: {low: 0xffff}, 3: {low: 0xff_ffff}, 4: {low: 0xffff_ffff}, 5: {low: 0xff_ffff_ffff}, 6: {low: 0xffff_ffff_ffff},
	7: {low: 0xff_ffff_ffff_ffff}, 8: {low: all},
	9: {all, 0xff}, 10: {all, 0xffff}, 11: {all, 0xff_ffff}, 12: {all, 0xffff_ffff}, 13: {all, 0xff_ffff_ffff}, 14: {all, 0xffff_ffff_ffff},
	15: {all, 0xff_ffff_ffff_ffff}, 16: {all, all},
}

const all = 1<<64 - 1
