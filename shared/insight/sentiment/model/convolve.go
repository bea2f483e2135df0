package model

import "github.com/customerai/customerai/shared/insight/sentiment/features"

// Window is what the filters make of the words around one, in units that Filter weighs: four 16-bit lanes to a number, which
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

// Value returns what filter f makes of the window, where below zero is zero.
func (w *Window) Value(f int) int {
	return max(int(w[f/8*2+f&1]>>(f&7>>1*16)&0xFFFF)-zero, 0)
}

// rows returns the rows, one after the other.
func (m Model) rows() string { return m.bytes[indexFrom+slotBytes<<m.bytes[indexFrom-4]:] }

// rowAt returns one place of a row.
func rowAt(rows string, row int32, place int) string {
	return rows[int(row)*rowBytes+place*Filters:][:Filters]
}

// nothing stands beyond the ends of a message: bytes whose true value is 0.
const nothing = "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"

// eight returns bytes as a number.
func eight(s string) uint64 {
	s = s[:8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// Convolve fills one window for each row. negated tells the words in the scope of a negation.
func (m Model) Convolve(rows []int32, negated []bool, windows []Window) {
	var bias Window
	for j := range bias {
		bias[j] = eight(m.bytes[biasFrom+8*j:])
	}
	table := m.rows()
	windows = windows[:len(rows)]
	for i := range windows {
		before, here, after := nothing, rowAt(table, rows[i], 1), nothing
		if i > 0 {
			before = rowAt(table, rows[i-1], 0)
		}
		if i+1 < len(rows) {
			after = rowAt(table, rows[i+1], 2)
		}
		w := &windows[i]
		for j := range Filters / 8 {
			b, h, a := eight(before[8*j:]), eight(here[8*j:]), eight(after[8*j:])
			w[2*j] = bias[2*j] + b&low + h&low + a&low
			w[2*j+1] = bias[2*j+1] + b>>8&low + h>>8&low + a>>8&low
		}
	}
	for i, n := range negated {
		if !n {
			continue
		}
		for place := range Width {
			if at := i + 1 - place; 0 <= at && at < len(windows) {
				windows[at].negate(m.negated(place))
			}
		}
	}
}

func (w *Window) negate(add string) {
	for j := range Filters / 8 {
		a := eight(add[8*j:])
		w[2*j] += a&low - byteOff*lanes
		w[2*j+1] += a>>8&low - byteOff*lanes
	}
}

func (m Model) negated(place int) string { return m.bytes[negatedFrom+place*Filters:][:Filters] }

// Strongest returns the highest value of each filter over windows, zero where none is above.
func Strongest(windows []Window) (s Window) {
	for j := range s {
		s[j] = zero * lanes
	}
	for i := range windows {
		w := &windows[i]
		for j := range s {
			keep := ((s[j] | top) - w[j]) & top // where the one before is no less
			keep |= keep - keep>>15
			s[j] = s[j]&keep | w[j]&^keep
		}
	}
	return s
}

// Weigh returns the decision values that evidence and the strongest windows make together.
func (m Model) Weigh(values *[features.Channels]float32, strongest *Window) (z [Classes]float64) {
	var positive, negative, neutral int
	out := m.bytes[outFrom:][:2*Classes*Filters]
	for f := range Filters {
		v := strongest.Value(f)
		w := out[2*Classes*f:][:2*Classes]
		positive += v * int(int16(uint16(w[0])|uint16(w[1])<<8))
		negative += v * int(int16(uint16(w[2])|uint16(w[3])<<8))
		neutral += v * int(int16(uint16(w[4])|uint16(w[5])<<8))
	}
	unit := float64(m.float(unitFrom))
	z = [Classes]float64{Positive: unit * float64(positive), Negative: unit * float64(negative), Neutral: unit * float64(neutral)}
	for c, v := range values {
		if v != 0 {
			weights := m.Channel(features.Channel(c))
			for k := range z {
				z[k] += float64(weights[k]) * float64(v)
			}
		}
	}
	return z
}

// Share hands the decision value that the strongest windows make, positive less negative, back to the words of those windows: to
// those that speak for the window, in proportion. It adds to shares and returns what is nobody's, where the bias alone speaks.
func (m Model) Share(rows []int32, negated []bool, windows []Window, strongest *Window, shares []float64) (rest float64) {
	out, table := m.bytes[outFrom:][:2*Classes*Filters], m.rows()
	unit := float64(m.float(unitFrom))
	for f := range Filters {
		value := strongest.Value(f)
		if value == 0 {
			continue
		}
		w := out[2*Classes*f:][:2*Classes]
		weight := unit * float64(value*(int(int16(uint16(w[0])|uint16(w[1])<<8))-int(int16(uint16(w[2])|uint16(w[3])<<8))))
		at := locate(windows, f, value)
		var parts [Width]int
		sum := 0
		for i := max(at-1, 0); i <= min(at+1, len(rows)-1); i++ {
			place := i - at + 1
			part := int(table[int(rows[i])*rowBytes+place*Filters+f]) - byteOff
			if negated[i] {
				part += int(m.negated(place)[f]) - byteOff
			}
			parts[place] = max(part, 0)
			sum += parts[place]
		}
		if sum == 0 {
			rest += weight
			continue
		}
		for place, part := range parts {
			if part > 0 {
				shares[at+place-1] += weight * float64(part) / float64(sum)
			}
		}
	}
	return rest
}

// locate returns the first window whose filter f has a value above zero.
func locate(windows []Window, f, value int) int {
	j, shift := f/8*2+f&1, f&7>>1*16
	want := uint64(value + zero)
	for i := range windows {
		if windows[i][j]>>shift&0xFFFF == want {
			return i
		}
	}
	return -1
}
