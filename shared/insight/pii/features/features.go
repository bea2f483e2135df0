package features

import "github.com/customerai/customerai/shared/insight/text"

// Rows is the number of rows that the features are hashed to.
const Rows = 1 << 17

// Count is how many features a word has.
const Count = 30

// Features writes the rows of the features of word i of the r.
func (r *Reader) Features(i int, into *[Count]uint32) {
	w, before, after := r.word(i), r.word(i-1), r.word(i+1)
	before2, after2, before3 := r.word(i-2), r.word(i+2), r.word(i-3)
	style := uint32(r.style)
	look := w.look()*uint32(styles) + style
	form := w.look()
	suffix, ending := uint32(0), uint32(0) // its last three letters, and its last two
	if at := r.first + i; r.doc.Tokens[at].Kind == text.Word {
		name := w.name(r.doc, at)
		suffix, ending = hash(name[max(0, len(name)-3):]), hash(name[max(0, len(name)-2):])
	}
	prev, next := before.id, after.id
	if w.line {
		prev ^= 0x5bd1e995
	}
	if after.line {
		next ^= 0x5bd1e995
	}
	*into = [Count]uint32{
		look,
		style<<8 | uint32(w.shape)<<1 | bit(w.start),
		w.id,
		w.id ^ uint32(w.shape)*0x27d4eb2f,
		suffix ^ uint32(w.shape)*0x27d4eb2f,
		ending ^ uint32(w.shape)<<20,
		prev,
		next,
		before2.id,
		after2.id,
		before3.id,
		join(before2.id, prev),
		join(next, after2.id),
		join(prev, next),
		join(prev, form),
		join(next, form),
		join(join(before2.id, prev), form),
		join(before.look(), look),
		join(after.look(), look),
		join(join(before.look(), after.look()), look),
		join(before.look(), before2.look()) ^ form*31,
		join(after.look(), after2.look()) ^ form*31,
		form<<2 | bit(w.start)<<1 | bit(w.owner),
		uint32(w.place)<<8 | uint32(w.shape)<<4 | style,
		uint32(w.length)<<16 | uint32(w.shape)<<8 | uint32(w.flags),
		join(uint32(w.flags), uint32(before.flags)) ^ uint32(after.flags)<<24,
		uint32(before.shape)<<8 | uint32(w.shape)<<4 | uint32(after.shape),
		bit(w.line)<<12 | bit(after.line || after.shape == shapeNone)<<11 | form,
		join(before2.id, form),
		join(after2.id, form),
	}
	for k, value := range into {
		h := (value ^ uint32(k+1)*0x9E3779B1) * 0x85EBCA6B
		h ^= h >> 15
		h *= 0xC2B2AE35
		h ^= h >> 16
		into[k] = h % Rows
	}
}

// look is a word's shape and what the gazetteer says of it.
func (w *word) look() uint32 {
	return (uint32(w.flags)<<2|uint32(w.place))*uint32(shapes) + uint32(w.shape) + 1
}

func join(a, b uint32) uint32 { return (a*0x01000193 + b) * 0x9E3779B1 }

func bit(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

// AppendFeatures appends the rows of the features of word i, for training.
func (r *Reader) AppendFeatures(i int, into []uint32) []uint32 {
	var features [Count]uint32
	r.Features(i, &features)
	return append(into, features[:]...)
}
