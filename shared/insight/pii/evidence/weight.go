package evidence

import (
	"strings"

	"github.com/customerai/customerai/shared/insight/pii"
)

// AddWithCue records a candidate whose nearest number cue is want with a boost, and with its base score when it has none.
func (s *Sheet) AddWithCue(pattern string, t pii.Type, begin, end int, base float64, want Cue) {
	switch near := s.Nearest(begin, end, CueNumber|want); {
	case near&want != 0:
		s.Add(pattern, t, begin, end, s.Boosted(base))
	case near == 0:
		s.Add(pattern, t, begin, end, Alone(base))
	}
}

// Accepted is the lowest score that is reported.
const Accepted = 0.4

const (
	contextBoost = 0.35 // what a context word adds
	certain      = 1.0  // the score of valid check digits
)

// Weight is what speaks for a candidate.
type Weight struct {
	base  float64
	word  int // the token of the context word, from 1; 0 without one
	valid bool
}

// Alone is the weight of a pattern that nothing supports.
func Alone(base float64) Weight { return Weight{base: base} }

// Proven is the weight of a pattern whose check digits hold.
func Proven(base float64) Weight { return Weight{base: base, valid: true} }

// Boosted is the weight of a pattern that the context word found last supports.
func (s *Sheet) Boosted(base float64) Weight { return Weight{base: base, word: s.contextWord + 1} }

// Proven is boosted, with check digits that hold.
func (s *Sheet) Proven(base float64) Weight {
	return Weight{base: base, word: s.contextWord + 1, valid: true}
}

// Score is what the weight comes to.
func (w Weight) Score() float64 {
	switch {
	case w.valid:
		return certain
	case w.word > 0:
		return min(certain, max(Accepted, w.base+contextBoost))
	}
	return w.base
}

// Add records a candidate unless its score is too low. The pattern is called recogniser/pattern.
func (s *Sheet) Add(pattern string, t pii.Type, begin, end int, w Weight) {
	score := w.Score()
	if score < Accepted-1e-9 || end <= begin {
		return
	}
	e := pii.Entity{Type: t, Begin: begin, End: end, Score: score}
	s.Found = append(s.Found, e)
	if s.Trace == nil {
		return
	}
	d := pii.Decision{Entity: e, OriginalScore: w.base, Validated: w.valid}
	d.Recogniser, d.Pattern, _ = strings.Cut(pattern, "/")
	if w.word > 0 {
		d.ContextWord = string(s.Doc.Norm(w.word - 1))
		if !w.valid {
			d.ContextScore = score - w.base
		}
	}
	*s.Trace = append(*s.Trace, d)
}
