// Package linear tests that work grows with its input and not with the square of it.
//
// Normal use:
//
//	linear.Check(t, `"a" repeated`, 8<<10, func(n int) { work(strings.Repeat("a", n)) })
//
// It refuses to judge by the clock on the wall: it compares the processor time of a run with that of one four times as large, on the same
// machine in the same moment, and takes the best of several attempts, because a busy machine can spoil some of them but not all. Work that
// other goroutines do is not seen.
package linear

import (
	"runtime"
	"testing"
	"time"
)

const (
	factor = 4 // quadratic work takes factor x factor = 16 times as long
	bound  = 9 // between the two
)

// Check fails the test when work on 4n takes more than nine times as long as work on n, time after time. The work should
// take at least some tens of microseconds for n.
func Check(t testing.TB, what string, n int, work func(n int)) {
	t.Helper()
	runtime.LockOSThread() // the time is a thread's
	defer runtime.UnlockOSThread()
	work(factor * n) // buffers grow now, not while the time is taken
	const attempts = 8
	for range attempts {
		// A short run that was disturbed would make any long one look good, so it gets more chances not to be.
		short, long := cost(12, func() { work(n) }), cost(3, func() { work(factor * n) })
		if long < bound*short {
			return
		}
	}
	t.Errorf("%d times as much of %s takes more than %d times as long, %d times over, want about %d times", factor, what, bound, attempts, factor)
}

// cost is the shortest of some runs.
func cost(runs int, work func()) time.Duration {
	best := time.Duration(1<<63 - 1)
	for range runs {
		before := spent()
		work()
		best = min(best, spent()-before)
	}
	return best
}
