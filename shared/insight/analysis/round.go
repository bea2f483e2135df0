package analysis

import (
	"math"

	"github.com/customerai/customerai/shared/insight/sentiment"
)

// scoreScale is the resolution of a reported probability.
const scoreScale = 10_000

// round keeps a fixed number of decimals, so that a row reads the same on every machine.
func round(x, scale float64) float64 { return math.Round(x*scale) / scale }

// roundScores rounds four probabilities so that the rounded ones still sum to 1: the largest takes the rounding error.
func roundScores(s sentiment.Scores) sentiment.Scores {
	units := [4]int{
		int(math.Round(s.Positive * scoreScale)), int(math.Round(s.Negative * scoreScale)),
		int(math.Round(s.Neutral * scoreScale)), int(math.Round(s.Mixed * scoreScale)),
	}
	largest, sum := 0, 0
	for i, u := range units {
		sum += u
		if u > units[largest] {
			largest = i
		}
	}
	units[largest] += scoreScale - sum
	return sentiment.Scores{
		Positive: float64(units[0]) / scoreScale, Negative: float64(units[1]) / scoreScale,
		Neutral: float64(units[2]) / scoreScale, Mixed: float64(units[3]) / scoreScale,
	}
}
