package topics

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/customerai/customerai/shared/insight/text"
)

// Model is a linear classifier, one topic against the rest, in the bytes of its file: for each topic a scale and a bias
// (float32, little-endian), then for each bucket one row of Count weights, each an int8 stored with 128 added. The probability
// of a topic is
//
//	1 / (1 + exp(-(bias + scale·sum(weights of the features)/sqrt(number of features))))
//
// where calibration is already part of scale and bias. Rows are not decoded before use.
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
	acceptMore      = -0.6190 // log-odds of .35
	acceptSentence  = 1.0986  // log-odds of .75
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

// Probabilities returns for each topic, in the order of Names, the probability that d is about it. A text without
// features is about nothing: Other with 1.
func (m Model) Probabilities(d *text.Document) (p [Count]float64) {
	z, ok := m.read(d)
	if !ok {
		p[other] = 1
		return p
	}
	for t := range p {
		p[t] = probability(z[t])
	}
	return p
}

// line is what turns the sum of a topic's weights into log-odds.
type line struct{ scale, bias float64 }

func (m Model) lines() (lines [Count]line) {
	for t := range lines {
		scale, bias := binary.LittleEndian.Uint32(m[8*t:]), binary.LittleEndian.Uint32(m[8*t+4:])
		lines[t] = line{float64(math.Float32frombits(scale)), float64(math.Float32frombits(bias))}
	}
	return lines
}

// logOdds turns the sum of features' rows into log-odds.
func logOdds(lines *[Count]line, s *sum) (z [Count]float64) {
	norm := 1 / math.Sqrt(float64(s.rows))
	for t := range lines {
		z[t] = lines[t].bias + lines[t].scale*float64(s.weights[t]-128*s.rows)*norm
	}
	return z
}

func probability(logOdds float64) float64 { return 1 / (1 + math.Exp(-logOdds)) }

// accepted reports whether a sentence is sure of itself: its best topic is likely, and clearly likelier than Other.
func accepted(z *[Count]float64) bool {
	best := likeliest(z)
	return best >= acceptSentence && probability(best) >= acceptOverOther*probability(z[other])
}

// likeliest returns the log-odds of the best topic but Other. All are numbers; slices.Max would ask each whether it is one.
func likeliest(z *[Count]float64) float64 {
	best := z[0]
	for _, x := range z[1:other] {
		if x > best {
			best = x
		}
	}
	return best
}

// pool raises z to what sure says. Where one sentence is in scope, others that are not take nothing away.
func pool(z, sure *[Count]float64) {
	for t := range other {
		if sure[t] > z[t] {
			z[t] = sure[t]
		}
	}
	z[other] = min(z[other], sure[other])
}

// Classify is the package's Classify, with m for a model.
func (m Model) Classify(d *text.Document, into []Score) []Score {
	z, ok := m.read(d)
	if !ok {
		return append(into[:0], Score{Other, 1})
	}
	top := likeliest(&z)
	best, none := probability(top), probability(z[other])
	if best < acceptOverOther*none {
		// The columns were learnt apart, so that all of them can be low: Other is as likely as it is against the best of them.
		return append(into[:0], Score{Other, none / (none + best)})
	}
	into, least := into[:0], min(acceptMore, top)
	for t := range other {
		if z[t] < least {
			continue
		}
		into = append(into, Score{names[t], probability(z[t])})
		for i := len(into) - 1; i > 0 && into[i].Score > into[i-1].Score; i-- {
			into[i], into[i-1] = into[i-1], into[i]
		}
		into = into[:min(len(into), maxTopics)]
	}
	return into
}
