// Package features turns a message into what the sentiment model weighs: evidence from lexicon and rules, in channels, and
// its words, each with the scope of negation that it stands in.
//
// Normal use: keep one Set per worker and extract each message into it.
//
//	var set features.Set
//	set.Extract(lexicon.Embedded(), &doc)
//
// Every piece of evidence names the token that it comes from and is additive before its channel is squashed, so that what
// a model makes of a channel can be handed back to the tokens without remainder. Time is linear in the number of tokens.
package features

import (
	"math"
	"math/bits"

	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/text"
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

// Evidence is an amount of a channel from each of some tokens: those of a word or phrase, and its negator.
type Evidence struct {
	Token   int32   // the first, or -1 for none
	Negator int32   // or -1
	Amount  float32 // from each
	Channel Channel
	Span    uint8 // tokens from Token on
}

// Set is what was extracted from one message.
type Set struct {
	Evidence []Evidence
	Sums     [Channels]float32 // amounts of a channel
	Values   [Channels]float32 // what a model weighs: Sums, squashed
	Present  uint32            // the channels that have evidence, a bit each
	Clauses  []Clause          // all tokens, in order

	tokens   []token
	signs    []int32 // the tokens that rules look at: those that have a role, part sentences or clauses, or are punctuation
	words    int
	shouting bool // all is in capitals, which then stress nothing
}

// token is what is known of one token of the message.
type token struct {
	value   float32
	said    float32 // value before negation and contrast
	negated int32   // the negator in whose scope it stands, or -1
	role    lexicon.Role
	span    uint8 // tokens of the phrase that begins here, 1 for a word, 0 inside a phrase
	mark    byte  // of punctuation: the first byte of its normal form, or ellipsis
	breaks  bool  // a line break stands before it
	joins   bool  // the word "and"
	negator bool  // opens a negation, whatever else it does
	settles bool  // closes the trouble that was told before: "sorted"
	asked   bool  // stands in a question
	mute    bool  // its own form misleads: part of an idiom, or of a question that was answered
}

// Extract overwrites s with the features of d.
func (s *Set) Extract(lex lexicon.Lexicon, d *text.Document) {
	s.reset()
	s.read(lex, d)
	s.cutClauses()
	last := -1
	for begin, signs := 0, s.signs; begin < len(s.tokens); {
		end, n := s.sentenceEnd(begin, signs)
		last = max(last, s.weighSentence(d, sentence{begin, end, signs[:n]}))
		begin, signs = end, signs[n:]
	}
	s.finish(d, s.signs, last)
}

// reset drops all evidence. It clears what is there: a whole Set of zeros is long.
func (s *Set) reset() {
	for present := s.Present; present != 0; present &= present - 1 {
		c := bits.TrailingZeros32(present)
		s.Sums[c], s.Values[c] = 0, 0
	}
	s.Present, s.Evidence, s.words = 0, s.Evidence[:0], 0
}

// add adds evidence from a span of tokens and a negator. It is written where it stays: a value would be built and copied.
func (s *Set) add(token int32, span uint8, negator int32, c Channel, amount float32) {
	s.Evidence = append(s.Evidence, Evidence{})
	e := &s.Evidence[len(s.Evidence)-1]
	e.Token, e.Negator, e.Amount, e.Channel, e.Span = token, negator, amount, c, span
	for range span {
		s.Sums[c] += amount
	}
	if negator >= 0 {
		s.Sums[c] += amount
	}
	s.Present |= 1 << c
}

// finish adds what is not said by single valences of tokens [begin, end), and squashes all.
func (s *Set) finish(d *text.Document, signs []int32, last int) {
	s.addTo(-1, Bias, 1)
	s.addTo(-1, Brevity, 1/float32(1+s.words))
	s.addLast(last)
	s.addMarks(d, signs)
	s.squash()
}

// How channels are bounded, a bit each. The others are bounded by what they are.
const (
	counted = 1<<PositiveCount | 1<<NegativeCount | 1<<Unmet | 1<<Question
	summed  = 1<<Positive | 1<<Negative | 1<<AskedPositive | 1<<AskedNegative | 1<<PositiveStrong | 1<<NegativeStrong |
		1<<PositiveFace | 1<<NegativeFace | 1<<NegatedPositive | 1<<NegatedNegative
)

// squash bounds each channel, so that a long message is not a strong one for its length.
func (s *Set) squash() {
	for present := s.Present; present != 0; present &= present - 1 {
		c := bits.TrailingZeros32(present)
		sum := s.Sums[c]
		switch bit := uint32(1) << c; {
		case bit&counted != 0:
			sum /= sum + 2
		case bit&summed != 0:
			sum = float32(float64(sum) / math.Sqrt(float64(sum*sum+15)))
		}
		s.Values[c] = sum
	}
}

// Mute reports whether the form of token i misleads, as in an idiom that says the opposite of its words.
func (s *Set) Mute(i int) bool { return s.tokens[i].mute }

// Negated reports whether token i stands in the scope of a negator.
func (s *Set) Negated(i int) bool { return s.tokens[i].negated >= 0 }
