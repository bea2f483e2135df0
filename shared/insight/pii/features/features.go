package features

import "github.com/customerai/customerai/shared/insight/text"

// Rows is the number of rows that the features are hashed to.
const Rows = 1 << 17

// Count is how many features a word has.
const Count = 30

// Features writes what the features of word i of the run are, of which Row makes rows.
func (r *Reader) Features(i int, into *[Count]uint32) {
	w, before, after := r.word(i), r.word(i-1), r.word(i+1)
	before2, after2, before3 := r.word(i-2), r.word(i+2), r.word(i-3)
	at := r.first + i
	line, lineAfter := r.line(at), r.line(at+1)
	start := bit(line || sentenceEnd(r.doc, at-1))
	style := uint32(r.style)
	form, formBefore, formAfter := w.look(), before.look(), after.look()
	look := form*uint32(styles) + style
	suffix, ending := uint32(0), uint32(0) // its last three letters, and its last two
	if r.doc.Tokens[at].Kind == text.Word {
		name := w.name(r.doc, at)
		suffix, ending = hash(name[max(0, len(name)-3):]), hash(name[max(0, len(name)-2):])
	}
	prev, next := before.id, after.id
	if line {
		prev ^= 0x5bd1e995
	}
	if lineAfter {
		next ^= 0x5bd1e995
	}
	*into = [Count]uint32{
		look,
		style<<8 | uint32(w.shape)<<1 | start,
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
		join(formBefore, look),
		join(formAfter, look),
		join(join(formBefore, formAfter), look),
		join(formBefore, before2.look()) ^ form*31,
		join(formAfter, after2.look()) ^ form*31,
		form<<2 | start<<1 | bit(w.owner),
		uint32(w.place)<<8 | uint32(w.shape)<<4 | style,
		uint32(w.length)<<16 | uint32(w.shape)<<8 | uint32(w.flags),
		join(uint32(w.flags), uint32(before.flags)) ^ uint32(after.flags)<<24,
		uint32(before.shape)<<8 | uint32(w.shape)<<4 | uint32(after.shape),
		bit(line)<<12 | bit(lineAfter || after.shape == shapeNone)<<11 | form,
		join(before2.id, form),
		join(after2.id, form),
	}
}

// Row returns the row of feature k that is value.
func Row(k int, value uint32) uint32 {
	h := (value ^ uint32(k+1)*0x9E3779B1) * 0x85EBCA6B
	h ^= h >> 15
	h *= 0xC2B2AE35
	h ^= h >> 16
	return h % Rows
}

// line reports whether a line begins with token i.
func (r *Reader) line(i int) bool {
	return i == 0 || i < len(r.doc.Tokens) && r.doc.Tokens[i].Break
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
	for k, value := range features {
		into = append(into, Row(k, value))
	}
	return into
}
