package topics

import "math"

// leastSure returns, of sentences of so many rows, half of what their rows add up to at least where one is accepted: in the column of the
// topic that it is sure of.
func leastSure(lines *[Count]line, rows int) (half lanes) {
	var least [other]uint64
	for t, l := range lines[:other] {
		if l.scale > 0 {
			sum := (acceptSentence-l.bias)/l.scale*math.Sqrt(float64(rows)) + float64(128*rows)
			least[t] = uint64(max(0, min(sum-1, maxRows*math.MaxUint8))) / 2 // rounding takes less than 1
		}
	}
	for i := range 4 {
		shift := 16 * i
		half.even0 |= least[2*i] << shift
		half.odd0 |= least[2*i+1] << shift
		half.even1 |= least[2*i+8] << shift
		half.odd1 |= least[2*i+9] << shift
	}
	return half
}

// maybeSure reports whether a sentence may be accepted. Four in five are told here, without the log-odds of seventeen topics.
func (m *memory) maybeSure(s *lanes) bool {
	least := &m.least[s.rows]
	return (reaches(s.even0, least.even0) | reaches(s.odd0, least.odd0) | reaches(s.even1, least.even1) | reaches(s.odd1, least.odd1)) != 0
}

// reaches sets the uppermost bit of the lanes whose half is least or more. Halves leave that bit free to take from.
func reaches(lanes, least uint64) uint64 {
	const half, uppermost = 0x7fff7fff7fff7fff, 0x8000800080008000
	return ((lanes>>1&half | uppermost) - least) & uppermost
}
