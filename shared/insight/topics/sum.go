package topics

import "encoding/binary"

// sum is the sum of some features' rows, as they are stored: with 128 added to each weight.
type sum struct {
	weights [Count]int
	rows    int
}

// less is what s has more than o.
func (s *sum) less(o *sum) *sum {
	d := sum{rows: s.rows - o.rows}
	for t := range d.weights {
		d.weights[t] = s.weights[t] - o.weights[t]
	}
	return &d
}

// lanes is a small sum. It adds eight weights at a time, in the 16-bit lanes of two words, those of even columns in one and
// those of odd columns in the other.
type lanes struct {
	even, odd [2]uint64
	other     uint32 // the last column
	rows      uint32
}

// maxRows is how many of the largest weights a lane holds: 256 · 255 < 2^16.
const maxRows = 256

func (l *lanes) addRow(row []byte) {
	const mask = 0x00ff00ff00ff00ff
	low, high := binary.LittleEndian.Uint64(row), binary.LittleEndian.Uint64(row[8:])
	l.even[0] += low & mask
	l.odd[0] += low >> 8 & mask
	l.even[1] += high & mask
	l.odd[1] += high >> 8 & mask
	l.other += uint32(row[other])
	l.rows++
}

func (l *lanes) add(o *lanes) {
	for i := range l.even {
		l.even[i] += o.even[i]
		l.odd[i] += o.odd[i]
	}
	l.other += o.other
	l.rows += o.rows
}

// empty moves what is in the lanes to a sum.
func (l *lanes) empty(into *sum) {
	for i := range 8 {
		shift := 16 * (i % 4)
		into.weights[2*i] += int(l.even[i/4] >> shift & 0xffff)
		into.weights[2*i+1] += int(l.odd[i/4] >> shift & 0xffff)
	}
	into.weights[other] += int(l.other)
	into.rows += int(l.rows)
	*l = lanes{}
}
