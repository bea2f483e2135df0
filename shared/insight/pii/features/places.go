package features

import (
	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
	"github.com/customerai/customerai/shared/insight/text"
)

// markPlaces marks the places of several words, the longest first.
func (r *Reader) markPlaces() {
	for i := r.first; i < r.next; {
		last := r.placeEnd(i)
		if last == i {
			i++
			continue
		}
		r.word(i - r.first).place = 1
		for i++; i <= last && i < r.next; i++ {
			r.word(i - r.first).place = 2
		}
	}
}

// placeEnd returns the last token of the longest place name of several words at token i, or i.
func (r *Reader) placeEnd(i int) int {
	tokens, last := r.doc.Tokens, i
	if i+1 == len(tokens) || tokens[i].Kind != text.Word {
		return i
	}
	if tokens[i].Plain && !r.sheet.BeginsPlace(i) { // as most
		return i
	}
	key := r.key(gazetteer.Start, i)
	for j := i + 1; j < min(i+4, len(tokens)); j++ {
		if tokens[j].Kind != text.Word || tokens[j].Begin-tokens[j-1].End != 1 || tokens[j].Break {
			break
		}
		if key = r.key(key, j); key.Flags().Any(gazetteer.City | gazetteer.BigCity | gazetteer.Region) {
			last = j
		}
	}
	return last
}

// key is the key of some words and token i, without its possessive.
func (r *Reader) key(words gazetteer.Key, i int) gazetteer.Key {
	switch plain := r.doc.Tokens[i].Plain; {
	case plain && words == gazetteer.Start:
		return gazetteer.Of(r.doc, i)
	case plain:
		return words.Plain(r.doc.Norm(i))
	}
	raw := r.doc.Raw(i)
	return words.Word(raw[:len(raw)-possessive(raw)])
}
