package tagger

import (
	"encoding/binary"
	"math"

	"github.com/customerai/customerai/shared/insight/pii/features"
)

// Model is the weights: the scale as a little-endian float32, the transitions and then the rows of the features, eight
// signed bytes each, one a label and one to spare. Rows are a power of two.
type Model []byte

const (
	rowSize = 8
	header  = 4 + Labels*rowSize
)

func (m Model) scale() float64 {
	return float64(math.Float32frombits(binary.LittleEndian.Uint32(m)))
}

// transition is the weight of going from one label to the next.
func (m Model) transition(from, to Label) int32 {
	return int32(int8((*[header]byte)(m)[4+int(from)*rowSize+int(to)]))
}

// Follows reports whether a label may stand behind another: a name goes on only with its own kind.
func Follows(from, to Label) bool { return !inside(to) || from == to || from == to-1 }

func inside(label Label) bool {
	return label == PersonInside || label == PlaceInside || label == FirmInside
}

// emissions adds up the rows of the features of word i of a run.
func (m Model) emissions(run *features.Reader, i int, into *[Labels]int32) {
	const (
		signs = 0x8080808080808080 // flipped, they add 128 to each weight, so that none is negative
		lanes = 0x00ff00ff00ff00ff
	)
	var values [features.Count]uint32
	run.Features(i, &values)
	weights := (*[features.Rows * rowSize]byte)(m[header:])
	var all, even uint64            // sums of rows, and of the weights of every other label, four lanes of 16 bits each
	for k, value := range &values { // not of a copy, which would wait for what was just written
		row := binary.LittleEndian.Uint64(weights[features.Row(k, value)%features.Rows*rowSize:]) ^ signs
		all += row
		even += row & lanes
	}
	odd := (all - even) >> 8 // what the last lane has no room for is of no label
	for label := range into {
		into[label] = int32(even&0xffff) - 128*features.Count
		even, odd = odd, even>>16
	}
}

// beginnings are the labels that may follow any other, as those that go on with a name may not.
var beginnings = [...]Label{Outside, PersonBegin, PlaceBegin, FirmBegin}

// decode finds the best sequence of labels (Viterbi). Before and behind a run all is outside.
func (m Model) decode(scores *[features.MaxRun][Labels]int32, n int, best *[features.MaxRun]Label) {
	const never = math.MinInt32 / 2
	reach := [Labels]int32{PersonInside: never, PlaceInside: never, FirmInside: never}
	for _, to := range beginnings {
		reach[to] = m.transition(Outside, to) + scores[0][to]
	}
	var from [features.MaxRun][Labels]Label
	for i := 1; i < n; i++ {
		last, here := reach, &from[i]
		for _, to := range beginnings {
			top, at := last[Outside]+m.transition(Outside, to), Outside
			for before := Outside + 1; before < Label(Labels); before++ {
				if s := last[before] + m.transition(before, to); s > top {
					top, at = s, before
				}
			}
			reach[to], here[to] = top+scores[i][to], at
		}
		for to := PersonInside; to < Label(Labels); to += 2 {
			begin := to - 1
			begun, gone := last[begin]+m.transition(begin, to), last[to]+m.transition(to, to)
			here[to] = begin
			if gone > begun {
				begun, here[to] = gone, to
			}
			reach[to] = max(never, begun+scores[i][to])
		}
	}
	last := Outside
	for label, sum := range reach {
		if sum > reach[last] {
			last = Label(label)
		}
	}
	for i := n - 1; i >= 0; i-- {
		best[i] = last
		last = from[i][last]
	}
}

// confidence is the probability of the label of word i, given those of its neighbours.
func (m Model) confidence(scores *[features.MaxRun][Labels]int32, best *[features.MaxRun]Label, i, n int) float64 {
	before := Outside
	if i > 0 {
		before = best[i-1]
	}
	var sum, own float64
	scale := m.scale()
	for label := range Label(Labels) {
		if !Follows(before, label) || i+1 < n && !Follows(label, best[i+1]) {
			continue
		}
		s := scores[i][label] - scores[i][best[i]] + m.transition(before, label) - m.transition(before, best[i])
		if i+1 < n {
			s += m.transition(label, best[i+1]) - m.transition(best[i], best[i+1])
		}
		x := float64(s) * scale
		if x < -9 {
			continue // nothing that would be seen
		}
		p := math.Exp(x)
		sum += p
		if label == best[i] {
			own = p
		}
	}
	return own / sum
}
