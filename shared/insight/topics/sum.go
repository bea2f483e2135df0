package topics

import "encoding/binary"

// sum is the sum of some features' rows, as they are stored: with 128 added to each weight.
type sum struct {
	weights [Count]int
	rows    int
}

func (s *sum) add(o *sum) {
	for t := range s.weights {
		s.weights[t] += o.weights[t]
	}
	s.rows += o.rows
}

// tally is a sum that is kept in lanes, and beside them when they have no room.
type tally struct {
	lanes lanes
	rest  sum
}

func (t *tally) makeRoom(rows int) {
	if int(t.lanes.rows)+rows > maxRows {
		t.lanes.addTo(&t.rest)
		t.lanes = lanes{}
	}
}

func (t *tally) add(o *tally) {
	t.makeRoom(int(o.lanes.rows))
	t.lanes.add(&o.lanes)
	t.rest.add(&o.rest)
}

func (t *tally) addTo(s *sum) {
	t.lanes.addTo(s)
	if t.rest.rows > 0 {
		s.add(&t.rest)
	}
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
	rows := (*[Buckets * Count]byte)(m[headerSize:])
	for _, bucket := range buckets {
		if bucket >= Buckets {
			break // there is none; said here, it is not checked again
		}
		row := rows[bucket*Count:][:Count]
		low, high := binary.LittleEndian.Uint64(row), binary.LittleEndian.Uint64(row[8:])
		even := low & mask
		even0 += even
		odd0 += (low ^ even) >> 8
		even = high & mask
		even1 += even
		odd1 += (high ^ even) >> 8
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

func (l *lanes) addTo(s *sum) {
	for i := range 4 {
		shift := 16 * i
		s.weights[2*i] += int(l.even0 >> shift & 0xffff)
		s.weights[2*i+1] += int(l.odd0 >> shift & 0xffff)
		s.weights[2*i+8] += int(l.even1 >> shift & 0xffff)
		s.weights[2*i+9] += int(l.odd1 >> shift & 0xffff)
	}
	s.weights[other] += int(l.other)
	s.rows += int(l.rows)
}
