package analysis

// series scores one participant's groups the way contact centres read them: runs weigh more than single remarks.
//
// A group counts -1, 0 or +1. Its weight is 1 when it is 0, else its position inside the current run of equal signs. A
// window's score is 5 x sum(weight x sign) / sum(weight). This reproduces every score of the published example of Amazon
// Connect Contact Lens, whose documentation names the ingredients (frequency and streaks) and not the formula.
type series struct {
	signs   []int
	weights []int
}

const progressiveWindow = 3 // groups; those before the first count as neutral

func newSeries(signs []int) series {
	weights := make([]int, len(signs))
	for i, s := range signs {
		weights[i] = 1
		if s != 0 && i > 0 && signs[i-1] == s {
			weights[i] = weights[i-1] + 1
		}
	}
	return series{signs, weights}
}

// score of the groups from..to-1, with so many neutral groups added.
func (s series) score(from, to, neutral int) float64 {
	sum, total := 0, neutral
	for i := from; i < to; i++ {
		sum += s.weights[i] * s.signs[i]
		total += s.weights[i]
	}
	if total == 0 {
		return 0
	}
	return 5 * float64(sum) / float64(total)
}

// progressive is the score as it stood when group i ended.
func (s series) progressive(i int) float64 {
	from := i + 1 - progressiveWindow
	return s.score(max(from, 0), i+1, max(-from, 0))
}

func (s series) overall() float64 { return s.score(0, len(s.signs), 0) }

// begin is the score of the first quarter, which is at least one group.
func (s series) begin() float64 { return s.score(0, s.quarter(), 0) }

// end is the score of the last quarter, which takes what three whole quarters leave and is at least one group.
func (s series) end() float64 {
	n := len(s.signs)
	return s.score(n-max(n-3*s.quarter(), 1), n, 0)
}

func (s series) quarter() int { return max(len(s.signs)/4, 1) }
