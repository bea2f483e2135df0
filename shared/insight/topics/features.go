package topics

import "github.com/customerai/customerai/shared/insight/text"

// WordBuckets is the number of hash buckets that words share; pairs and runs have a shared 2^16 of their own behind them.
// Words keep apart because training knows more of a word than that it stood in a text: what words of like meaning stood for.
const WordBuckets = 22 << 10

// Buckets is the number of all hash buckets.
const Buckets = WordBuckets + 1<<16

const (
	wordSeed  uint64 = 0xcbf29ce484222325 // FNV-1a, 64 bits
	wordPrime uint64 = 0x100000001b3
	mixPrime  uint64 = 0x9e3779b97f4a7c15 // 2^64 over the golden ratio: spreads what is multiplied by it into the upper bits
	gramPrime uint32 = 0x9e3779b1         // the same for 32 bits
)

// AppendFeatures appends the hash buckets of d's features, with repetitions: every word, every pair of neighbouring words (the
// first of a sentence with its beginning), and in words every run of three and of four bytes, with the word's ends marked.
// Misspelt and inflected words share most of their runs with the word that was meant. Training and classification must read a
// text alike, so both call this function. A text of marks alone has no features.
func AppendFeatures(d *text.Document, into []uint32) []uint32 {
	into, _ = appendSentences(d, into, nil)
	return into
}

// appendSentences appends d's features, and to ends where those of each sentence end. Marks belong to the sentence they end.
func appendSentences(d *text.Document, into []uint32, ends []int) ([]uint32, []int) {
	previous, before, words := wordSeed, len(into), 0
	for i := range d.Tokens {
		kind := d.Tokens[i].Kind
		norm := d.Norm(i)
		if kind == text.Punct && norm[0] == '.' || d.Tokens[i].Break {
			ends, previous = endSentence(ends, previous, len(into))
		}
		if kind == text.Punct && norm[0] != '?' && norm[0] != '!' || kind == text.Other {
			continue
		}
		hash := hashWord(norm)
		into = append(into, wordBucket(hash))
		if kind == text.Punct {
			ends, previous = endSentence(ends, previous, len(into))
			continue
		}
		into = append(into, WordBuckets+uint32((previous*3+hash)*mixPrime>>48))
		previous = hash
		words++
		if kind == text.Word {
			into = appendGrams(norm, into)
		}
	}
	if words == 0 {
		return into[:before], ends[:0]
	}
	if previous != wordSeed {
		ends = append(ends, len(into))
	}
	ends[len(ends)-1] = len(into) // marks alone at the end go with the sentence before
	return into, ends
}

// endSentence notes the end of a sentence that has a word.
func endSentence(ends []int, previous uint64, end int) ([]int, uint64) {
	if previous != wordSeed {
		ends = append(ends, end)
	}
	return ends, wordSeed
}

// appendGrams appends the buckets of the runs of three and four bytes of "<word>". A run of four is one 32-bit number; a run of
// three is such a number with a zero on top, which no run of four has.
func appendGrams(word []byte, into []uint32) []uint32 {
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

func gramBucket(gram uint32) uint32 { return WordBuckets + gram*gramPrime>>16 }

func hashWord(norm []byte) uint64 {
	hash := wordSeed
	for _, c := range norm {
		hash = (hash ^ uint64(c)) * wordPrime
	}
	return hash
}

// wordBucket scales the upper half of the mixed hash to the number of buckets, which is no power of two.
func wordBucket(hash uint64) uint32 { return uint32((hash * mixPrime >> 32) * WordBuckets >> 32) }

// WordBucket returns the bucket of a word in its normal form.
func WordBucket(norm string) uint32 { return wordBucket(hashWord([]byte(norm))) }
