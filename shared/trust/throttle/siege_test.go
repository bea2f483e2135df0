package throttle_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/testkit/race"
	"github.com/customerai/customerai/shared/trust/throttle"
)

// mayCheck is how many guesses a source gets at in a time when it asks at every moment: worked out from the policy alone.
func mayCheck(p throttle.Policy, within time.Duration) int {
	n, failures := 0, 0
	for at, last := time.Duration(0), time.Duration(0); at <= within; n++ {
		failures = max(0, failures-int((at-last)/p.Forget)) + 1
		last = at
		if over := failures - p.Free; over > 0 {
			at += min(p.Longest, p.First<<(over-1))
		}
	}
	return n
}

// A thousand guesses a second at one name, from one source to ten thousand, while the person whose name it is signs in from a
// source of their own, and mistypes now and then.
func TestAVictimSignsInDuringEverySiege(t *testing.T) {
	race.Skip(t, "only slows one goroutine")
	const perSecond = 1000
	for sources, minutes := range map[int]int{1: 1, 100: 1, 10_000: 3} { // ten thousand need longer to meet their limit
		t.Run(fmt.Sprintf("%d sources", sources), func(t *testing.T) {
			h := newHouse()
			checked, tried, signedIn := 0, 0, 0
			for i := range perSecond * 60 * minutes {
				*h.now = h.now.Add(time.Second / perSecond)
				if h.try(t, "ann", fmt.Sprintf("198.51.%d.%d", i%sources/250, i%sources%250), false) {
					checked++
				}
				if i%(10*perSecond) == 0 { // every ten seconds; every third time with a typing error first
					if tried%3 == 2 {
						h.try(t, "ann", "192.0.2.1", false)
					}
					tried++
					if h.try(t, "ann", "192.0.2.1", true) {
						signedIn++
					}
				}
			}
			if signedIn != tried {
				t.Errorf("the victim signs in %d of %d times, want every time", signedIn, tried)
			}
			perName, perSource := mayCheck(throttle.PerName, time.Duration(minutes)*time.Minute), mayCheck(throttle.PerSource, time.Duration(minutes)*time.Minute)
			limit := sources * min(perName, perSource, perSecond*60*minutes/sources)
			if float64(checked) > 1.05*float64(limit) || checked == 0 {
				t.Errorf("%d guesses are checked, want at most %d and 5 %%", checked, limit)
			}
			t.Logf("%d guesses, %d checked, limit %d; the victim signs in %d of %d times", perSecond*60*minutes, checked, limit, signedIn, tried)
		})
	}
}
