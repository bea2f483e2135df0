// Package model weighs the features of a message: a linear model of three classes, its calibration, and the bytes in which
// both are kept.
//
// Normal use: ask the embedded model for the weights of channels and grams.
//
//	m := model.Embedded()
//	w, ok := m.Gram(gram.Hash)
//
// It is read straight from its bytes: nothing happens at start-up. A gram that training did not see weighs nothing: a check
// byte beside the weights tells it from those that were seen, all but once in 256 times.
package model

import (
	_ "embed"
	"encoding/binary"
	"math"

	"github.com/customerai/customerai/shared/insight/sentiment/features"
)

// The classes, in the order of weights.
const (
	Positive = iota
	Negative
	Neutral
	Classes
)

// Knots is the number of points of the satisfaction curve, evenly spaced over valence -1 to 1.
const Knots = 17

const (
	headerBytes  = 4 * (2 + Knots + features.Channels*Classes)
	slotBytes    = 1 + Classes
	channelsFrom = 4 * (2 + Knots)
)

// Model is a model in its embedded form.
type Model struct{ bytes string }

//go:embed model.bin
var embedded string

// Embedded returns the model that was built with the binary.
func Embedded() Model { return Model{embedded} }

// Parse returns the model that Encode wrote.
func Parse(bytes []byte) Model { return Model{string(bytes)} }

func (m Model) float(at int) float32 {
	b := m.bytes[at : at+4]
	return math.Float32frombits(uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24)
}

// Temperature divides the decision values, so that the softmax of the quotients is as often right as it says.
func (m Model) Temperature() float64 { return float64(m.float(0)) }

// Scale is the weight that one unit of a gram's integers stands for.
func (m Model) Scale() float32 { return m.float(4) }

// Channel returns the weights of a channel.
func (m Model) Channel(c features.Channel) (w [Classes]float32) {
	for k := range w {
		w[k] = m.float(channelsFrom + 4*(int(c)*Classes+k))
	}
	return w
}

// Gram returns the weights of a gram in units of Scale.
func (m Model) Gram(hash uint64) (w [Classes]int8, ok bool) {
	slots := (len(m.bytes) - headerBytes) / slotBytes
	at := headerBytes + Slot(hash, slots)*slotBytes
	s := m.bytes[at : at+slotBytes]
	return [Classes]int8{int8(s[1]), int8(s[2]), int8(s[3])}, s[0] == Check(hash)
}

// Satisfaction returns the satisfaction, 1 to 10, of a valence from -1 to 1.
func (m Model) Satisfaction(valence float64) float64 {
	at := (min(max(valence, -1), 1) + 1) / 2 * (Knots - 1)
	left := min(int(at), Knots-2)
	low, high := float64(m.float(8+4*left)), float64(m.float(8+4*left+4))
	return low + (high-low)*(at-float64(left))
}

// Slot returns the slot of a hash among slots, a power of two.
func Slot(hash uint64, slots int) int { return int(hash>>8) & (slots - 1) }

// Check returns the byte that tells hashes of one slot apart, never 0.
func Check(hash uint64) byte { return max(byte(hash>>56), 1) }

// Parameters are a model before it is encoded.
type Parameters struct {
	Temperature  float64
	Scale        float32
	Satisfaction [Knots]float64
	Channels     [features.Channels][Classes]float32
	Slots        []Weights // a power of two
}

// Weights are one slot. A zero Check is an empty one.
type Weights struct {
	Check byte
	Gram  [Classes]int8
}

// Encode returns the bytes of p.
func (p *Parameters) Encode() []byte {
	b := make([]byte, 0, headerBytes+slotBytes*len(p.Slots))
	float := func(v float32) { b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v)) }
	float(float32(p.Temperature))
	float(p.Scale)
	for _, v := range p.Satisfaction {
		float(float32(v))
	}
	for _, channel := range p.Channels {
		for _, w := range channel {
			float(w)
		}
	}
	for _, s := range p.Slots {
		b = append(b, s.Check, byte(s.Gram[0]), byte(s.Gram[1]), byte(s.Gram[2]))
	}
	return b
}
