package model

// Word is a word as the filters read it: its row, and whether it stands in the scope of a negation.
type Word struct {
	Row     int32
	Negated bool
}

// Window is what the filters make of the words around one, in units that Weigh knows: four 16-bit lanes to a number, which
// plain additions keep apart, each above its true value by zero. A row of eight bytes fills two numbers, one with its even
// bytes and one with its odd ones.
type Window [Filters / 4]uint64

const (
	lanes   = 0x0001000100010001
	low     = 0xFF * lanes   // the byte of each lane
	top     = 0x8000 * lanes // the highest bit of each lane
	zero    = 0x2000         // a window can fall so far below
	byteOff = 0x80           // bytes of rows are above their true values by it
)

// laneOf returns the number in a window that has the lane of filter f, and how far to shift it down.
func laneOf(f int) (j, shift int) { return f/8*2 + f&1, f & 7 >> 1 * 16 }

func (w *Window) lane(f int) int {
	j, shift := laneOf(f)
	return int(w[j] >> shift & 0xFFFF)
}

// rows returns the rows, one after the other.
func (m Model) rows() string { return m.bytes[indexFrom+slotBytes<<m.bytes[indexFrom-4]:] }

func rowOf(rows string, row int32) string { at := int(row) * rowBytes; return rows[at : at+rowBytes] }

// Outside returns the row of what stands beyond the ends of a message and says nothing.
func (m Model) Outside() int32 { return int32(len(m.rows())/rowBytes - 1) }

// Touch reads a row, for who will ask for many: a processor fetches all at once when nothing depends on what is found.
func (m Model) Touch(row int32) uint64 {
	r := rowOf(m.rows(), row)
	return uint64(r[0]) + uint64(r[rowBytes-1]) // it lies in two lines of the cache
}

// eight returns the bytes of s at i as a number.
func eight(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// Convolve fills a window for each of the words but the first and the last, which are Outside. The sum is written out, which takes
// half off the time.
func (m Model) Convolve(words []Word, windows []Window) {
	var bias Window
	for j := range bias {
		bias[j] = eight(m.bytes, biasFrom+8*j)
	}
	rows := m.rows()
	words = words[:len(windows)+Width-1]
	for i := range windows {
		three, w := words[i:i+Width], &windows[i]
		before, here, after := int(three[0].Row)*rowBytes, int(three[1].Row)*rowBytes+Filters, int(three[2].Row)*rowBytes+2*Filters
		first, middle, last := rows[before:before+Filters], rows[here:here+Filters], rows[after:after+Filters]
		b, h, a := eight(first, 0), eight(middle, 0), eight(last, 0)
		w[0] = bias[0] + b&low + h&low + a&low
		w[1] = bias[1] + b>>8&low + h>>8&low + a>>8&low
		b, h, a = eight(first, 8), eight(middle, 8), eight(last, 8)
		w[2] = bias[2] + b&low + h&low + a&low
		w[3] = bias[3] + b>>8&low + h>>8&low + a>>8&low
		b, h, a = eight(first, 16), eight(middle, 16), eight(last, 16)
		w[4] = bias[4] + b&low + h&low + a&low
		w[5] = bias[5] + b>>8&low + h>>8&low + a>>8&low
		b, h, a = eight(first, 24), eight(middle, 24), eight(last, 24)
		w[6] = bias[6] + b&low + h&low + a&low
		w[7] = bias[7] + b>>8&low + h>>8&low + a>>8&low
		if three[0].Negated || three[1].Negated || three[2].Negated {
			for place := range three {
				if three[place].Negated {
					w.negate(m.negated(place))
				}
			}
		}
	}
}

func (w *Window) negate(add string) {
	for j := range Filters / 8 {
		a := eight(add, 8*j)
		w[2*j] += a&low - byteOff*lanes
		w[2*j+1] += a>>8&low - byteOff*lanes
	}
}

func (m Model) negated(place int) string { return m.bytes[negatedFrom+place*Filters:][:Filters] }
