package features

// Rows is the number of rows that the features are hashed to.
const Rows = 1 << 17

// Max is how many features a word has at most.
const Max = 32

// Features writes the rows of the features of word i of the run and returns how many there are.
func (r *Run) Features(i int, into *[Max]uint32) int {
	at := i + margin
	w, before, after := &r.words[at], &r.words[at-1], &r.words[at+1]
	before2, after2, before3 := &r.words[at-2], &r.words[at+2], &r.words[at-3]
	look := w.look()*uint32(styles) + uint32(r.style)
	form := w.look()
	n := 0
	add := func(value uint32) {
		h := (value ^ uint32(n+1)*0x9E3779B1) * 0x85EBCA6B
		h ^= h >> 15
		h *= 0xC2B2AE35
		h ^= h >> 16
		into[n] = h % Rows
		n++
	}
	prev, next := before.id, after.id
	if w.line {
		prev ^= 0x5bd1e995
	}
	if after.line {
		next ^= 0x5bd1e995
	}
	add(look)
	add(uint32(r.style)<<8 | uint32(w.shape)<<1 | bit(w.start))
	add(w.id)
	add(w.id ^ uint32(w.shape)*0x27d4eb2f)
	add(w.suffix ^ uint32(w.shape)*0x27d4eb2f)
	add(w.ending ^ uint32(w.shape)<<20)
	add(prev)
	add(next)
	add(before2.id)
	add(after2.id)
	add(before3.id)
	add(join(before2.id, prev))
	add(join(next, after2.id))
	add(join(prev, next))
	add(join(prev, form))
	add(join(next, form))
	add(join(join(before2.id, prev), form))
	add(join(before.look(), look))
	add(join(after.look(), look))
	add(join(join(before.look(), after.look()), look))
	add(join(before.look(), before2.look()) ^ form*31)
	add(join(after.look(), after2.look()) ^ form*31)
	add(form<<2 | bit(w.start)<<1 | bit(w.owner))
	add(uint32(w.place)<<8 | uint32(w.shape)<<4 | uint32(r.style))
	add(uint32(w.length)<<16 | uint32(w.shape)<<8 | uint32(w.flags))
	add(join(uint32(w.flags), uint32(before.flags)) ^ uint32(after.flags)<<24)
	add(uint32(before.shape)<<8 | uint32(w.shape)<<4 | uint32(after.shape))
	add(bit(w.line)<<12 | bit(after.line || after.shape == shapeNone)<<11 | form)
	add(join(before2.id, form))
	add(join(after2.id, form))
	return n
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
func (r *Run) AppendFeatures(i int, into []uint32) []uint32 {
	var features [Max]uint32
	n := r.Features(i, &features)
	return append(into, features[:n]...)
}
