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

// Evidence is one amount from one token, or from no token when Token is -1.
type Evidence struct {
	Token   int32
	Channel Channel
	Amount  float32
}

// Set is what was extracted from one message.
type Set struct {
	Evidence []Evidence
	Sums     [Channels]float32 // amounts of a channel
	Values   [Channels]float32 // what a model weighs: Sums, squashed
	Clauses  []Clause          // all tokens, in order

	tokens []token
	words  int
}

// token is what is known of one token of the message.
type token struct {
	role    lexicon.Role
	value   float32
	said    float32 // value before negation and contrast
	span    int32   // tokens of the phrase that begins here, 1 for a word, 0 inside a phrase
	negator bool    // opens a negation, whatever else it does
	settles bool    // closes the trouble that was told before: "sorted"
	asked   bool    // stands in a question
	mute    bool    // its own form misleads: part of an idiom, or of a question that was answered
	negated int32   // the negator in whose scope it stands, or -1
}

func (s *Set) add(t int, c Channel, amount float32) {
	s.Evidence = append(s.Evidence, Evidence{Token: int32(t), Channel: c, Amount: amount})
	s.Sums[c] += amount
}

// Extract overwrites s with the features of d.
func (s *Set) Extract(lex lexicon.Lexicon, d *text.Document) {
	*s = Set{Evidence: s.Evidence[:0], Clauses: s.Clauses[:0], tokens: s.tokens[:0]}
	s.read(lex, d)
	shouting := s.cutClauses(d)
	last := -1
	for begin := 0; begin < len(s.tokens); {
		end := sentenceEnd(d, begin)
		last = max(last, s.weighSentence(d, begin, end, shouting))
		begin = end
	}
	s.finish(d, 0, len(s.tokens), last)
}

// finish adds what is not said by single valences of tokens [begin, end), and squashes all.
func (s *Set) finish(d *text.Document, begin, end, last int) {
	s.add(-1, Bias, 1)
	s.add(-1, Brevity, 1/float32(1+s.words))
	s.addLast(last)
	s.addMarks(d, begin, end)
	s.squash()
}

// squash bounds each channel, so that a long message is not a strong one for its length.
func (s *Set) squash() {
	for c, sum := range s.Sums {
		if sum == 0 {
			s.Values[c] = 0
			continue
		}
		switch Channel(c) {
		case PositiveCount, NegativeCount, Unmet, Question:
			s.Values[c] = sum / (sum + 2)
		case Positive, Negative, AskedPositive, AskedNegative, PositiveStrong, NegativeStrong,
			PositiveFace, NegativeFace, NegatedPositive, NegatedNegative:
			s.Values[c] = float32(float64(sum) / math.Sqrt(float64(sum*sum+15)))
		default:
			s.Values[c] = sum
		}
	}
}

// Mute reports whether the form of token i misleads, as in an idiom that says the opposite of its words.
func (s *Set) Mute(i int) bool { return s.tokens[i].mute }

// Negated reports whether token i stands in the scope of a negator.
func (s *Set) Negated(i int) bool { return s.tokens[i].negated >= 0 }
