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
// than none. The second and third stand on their own, and so does what a sentence says among others.
const (
	acceptOverOther = 1.5
	acceptMore      = 0.35
	acceptSentence  = 1.0986 // log-odds of .75
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

// reading holds what one text was read into.
type reading struct {
	features []uint32
	ends     []int // of its sentences, in features
}

// readings holds *reading. One that a huge message has grown is dropped, not kept.
var readings sync.Pool

const keptFeatures = 1 << 16

// Probabilities returns for each topic, in the order of Names, the probability that d is about it. A text without
// features is about nothing: Other with 1.
func (m Model) Probabilities(d *text.Document) [Count]float64 {
	r := read(d)
	p := m.weigh(r)
	r.release()
	return p
}

func read(d *text.Document) *reading {
	r, ok := readings.Get().(*reading)
	if !ok {
		r = new(reading)
	}
	r.features, r.ends = appendSentences(d, r.features[:0], r.ends[:0])
	return r
}

func (r *reading) release() {
	if cap(r.features) <= keptFeatures {
		readings.Put(r)
	}
}

// weigh returns the probabilities that count: those of the whole text, raised to those of sentences that are sure of
// themselves. A subject that is named once among many sentences would else drown in their sum. A probability grows with its
// log-odds, so that only the last ones need be turned into probabilities.
func (m Model) weigh(r *reading) (p [Count]float64) {
	if len(r.features) == 0 {
		p[other] = 1
		return p
	}
	var total [Count]int
	var sure [Count]float64
	some, begin := false, 0
	for _, end := range r.ends {
		sums := m.sums(r.features[begin:end])
		for t, sum := range sums {
			total[t] += sum
		}
		if len(r.ends) > 1 {
			if z := m.logOdds(&sums, end-begin); accepted(&z) {
				if !some {
					some, sure = true, z
				}
				pool(&sure, &z)
			}
		}
		begin = end
	}
	z := m.logOdds(&total, len(r.features))
	if some {
		pool(&z, &sure)
	}
	for t := range p {
		p[t] = probability(z[t])
	}
	return p
}

// logOdds turns the sums of so many features' weights into log-odds.
func (m Model) logOdds(sums *[Count]int, features int) (z [Count]float64) {
	norm := 1 / math.Sqrt(float64(features))
	for t, sum := range sums {
		scale := math.Float32frombits(binary.LittleEndian.Uint32(m[8*t:]))
		bias := math.Float32frombits(binary.LittleEndian.Uint32(m[8*t+4:]))
		z[t] = float64(bias) + float64(scale)*float64(sum)*norm
	}
	return z
}

func probability(logOdds float64) float64 { return 1 / (1 + math.Exp(-logOdds)) }

// accepted reports whether a sentence is sure of itself: its best topic is likely, and clearly likelier than Other.
func accepted(z *[Count]float64) bool {
	best := slices.Max(z[:other])
	return best >= acceptSentence && probability(best) >= acceptOverOther*probability(z[other])
}

// pool raises z to what sure says. Where one sentence is in scope, others that are not take nothing away.
func pool(z, sure *[Count]float64) {
	for t := range other {
		z[t] = max(z[t], sure[t])
	}
	z[other] = min(z[other], sure[other])
}

// sums adds up the rows of the features. Eight weights are added at a time, in the 16-bit lanes of two words: a lane holds the
// sum of 256 of the largest weights (256 · 255 < 2^16), so it is emptied after as many.
func (m Model) sums(features []uint32) (sums [Count]int) {
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
	r := read(d)
	p := m.weigh(r)
	r.release()
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
