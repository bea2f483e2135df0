// Package evidence adds up what lexicon and rules find in a message, in channels.
//
// Normal use: add all that is found, and bound it.
//
//	var total evidence.Total
//	total.Add(3, 1, -1, evidence.Positive, 2.5)
//	total.Squash()
//
// Every piece names the tokens that it comes from and is additive before its channel is squashed, so that what a model makes of a channel
// can be handed back to the tokens without remainder.
package evidence

import (
	"math"
	"math/bits"
)

// Channel is one kind of evidence. Amounts are never negative; the sign is in the channel.
type Channel uint8

// The channels. Valences are in lexicon units, 0 to about 6 after boosting.
const (
	Bias              Channel = iota // always 1
	NoEvidence                       // 1 when nothing in the message has a valence
	Brevity                          // 1/(1+words)
	Positive                         // valence in statements
	Negative                         //
	AskedPositive                    // valence in questions
	AskedNegative                    //
	PositiveCount                    // words with a valence
	NegativeCount                    //
	PositiveMean                     // valence for each word of the message
	NegativeMean                     //
	PositiveStrong                   // valence beyond 2
	NegativeStrong                   //
	PositiveLast                     // valence of the last word that has one
	NegativeLast                     //
	PositiveFace                     // valence of emoji and emoticons
	NegativeFace                     //
	NegatedPositive                  // valence that negation turned
	NegatedNegative                  //
	Unmet                            // negations of something without a valence: "nobody answers"
	PositiveExclaimed                // exclamation marks of a message that is positive so far
	NegativeExclaimed                //
	Question                         // question marks
	Channels          = iota
)

// Piece is an amount of a channel from each of some tokens: those of a word or phrase, and its negator.
type Piece struct {
	Token   int32   // the first, or -1 for none
	Negator int32   // or -1
	Amount  float32 // from each
	Channel Channel
	Span    uint8 // tokens from Token on
}

// Total is the evidence of a message.
type Total struct {
	Pieces  []Piece
	Sums    [Channels]float32 // amounts of a channel
	Values  [Channels]float32 // what a model weighs: Sums, squashed
	Present uint32            // the channels that have evidence, a bit each
}

// Reset drops all evidence. It clears what is there: a whole Total of zeros is long.
func (t *Total) Reset() {
	for present := t.Present; present != 0; present &= present - 1 {
		c := bits.TrailingZeros32(present)
		t.Sums[c], t.Values[c] = 0, 0
	}
	t.Present, t.Pieces = 0, t.Pieces[:0]
}

// Add adds an amount from each of span tokens, the first of which is token, and from a negator. The piece is written where it stays: a
// value would be built and copied.
func (t *Total) Add(token int32, span uint8, negator int32, c Channel, amount float32) {
	t.Pieces = append(t.Pieces, Piece{})
	p := &t.Pieces[len(t.Pieces)-1]
	p.Token, p.Negator, p.Amount, p.Channel, p.Span = token, negator, amount, c, span
	for range span {
		t.Sums[c] += amount
	}
	if negator >= 0 {
		t.Sums[c] += amount
	}
	t.Present |= 1 << c
}

// AddTo adds an amount from one token, or none.
func (t *Total) AddTo(token int, c Channel, amount float32) { t.Add(int32(token), 1, -1, c, amount) }

// Signed picks the channel of a valence's sign. Negative channels follow their positive twins.
func Signed(positive Channel, v float32) (Channel, float32) {
	if v < 0 {
		return positive + 1, -v
	}
	return positive, v
}

// How channels are bounded, a bit each. The others are bounded by what they are.
const (
	counted = 1<<PositiveCount | 1<<NegativeCount | 1<<Unmet | 1<<Question
	summed  = 1<<Positive | 1<<Negative | 1<<AskedPositive | 1<<AskedNegative | 1<<PositiveStrong | 1<<NegativeStrong |
		1<<PositiveFace | 1<<NegativeFace | 1<<NegatedPositive | 1<<NegatedNegative
)

// Squash bounds each channel, so that a long message is not a strong one for its length.
func (t *Total) Squash() {
	for present := t.Present; present != 0; present &= present - 1 {
		c := bits.TrailingZeros32(present)
		sum := t.Sums[c]
		switch bit := uint32(1) << c; {
		case bit&counted != 0:
			sum /= sum + 2
		case bit&summed != 0:
			sum = float32(float64(sum) / math.Sqrt(float64(sum*sum+15)))
		}
		t.Values[c] = sum
	}
}
