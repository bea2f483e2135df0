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
	even0, odd0 uint64 // of the first eight columns
	even1, odd1 uint64 // of the next eight
	other       uint32 // the last column
	rows        uint32
}

// maxRows is how many of the largest weights a lane holds: 256 · 255 < 2^16.
const maxRows = 256

// addRows adds the rows of some buckets. Nothing in one step waits for the step before but sums, so that a processor fetches many
// rows at once.
func (l *lanes) addRows(m Model, buckets []uint32) {
	const mask = 0x00ff00ff00ff00ff
	even0, odd0, even1, odd1, others := l.even0, l.odd0, l.even1, l.odd1, l.other
	rows := (*[Buckets * Count]byte)(m[headerSize:]) // all that there are: what says so is not checked again
	for _, bucket := range buckets {
		row := rows[bucket%Buckets*Count:][:Count]
		low, high := binary.LittleEndian.Uint64(row), binary.LittleEndian.Uint64(row[8:])
		even0 += low & mask
		odd0 += low >> 8 & mask
		even1 += high & mask
		odd1 += high >> 8 & mask
		others += uint32(row[other])
	}
	l.even0, l.odd0, l.even1, l.odd1, l.other = even0, odd0, even1, odd1, others
	l.rows += uint32(len(buckets))
}

func (l *lanes) add(o *lanes) {
	l.even0 += o.even0
	l.odd0 += o.odd0
	l.even1 += o.even1
	l.odd1 += o.odd1
	l.other += o.other
	l.rows += o.rows
}

// empty moves what is in the lanes to a sum.
func (l *lanes) empty(into *sum) {
	for i := range 4 {
		shift := 16 * i
		into.weights[2*i] += int(l.even0 >> shift & 0xffff)
		into.weights[2*i+1] += int(l.odd0 >> shift & 0xffff)
		into.weights[2*i+8] += int(l.even1 >> shift & 0xffff)
		into.weights[2*i+9] += int(l.odd1 >> shift & 0xffff)
	}
	into.weights[other] += int(l.other)
	into.rows += int(l.rows)
	*l = lanes{}
}
