package e2e_test

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// oneHurry is held by who asks as fast as the machine can, which two at once would not be fast enough for.
var oneHurry sync.Mutex

// limits has one client use up what its plan gives it: first the rate, then the day's quota.
func (s *site) limits(t *testing.T) {
	oneHurry.Lock()
	defer oneHurry.Unlock()
	pass := s.pass(t, greedy, "")
	var allowed atomic.Int32
	ask := func() (refused response, yes bool) {
		answer := s.call(t, http.MethodGet, "/v1/batches", "", pass...)
		if answer.Status == http.StatusOK {
			allowed.Add(1)
			return answer, false
		}
		return answer, true
	}

	refusals := make(chan response, callers)
	var asking sync.WaitGroup
	for range callers {
		asking.Go(func() {
			for len(refusals) == 0 {
				if answer, refused := ask(); refused {
					refusals <- answer
				}
			}
		})
	}
	asking.Wait()
	wantToWait(t, <-refusals, "1")
	if n := allowed.Load(); n < 2*clientRate || n > clientQuota/2+clientRate {
		t.Errorf("the client is told to wait after %d requests, want it near the %d that may come at once", n, 2*clientRate)
	}

	eventually(t, time.Minute, "the client has asked as often as it may in a day", func() bool {
		for refused := false; !refused && allowed.Load() < clientQuota; {
			_, refused = ask() // by its rate: the next round is let in
		}
		return allowed.Load() >= clientQuota
	})
	tick := time.NewTicker(time.Second / clientRate)
	defer tick.Stop()
	for range 2 * clientRate { // for longer than the rate would refuse it
		<-tick.C
		answer, refused := ask()
		if !refused {
			t.Fatalf("the client asks %d times, want at most %d", allowed.Load(), clientQuota)
		}
		wantToWait(t, answer, "3600") // the day may end within the hour
	}
}

// wantToWait holds an answer to the refusal of somebody who has asked too often, and is to ask again after so many seconds.
func wantToWait(t *testing.T, answer response, seconds string) {
	t.Helper()
	wantProblem(t, answer, http.StatusTooManyRequests, "rate_limited")
	if got := answer.Header.Get("Retry-After"); got != seconds {
		t.Errorf("Retry-After = %q, want %q", got, seconds)
	}
}

// callers ask at once, so that they are faster than the rate on any machine.
const callers = 8
