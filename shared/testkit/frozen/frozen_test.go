package frozen_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/customerai/customerai/shared/testkit/frozen"
)

func TestTheCalendarGoesOnAndTheMonotonicClockStandsStill(t *testing.T) {
	clock := frozen.New()
	first := clock.Now()
	for _, want := range []time.Duration{0, time.Hour, 48 * time.Hour} {
		before := clock.Now()
		clock.Freeze(want)
		after := clock.Now()
		if got := after.Sub(before); got != 0 {
			t.Errorf("frozen for %v: %v pass by the monotonic clock, want none", want, got)
		}
		if got := after.Sub(before.Round(0)); got != want {
			t.Errorf("%v pass by the calendar, want %v", got, want)
		}
	}
	if got, want := clock.Now().Round(0).Sub(first), 49*time.Hour; got != want {
		t.Errorf("%v pass in all, want %v", got, want)
	}
}

func TestTimesWithoutAMonotonicPartAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer func() {
			if said, _ := recover().(string); !strings.HasPrefix(said, "frozen: ") {
				t.Errorf("panic = %q, want a refusal", said)
			}
		}()
		frozen.New().Freeze(time.Hour)
	})
}
