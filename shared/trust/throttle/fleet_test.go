package throttle_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/race"
	"github.com/customerai/customerai/shared/trust/throttle"
)

// go test ./shared/trust/throttle -run Instances -attempts 1000000
var attempts = flag.Int("attempts", 40_000, "attempts to sign in that fifty instances share")

// fleet is instances of the token function on one table that fails now and then, each with a clock of its own.
type fleet struct {
	instances []*throttle.Throttle
	injector  *faults.Injector
	random    *rand.Rand
	at        time.Duration // since the beginning
	ids       int
}

const (
	skew = 5 * time.Second // of a clock, either way
	odds = 200             // against a fault of a call
)

func newFleet(instances int) *fleet {
	f := &fleet{random: rand.New(rand.NewPCG(5, 50))}
	begin := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	m := memtable.New(func() time.Time { return begin.Add(f.at) })
	f.injector = faults.New(func(faults.Call) faults.Moment {
		if f.random.IntN(odds) > 0 {
			return faults.Never
		}
		return []faults.Moment{faults.Before, faults.After}[f.random.IntN(2)]
	})
	for range instances {
		off := time.Duration(f.random.Int64N(int64(2*skew))) - skew
		f.instances = append(f.instances, &throttle.Throttle{
			Table: f.injector.Table(m), Now: func() time.Time { return begin.Add(f.at + off) },
			NewID: func() string { f.ids++; return strconv.Itoa(f.ids) },
		})
	}
	return f
}

// inFlight is an attempt whose secret is being looked at.
type inFlight struct {
	instance *throttle.Throttle
	attempt  throttle.Attempt
	right    bool
	until    time.Duration
}

// Fifty instances, a million attempts in six hours, most of them by thirty sources that guess at every moment: nobody guesses more
// often than one instance with a right clock would let them, and whoever knows a password is let in.
func TestFiftyInstancesWithWrongClocksAndAFaultyTableKeepTheLimit(t *testing.T) {
	race.Skip(t, "only slows one goroutine")
	const guessers, people, within = 30, 20, 6 * time.Hour
	f := newFleet(50)
	var flying []inFlight
	checked, asked, signedIn, calls, most := 0, 0, 0, 0, 0
	due := make([]time.Duration, people)
	for range *attempts {
		f.at += within / time.Duration(*attempts)
		for len(flying) > 0 && flying[0].until <= f.at { // a fault here is an answer that says so, after the secret was looked at
			if flying[0].right {
				_ = flying[0].instance.Succeed(t.Context(), flying[0].attempt)
			} else {
				_ = flying[0].instance.Fail(t.Context(), flying[0].attempt)
			}
			flying = flying[1:]
		}
		name, source, right := fmt.Sprint("victim", f.random.IntN(3)), fmt.Sprint("198.51.100.", f.random.IntN(guessers)), false
		for i := range people {
			if f.at >= due[i] { // each every ten minutes, with a typing error now and then
				name, source, right = fmt.Sprint("victim", i), fmt.Sprint("192.0.2.", i), f.random.IntN(10) > 0
				due[i] = f.at + time.Duration(f.random.Int64N(int64(20*time.Minute)))
				break
			}
		}
		instance, before := f.instances[f.random.IntN(len(f.instances))], f.injector.Calls()
		attempt, err := instance.Begin(t.Context(), pseudonyms(), name, source)
		calls += f.injector.Calls() - before
		most = max(most, f.injector.Calls()-before)
		switch {
		case err == nil:
			flying = append(flying, inFlight{instance, attempt, right, f.at + 200*time.Millisecond})
		case !errs.Is(err, errs.RateLimited) && !errors.Is(err, faults.ErrInjected):
			t.Fatal(err)
		}
		if right {
			asked++
		}
		switch {
		case err == nil && right:
			signedIn++
		case err == nil && source[0] == '1' && source[2] == '8':
			checked++
		}
	}
	limit := guessers * min(3*mayCheck(throttle.PerName, within), mayCheck(throttle.PerSource, within))
	t.Logf("%d attempts: %d guesses checked, limit %d; %d of %d signed in; %.2f calls of the table an attempt, at most %d",
		*attempts, checked, limit, signedIn, asked, float64(calls)/float64(*attempts), most)
	if float64(checked) > 1.05*float64(limit) || checked == 0 {
		t.Errorf("%d guesses are checked, want at most %d and 5 %%", checked, limit)
	}
	if float64(signedIn) < 0.95*float64(asked) || asked == 0 {
		t.Errorf("%d of %d who know their password are let in, want at least 95 %%", signedIn, asked)
	}
}
