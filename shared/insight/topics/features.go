package topics

import (
	"iter"

	"github.com/customerai/customerai/shared/insight/text"
)

// WordBuckets is the number of hash buckets that words share; pairs and runs have a shared 2^16 of their own behind them.
// Words keep apart because training knows more of a word than that it stood in a text: what words of like meaning stood for.
const WordBuckets = 22 << 10

// Buckets is the number of all hash buckets.
const Buckets = WordBuckets + 1<<16

const (
	wordSeed  uint64 = 0xcbf29ce484222325 // what no word has for a hash: the FNV of nothing
	mixPrime  uint64 = 0x9e3779b97f4a7c15 // 2^64 over the golden ratio: spreads what is multiplied by it into the upper bits
	gramPrime uint32 = 0x9e3779b1         // the same for 32 bits
)

// AppendFeatures appends the hash buckets of d's features, with repetitions: every word, every pair of neighbouring words (the
// first of a sentence with its beginning), and in words every run of three and of four bytes, with the word's ends marked.
// Misspelt and inflected words share most of their runs with the word that was meant. A text of marks alone has no features.
// Training reads texts with this function; reader.read takes the same steps and adds up rows instead.
func AppendFeatures(d *text.Document, into []uint32) []uint32 {
	before, words, previous := len(into), 0, wordSeed
	for i := range d.Tokens {
		norm, kind := d.Norm(i), d.Tokens[i].Kind
		if opens(&d.Tokens[i], norm) {
			previous = wordSeed
		}
		switch roleOf(kind, norm) {
		case mark:
			into, previous = append(into, wordBucket(d.FNV(i))), wordSeed
		case word:
			hash := d.FNV(i)
			into, previous = append(into, wordBucket(hash), pairBucket(previous, hash)), hash
			if words++; kind == text.Word {
				into = appendRuns(norm, into)
			}
		default: // has no features
		}
	}
	if words == 0 {
		return into[:before]
	}
	return into
}

// role is what a token is to its sentence.
type role uint8

const (
	nothing role = iota // a mark inside it, or no text
	mark                // a question or an exclamation mark, which ends it
	word                // a word, a number, a picture
)

func roleOf(kind text.Kind, norm []byte) role {
	switch {
	case kind == text.Other:
		return nothing
	case kind != text.Punct:
		return word
	case norm[0] == '?' || norm[0] == '!':
		return mark
	}
	return nothing
}

// opens reports whether the sentence before a token has ended: with it, when it is a full stop, or on the line before.
func opens(t *text.Token, norm []byte) bool {
	return t.Break || t.Kind == text.Punct && norm[0] == '.'
}

// runs yields the buckets of the runs of three and four bytes of "<word>". A run of four is one 32-bit number; a run of three is
// such a number with a zero on top, which no run of four has.
func runs(word []byte) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		const begin, end = '<', '>'
		window := uint32(begin)
		for i, c := range word {
			window = window<<8 | uint32(c)
			if i >= 1 && !yield(gramBucket(window&0xffffff)) || i >= 2 && !yield(gramBucket(window)) {
				return
			}
		}
		window = window<<8 | end
		if yield(gramBucket(window&0xffffff)) && len(word) >= 2 {
			yield(gramBucket(window))
		}
	}
}

func appendRuns(word []byte, into []uint32) []uint32 {
	for bucket := range runs(word) {
		into = append(into, bucket)
	}
	return into
}

func gramBucket(gram uint32) uint32 { return WordBuckets + gram*gramPrime>>16 }

// pairBucket is the bucket of a word and the one before it, by their hashes.
func pairBucket(previous, hash uint64) uint32 {
	return WordBuckets + uint32((previous*3+hash)*mixPrime>>48)
}

// wordBucket scales the upper half of the mixed hash to the number of buckets, which is no power of two.
func wordBucket(hash uint64) uint32 { return uint32((hash * mixPrime >> 32) * WordBuckets >> 32) }
