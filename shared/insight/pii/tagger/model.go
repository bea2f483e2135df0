package tagger

import (
	"encoding/binary"
	"math"

	"github.com/customerai/customerai/shared/insight/pii/features"
)

// Model is the weights: the scale as a little-endian float32, the transitions and then the rows of the features, eight
// signed bytes each, one a label and one to spare. Rows are a power of two.
type Model string

const (
	rowSize = 8
	header  = 4 + Labels*rowSize
)

func (m Model) scale() float64 {
	return float64(math.Float32frombits(binary.LittleEndian.Uint32([]byte(m[:4]))))
}

// transition is the weight of going from one label to the next.
func (m Model) transition(from, to Label) int32 {
	return int32(int8(m[4+int(from)*rowSize+int(to)]))
}

// Follows reports whether a label may stand behind another: a name goes on only with its own kind.
func Follows(from, to Label) bool {
	switch to {
	case PersonInside, PlaceInside, FirmInside:
		return from == to || from == to-1
	default:
		return true
	}
}

// emissions adds up the rows of the features of word i of a run.
func (m Model) emissions(run *features.Run, i int, into *[Labels]int32) {
	var rows [features.Max]uint32
	n := run.Features(i, &rows)
	for _, f := range rows[:n] {
		row := m[header+int(f)*rowSize:][:rowSize]
		into[0] += int32(int8(row[0])) // unrolled: this is where the time goes
		into[1] += int32(int8(row[1]))
		into[2] += int32(int8(row[2]))
		into[3] += int32(int8(row[3]))
		into[4] += int32(int8(row[4]))
		into[5] += int32(int8(row[5]))
		into[6] += int32(int8(row[6]))
	}
}

// decode finds the best sequence of labels (Viterbi). Before and behind a run all is outside.
func (m Model) decode(scores *[features.MaxRun][Labels]int32, n int, best *[features.MaxRun]Label) {
	const never = math.MinInt32 / 2
	var reach [Labels]int32
	var from [features.MaxRun][Labels]Label
	for i := range n {
		var next [Labels]int32
		for to := range Label(Labels) {
			top, at := int32(never), Outside
			for last := range Label(Labels) {
				if i == 0 && last != Outside || !Follows(last, to) {
					continue
				}
				if s := reach[last] + m.transition(last, to); s > top {
					top, at = s, last
				}
			}
			next[to], from[i][to] = max(never, top+scores[i][to]), at
		}
		reach = next
	}
	last := Outside
	for label := range Label(Labels) {
		if reach[label] > reach[last] {
			last = label
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
