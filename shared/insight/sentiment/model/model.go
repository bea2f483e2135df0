// Package model weighs a message: a convolution over its words, and the evidence of lexicon and rules, give three decision
// values; with them go their calibration and the bytes in which all is kept.
//
// Normal use: find the rows of the words, convolve them, take the strongest of each filter, and weigh.
//
//	m := model.Embedded()
//	row := m.Index().Row(text.Hash("great"))
//	m.Convolve(words, windows)
//
// A word stands for three rows of small integers, one for each place in a window of three words: training multiplied the
// word's vector with the filters, so that a window costs three additions a filter. It is read straight from its bytes:
// nothing happens at start-up. A word that training did not see has the row Unknown, and one that says who somebody is has the row
// Who, whatever it is.
package model

import (
	_ "embed"
	"math"

	"github.com/customerai/customerai/shared/insight/sentiment/evidence"
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

// Filters look at windows of Width words, the middle one and its neighbours.
const (
	Filters = 32
	Width   = 3
)

// The rows that stand for many words.
const (
	Unknown = iota
	Who
	ownRows // the first row of a single word
)

// Where the parts of a model begin, in bytes.
const (
	curveFrom    = 4
	mindsFrom    = curveFrom + 4*Knots
	channelsFrom = mindsFrom + 4*mindsOf
	unitFrom     = channelsFrom + 4*evidence.Channels*Classes // what one integer of a filter's weights stands for
	outFrom      = unitFrom + 4
	biasFrom     = outFrom + 8*Filters // a Window, less the offsets of its rows
	negatedFrom  = biasFrom + 2*Filters
	indexFrom    = (negatedFrom + Width*Filters + 4 + line - 1) / line * line // after the binary logarithm of the number of its slots
	slotBytes    = 4                                                          // check 2, row 2
	rowBytes     = Width * Filters
	line         = 32 // rows begin at multiples of it, so as not to touch one more line of the cache than they must
)

// Model is a model in its embedded form.
type Model struct{ bytes string }

//go:embed model.bin
var embedded string

// Embedded returns the model that was built with the binary.
func Embedded() Model { return Model{embedded} }

// Parse returns the model that Encode wrote.
func Parse(bytes []byte) Model { return Model{string(bytes)} }

func (m Model) float(at int) float32 { return math.Float32frombits(four(m.bytes, at)) }

// four returns the bytes of s at i as a number.
func four(s string, i int) uint32 {
	s = s[i : i+4]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// Temperature is what Weigh and Share divide by.
func (m Model) Temperature() float64 { return float64(m.float(0)) }

// Channel returns the weights of a channel.
func (m Model) Channel(c evidence.Channel) (positive, negative, neutral float64) {
	at := channelsFrom + 4*Classes*int(c)
	weights := m.bytes[at : at+4*Classes]
	weight := func(k int) float64 { return float64(math.Float32frombits(four(weights, 4*k))) }
	return weight(Positive), weight(Negative), weight(Neutral)
}

// Satisfaction returns the satisfaction, 1 to 10, of a valence from -1 to 1.
func (m Model) Satisfaction(valence float64) float64 {
	at := (min(max(valence, -1), 1) + 1) / 2 * (Knots - 1)
	left := min(int(at), Knots-2)
	low, high := float64(m.float(curveFrom+4*left)), float64(m.float(curveFrom+4*left+4))
	return low + (high-low)*(at-float64(left))
}

// Index is the hash table of a model's words. The zero value knows none.
type Index struct{ slots string }

// Index returns it; who asks for many rows keeps it.
func (m Model) Index() Index { return Index{m.bytes[indexFrom:][:slotBytes<<m.bytes[indexFrom-4]]} }

// Row returns the row of the word with a hash.
func (x Index) Row(hash uint64) int32 {
	if x == (Index{}) {
		return Unknown
	}
	mask := len(x.slots)/slotBytes - 1
	check := uint32(checkOf(hash))
	for slot := slotOf(hash) & mask; ; slot = (slot + 1) & mask {
		found := four(x.slots, slot*slotBytes)
		if row := int32(found >> 16); row == Unknown || found&0xFFFF == check {
			return row
		}
	}
}

func slotOf(hash uint64) int     { return int(hash >> 24 & 0xFFFFFF) }
func checkOf(hash uint64) uint16 { return uint16(hash >> 48) }
