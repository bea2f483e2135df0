package topics

import "github.com/customerai/customerai/shared/insight/text"

// Buckets is the number of hash buckets that features share.
const Buckets = 1 << 16

const (
	wordSeed  uint64 = 0xcbf29ce484222325 // FNV-1a, 64 bits
	wordPrime uint64 = 0x100000001b3
	mixPrime  uint64 = 0x9e3779b97f4a7c15 // 2^64 over the golden ratio: spreads what is multiplied by it into the upper bits
	gramPrime uint32 = 0x9e3779b1         // the same for 32 bits
)

// AppendFeatures appends the hash buckets of d's features, with repetitions: every word, every pair of neighbouring words (the
// first with the beginning of the text), and in words every run of three and of four bytes, with the word's ends marked.
// Misspelt and inflected words share most of their runs with the word that was meant. Training and classification must read a
// text alike, so both call this function. A text of marks alone has no features.
func AppendFeatures(d *text.Document, into []uint16) []uint16 {
	previous, before := wordSeed, len(into)
	for i := range d.Tokens {
		kind := d.Tokens[i].Kind
		norm := d.Norm(i)
		if kind == text.Punct && norm[0] != '?' && norm[0] != '!' || kind == text.Other {
			continue
		}
		hash := wordSeed
		for _, c := range norm {
			hash = (hash ^ uint64(c)) * wordPrime
		}
		into = append(into, uint16(hash*mixPrime>>48))
		if kind == text.Punct {
			continue // question and exclamation marks count, but do not stand between two words
		}
		into = append(into, uint16((previous*3+hash)*mixPrime>>48))
		previous = hash
		if kind == text.Word {
			into = appendGrams(norm, into)
		}
	}
	if previous == wordSeed {
		return into[:before]
	}
	return into
}

// appendGrams appends the buckets of the runs of three and four bytes of "<word>". A run of four is one 32-bit number; a run of
// three is such a number with a zero on top, which no run of four has.
func appendGrams(word []byte, into []uint16) []uint16 {
	const begin, end = '<', '>'
	window := uint32(begin)
	for i, c := range word {
		window = window<<8 | uint32(c)
		if i >= 1 {
			into = append(into, gramBucket(window&0xffffff))
		}
		if i >= 2 {
			into = append(into, gramBucket(window))
		}
	}
	window = window<<8 | end
	into = append(into, gramBucket(window&0xffffff))
	if len(word) >= 2 {
		into = append(into, gramBucket(window))
	}
	return into
}

func gramBucket(gram uint32) uint16 { return uint16(gram * gramPrime >> 16) }
