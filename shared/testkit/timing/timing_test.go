package timing_test

import (
	"math"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/testkit/race"
	"github.com/customerai/customerai/shared/testkit/timing"
)

// compare is the comparison that everybody writes first: it ends at the first letter that differs.
func compare(a, b []byte) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestAComparisonThatEndsEarlyIsFoundAndOneThatDoesNotIsNot(t *testing.T) {
	race.Skip(t, "distorts times")
	secret := make([]byte, 64<<10)
	early, late := make([]byte, len(secret)), make([]byte, len(secret))
	early[0], late[len(late)-1] = 1, 1
	leak := timing.Compare(4000, func(second bool) func() {
		guess := early
		if second {
			guess = late
		}
		return func() { compare(secret, guess) }
	})
	if !leak.Found() || leak.Difference <= 0 {
		t.Errorf("a comparison that ends early: %v, want it found", leak)
	}
	leak = timing.Compare(4000, func(bool) func() { return func() { compare(secret, late) } })
	if leak.Found() {
		t.Errorf("the same twice: %v, want nothing found", leak)
	}
}

func TestWhatIsThereOnceOnlyIsNotFound(t *testing.T) {
	race.Skip(t, "distorts times")
	secret, early := make([]byte, 64<<10), make([]byte, 64<<10)
	early[0] = 1
	const runs = 4000
	n := 0
	leak := timing.Compare(runs, func(second bool) func() {
		guess := secret
		if n++; n <= runs && second {
			guess = early
		}
		return func() { compare(secret, guess) }
	})
	if n != 3*runs || leak.Found() {
		t.Errorf("%v after %d runs, want nothing found in the second look", leak, n)
	}
}

func TestTheSlowestTenthOfTheRunsIsLeftOut(t *testing.T) {
	n := 0
	leak := timing.Compare(200, func(second bool) func() {
		if n++; n%25 == 0 && second { // disturbed, and always while the second kind runs
			return func() { time.Sleep(time.Millisecond) }
		}
		return func() {}
	})
	if leak.Difference > 5*time.Microsecond || math.IsNaN(leak.T) {
		t.Errorf("%v, want the disturbed runs left out", leak)
	}
}
