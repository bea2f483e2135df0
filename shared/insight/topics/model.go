package topics

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/customerai/customerai/shared/insight/text"
)

// Model is a linear classifier, one topic against the rest, in the bytes of its file: for each topic a scale and a bias
// (float32, little-endian), then for each bucket one row of Count weights, each an int8 stored with 128 added. The probability
// of a topic is
//
//	1 / (1 + exp(-(bias + scale·sum(weights of the features)/sqrt(number of features))))
//
// where calibration is already part of scale and bias. Nothing is decoded before use.
type Model []byte

const (
	headerSize = Count * 8
	modelSize  = headerSize + Buckets*Count
	other      = Count - 1 // column
)

// What it takes to be given, chosen on texts that the trial model of infra/train/topics had not seen. The first topic must be
// clearly likelier than Other, rather than likely: where three topics share what is probable, one of them is a better answer
// than none. The second and third stand on their own.
const (
	acceptOverOther = 2.5
	acceptMore      = 0.35
	maxTopics       = 3
)

// NewModel builds a model from a scale and a bias for each topic and Buckets rows of Count weights.
func NewModel(scale, bias [Count]float32, rows []int8) (Model, error) {
	if len(rows) != Buckets*Count {
		return nil, fmt.Errorf("build topic model: got %d weights, want %d", len(rows), Buckets*Count)
	}
	m := make(Model, 0, modelSize)
	for t := range Count {
		m = binary.LittleEndian.AppendUint32(m, math.Float32bits(scale[t]))
		m = binary.LittleEndian.AppendUint32(m, math.Float32bits(bias[t]))
	}
	for _, w := range rows {
		m = append(m, uint8(w)^0x80) // flipping the sign bit of the two's complement adds 128
	}
	return m, nil
}

// featureBuffers holds *[]uint16. A buffer that one huge message has grown is dropped, not kept.
var featureBuffers sync.Pool

const keptFeatures = 1 << 16

// Probabilities returns for each topic, in the order of Names, the probability that d is about it. A text without
// features is about nothing: Other with 1.
func (m Model) Probabilities(d *text.Document) (p [Count]float64) {
	buffer, ok := featureBuffers.Get().(*[]uint16)
	if !ok {
		buffer = new([]uint16)
	}
	features := AppendFeatures(d, (*buffer)[:0])
	if len(features) == 0 {
		p[other] = 1
	} else {
		norm := 1 / math.Sqrt(float64(len(features)))
		for t, sum := range m.sums(features) {
			scale := math.Float32frombits(binary.LittleEndian.Uint32(m[8*t:]))
			bias := math.Float32frombits(binary.LittleEndian.Uint32(m[8*t+4:]))
			p[t] = 1 / (1 + math.Exp(-(float64(bias) + float64(scale)*float64(sum)*norm)))
		}
	}
	if cap(features) <= keptFeatures {
		*buffer = features
		featureBuffers.Put(buffer)
	}
	return p
}

// sums adds up the rows of the features. Eight weights are added at a time, in the 16-bit lanes of two words: a lane holds the
// sum of 256 of the largest weights (256 · 255 < 2^16), so it is emptied after as many.
func (m Model) sums(features []uint16) (sums [Count]int) {
	const lanes, batchSize = 0x00ff00ff00ff00ff, 256
	rows := m[headerSize:modelSize]
	total := len(features)
	for len(features) > 0 {
		batch := features[:min(len(features), batchSize)]
		features = features[len(batch):]
		var even0, odd0, even1, odd1 uint64
		for _, f := range batch {
			row := rows[int(f)*Count:][:Count]
			low, high := binary.LittleEndian.Uint64(row), binary.LittleEndian.Uint64(row[8:])
			even0 += low & lanes
			odd0 += low >> 8 & lanes
			even1 += high & lanes
			odd1 += high >> 8 & lanes
			sums[other] += int(row[other])
		}
		for i := range 4 {
			sums[2*i] += int(even0 >> (16 * i) & 0xffff)
			sums[2*i+1] += int(odd0 >> (16 * i) & 0xffff)
			sums[2*i+8] += int(even1 >> (16 * i) & 0xffff)
			sums[2*i+9] += int(odd1 >> (16 * i) & 0xffff)
		}
	}
	for t := range sums {
		sums[t] -= 128 * total
	}
	return sums
}

// Classify is the package's Classify, with m for a model.
func (m Model) Classify(d *text.Document, into []Score) []Score {
	p := m.Probabilities(d)
	best := slices.Max(p[:other])
	if best < acceptOverOther*p[other] {
		// The columns were learnt apart, so that all of them can be low: Other is as likely as it is against the best of them.
		return append(into[:0], Score{Other, p[other] / (p[other] + best)})
	}
	into = into[:0]
	for t := range other {
		if p[t] < min(acceptMore, best) {
			continue
		}
		into = append(into, Score{names[t], p[t]})
		for i := len(into) - 1; i > 0 && into[i].Score > into[i-1].Score; i-- {
			into[i], into[i-1] = into[i-1], into[i]
		}
		into = into[:min(len(into), maxTopics)]
	}
	return into
}
