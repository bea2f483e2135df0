package analysis

import (
	"math"
	"strings"
	"testing"
)

// signsOf reads a published series: "+", "-" and "0", separated by spaces.
func signsOf(text string) []int {
	var signs []int
	for word := range strings.FieldsSeq(text) {
		signs = append(signs, map[string]int{"+": 1, "-": -1, "0": 0}[word])
	}
	return signs
}

func near(got, want float64) bool { return math.Abs(got-want) < 5e-5 }

func TestTheScoresOfThePublishedConversationAreReproduced(t *testing.T) {
	for name, test := range map[string]struct {
		signs               string
		progressive         []float64
		overall, begin, end float64
	}{
		"the agent": {
			"0 0 0 0 0 + 0 0 0 0 + 0 +",
			[]float64{0, 0, 0, 0, 0, 1.6667, 1.6667, 1.6667, 0, 0, 1.6667, 1.6667, 3.3333},
			1.1538, 0, 2.5,
		},
		"the customer": {
			"- - 0 0 0 0 0 0 0 + + 0",
			[]float64{-1.6667, -3.75, -3.75, -2.5, 0, 0, 0, 0, 0, 1.6667, 3.75, 3.75},
			0, -3.75, 3.75,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSeries(signsOf(test.signs))
			for i, want := range test.progressive {
				if got := s.progressive(i); !near(got, want) {
					t.Errorf("progressive(%d) = %.4f, want %.4f", i, got, want)
				}
			}
			if !near(s.overall(), test.overall) || !near(s.begin(), test.begin) || !near(s.end(), test.end) {
				t.Errorf("overall, begin, end = %.4f, %.4f, %.4f, want %.4f, %.4f, %.4f",
					s.overall(), s.begin(), s.end(), test.overall, test.begin, test.end)
			}
		})
	}
}

func TestAShortSeriesBeginsWithItsFirstAndEndsWithItsLastGroup(t *testing.T) {
	for _, test := range []struct {
		signs      string
		begin, end float64
	}{
		{"+", 5, 5}, {"- +", -5, 5}, {"- 0 +", -5, 5}, {"- 0 0 +", -5, 5}, {"- 0 0 0 +", -5, 2.5},
	} {
		s := newSeries(signsOf(test.signs))
		if s.begin() != test.begin || s.end() != test.end {
			t.Errorf("begin, end of %q = %v, %v, want %v, %v", test.signs, s.begin(), s.end(), test.begin, test.end)
		}
	}
	if got := newSeries(nil).overall(); got != 0 {
		t.Errorf("overall of no groups = %v, want 0", got)
	}
}
