// Package gazetteer knows which words are names of people and places, and which of them are also ordinary words.
//
// Normal use: Lookup a word, or add up a Key word by word to look up "new york".
//
//	if gazetteer.Of(&doc, i).Flags().Has(gazetteer.Given) { … }
//	key := gazetteer.Start.Word("New").Word("York")
//	flags := key.Flags()
//
// The table is embedded and read where it lies: there is nothing to start up. It keeps no names, only 18-bit fingerprints
// in an open-addressing hash table, so it cannot be listed, and a word that is in no list is taken for one about once in
// 40,000 times. Case and Latin accents make no difference. It refuses nothing: any bytes have a key.
package gazetteer

import (
	_ "embed"
	"math/bits"
	"unicode"
	"unicode/utf8"

	"github.com/customerai/customerai/shared/insight/text"
)

// Flags say what a word or a sequence of words can be. Zero is a word in no list.
type Flags uint8

// What a word can be. A name that is also an English word carries its name flag only when the name is frequent.
const (
	Given    Flags = 1 << iota // a given name
	Surname                    // a family name
	City                       // a city of 15,000 people or more
	BigCity                    // a city of 200,000 people or more
	Region                     // a country or a state
	Ordinary                   // a word of the English dictionary
)

// Has reports whether f has every flag of want.
func (f Flags) Has(want Flags) bool { return f&want == want }

// Any reports whether f has a flag of want.
func (f Flags) Any(want Flags) bool { return f&want != 0 }

const (
	slotSize = 3 // bytes, little-endian: the fingerprint above the flags; zero is an empty slot
	flagBits = 6
	tagBits  = 18
)

//go:embed table.bin
var table string

// Key is the FNV-1a hash of the words so far, folded.
type Key uint64

// Start is the key of no words.
const Start Key = 14695981039346656037 // the FNV-1a offset basis

const prime = 1099511628211 // of FNV-1a

// next is the hash that the next word goes on from.
func (k Key) next() uint64 {
	if k == Start {
		return uint64(k)
	}
	return (uint64(k) ^ ' ') * prime
}

// Plain returns the key of the words of k followed by a plain word in its normal form, in which nothing is to be folded.
func (k Key) Plain(norm []byte) Key {
	h := k.next()
	for _, c := range norm {
		h = (h ^ uint64(c)) * prime
	}
	return Key(h)
}

// Word returns the key of the words of k followed by word.
func (k Key) Word(word string) Key {
	h := k.next()
	for i := 0; i < len(word); {
		c := word[i]
		if c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c |= 0x20
			}
			h = (h ^ uint64(c)) * prime
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(word[i:])
		i += n
		for _, c := range fold(r) {
			if c != 0 {
				h = (h ^ uint64(c)) * prime
			}
		}
	}
	return Key(h)
}

// Beginning returns the key of a word where more words follow. The table has it of all words that places of several begin with.
func (k Key) Beginning() Key { return Key(k.next()) }

// Begins reports whether places of several words begin with the word of k. It saves to look for them: most words begin none.
func (k Key) Begins() bool { return k.Beginning().Flags() != 0 }

// Flags looks the words of k up.
func (k Key) Flags() Flags { return find(table, k) }

// Of returns the key of token i of a document.
func Of(d *text.Document, i int) Key {
	if d.Tokens[i].Plain {
		return Key(d.FNV(i)) // nothing is to be folded but case, which is
	}
	return Start.Word(d.Raw(i))
}

// Lookup returns what a single word can be.
func Lookup(word string) Flags { return Start.Word(word).Flags() }

// find probes the slots from the one k belongs to until one holds its fingerprint or is empty. Encode leaves empty slots,
// so the search ends.
func find(table string, k Key) Flags {
	slots := uint64(len(table) / slotSize)
	if slots == 0 {
		return 0
	}
	home, tag := place(k, slots)
	for i := home * slotSize; ; {
		slot := table[i : i+slotSize]
		entry := uint32(slot[0]) | uint32(slot[1])<<8 | uint32(slot[2])<<16
		if entry == 0 {
			return 0
		}
		if entry>>flagBits == tag {
			return Flags(entry & (1<<flagBits - 1))
		}
		if i += slotSize; i == slots*slotSize {
			i = 0
		}
	}
}

// place returns the home slot of k, from its high bits, and its fingerprint, from its low ones. FNV-1a mixes the high bits
// poorly, hence the multiplications of the splitmix64 finaliser.
func place(k Key, slots uint64) (home uint64, tag uint32) {
	h := uint64(k)
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	h ^= h >> 31
	home, _ = bits.Mul64(h, slots)
	return home, uint32(h & (1<<tagBits - 1))
}

// latin folds the letters U+00C0 to U+017F to their ASCII base, one byte each; a dot stands for what has no base.
const latin = "aaaaaaaceeeeiiiidnooooo.ouuuuypsaaaaaaaceeeeiiiidnooooo.ouuuuypy" +
	"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"

// fold returns the bytes that a non-ASCII rune contributes to a key, padded with zeros.
func fold(r rune) (out [utf8.UTFMax]byte) {
	if 0xC0 <= r && r <= 0x17F {
		if out[0] = latin[r-0xC0]; out[0] == 's' && r == 'ß' {
			out[1] = 's'
		}
		return out
	}
	if r == '’' || r == 'ʼ' {
		out[0] = '\''
		return out
	}
	if unicode.Is(unicode.Mn, r) {
		return out // a combining accent
	}
	utf8.EncodeRune(out[:], unicode.ToLower(r))
	return out
}
