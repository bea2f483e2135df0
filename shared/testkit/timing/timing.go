// Package timing tells whether an attacker with a clock can tell two kinds of input apart.
//
// Normal use: prepare an input of either kind, and return what is to be timed.
//
//	leak := timing.Compare(1_000_000, func(second bool) func() {
//		input := inputs[second]
//		return func() { verify(input) }
//	})
//	if leak.Found() { t.Error(leak) }
//
// The kinds come in an order that is drawn, so that whatever else the machine is doing meets both alike, and the slowest tenth of
// all runs, which is other programs' doing, is left out before Welch's t-test compares the means. So does dudect (Reparaz, Balasch,
// Verbauwhede: Dude, is my code constant time?), whose bound this is. What is found is looked for once more, in twice as many runs: a
// difference that is there shows more clearly, and one that was chance is gone.
//
// It refuses to judge how long anything takes: only whether the difference is chance.
package timing

import (
	"crypto/rand"
	"fmt"
	"math"
	"slices"
	"time"
)

const (
	bound = 4.5 // of |t|: chance gets there once in 150,000 comparisons
	kept  = 0.9 // of the runs, from the fastest
)

// Leak is what a comparison has found.
type Leak struct {
	T          float64       // Welch's t
	Difference time.Duration // of the means, the second kind's less the first's
	Error      float64       // standard error of that, in nanoseconds
	Runs       int           // that were compared
}

// Found reports whether the difference is more than chance.
func (l Leak) Found() bool { return math.Abs(l.T) >= bound }

func (l Leak) String() string {
	return fmt.Sprintf("t = %.2f over %d runs: the second kind takes %v more, give or take %.1f ns", l.T, l.Runs, l.Difference, l.Error)
}

// Compare times so many runs of two kinds of input, about half of each, and three times as many where it has found something. What
// prepare does is not timed.
func Compare(runs int, prepare func(second bool) (timed func())) Leak {
	leak := compare(runs, prepare)
	if leak.Found() {
		leak = compare(2*runs, prepare)
	}
	return leak
}

func compare(runs int, prepare func(second bool) (timed func())) Leak {
	kinds := make([]byte, runs)
	_, _ = rand.Read(kinds) // never fails
	times := make([]float64, runs)
	for i := range times {
		timed := prepare(kinds[i]&1 == 1)
		begun := time.Now()
		timed()
		times[i] = float64(time.Since(begun))
	}
	sorted := slices.Sorted(slices.Values(times))
	slowest := sorted[int(kept*float64(runs-1))]
	var samples [2]sample
	for i, t := range times {
		if t <= slowest {
			samples[kinds[i]&1].add(t)
		}
	}
	first, second := samples[0], samples[1]
	deviation := math.Sqrt(first.variance()/first.n + second.variance()/second.n)
	difference := second.mean - first.mean
	return Leak{
		T: difference / max(deviation, math.SmallestNonzeroFloat64), Difference: time.Duration(difference), Error: deviation, Runs: int(first.n + second.n),
	}
}

// sample is mean and variance, by Welford.
type sample struct{ n, mean, squares float64 }

func (s *sample) add(x float64) {
	s.n++
	step := x - s.mean
	s.mean += step / s.n
	s.squares += step * (x - s.mean)
}

func (s *sample) variance() float64 { return s.squares / max(s.n-1, 1) }
