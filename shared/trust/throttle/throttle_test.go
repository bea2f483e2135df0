package throttle_test

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tink-crypto/tink-go/v2/prf"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/trust/throttle"
)

func pseudonyms() prf.Set { return secretstore.Keys().Pseudonyms }

// house is a throttle on a clock that only the test moves.
type house struct {
	*throttle.Throttle
	now   *time.Time
	table *memtable.Table
}

func newHouse() house {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	t := memtable.New(func() time.Time { return now })
	var n atomic.Int64
	return house{&throttle.Throttle{
		Table: t, Now: func() time.Time { return now }, NewID: func() string { return strconv.FormatInt(n.Add(1), 10) },
	}, &now, t}
}

// try makes one attempt and reports whether the secret was looked at.
func (h house) try(t testing.TB, name, source string, right bool) bool {
	t.Helper()
	attempt, err := h.Begin(t.Context(), pseudonyms(), name, source)
	if errs.Is(err, errs.RateLimited) {
		if wait, ok := throttle.RetryAfter(err); !ok || wait <= 0 {
			t.Fatalf("refused without a time to wait: %v", err)
		}
		return false
	}
	if err == nil {
		if right {
			err = h.Succeed(t.Context(), attempt)
		} else {
			err = h.Fail(t.Context(), attempt)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return true
}

func TestAfterFiveFailuresEachWaitIsTwiceAsLong(t *testing.T) {
	h := newHouse()
	for i := range 5 {
		if !h.try(t, "ann", "192.0.2.1", false) {
			t.Fatalf("failure %d is refused", i+1)
		}
	}
	want := time.Second
	for range 12 {
		if !h.try(t, "ann", "192.0.2.1", false) {
			t.Fatal("the attempt after the wait is refused")
		}
		_, err := h.Begin(t.Context(), pseudonyms(), "ann", "192.0.2.1")
		if got, ok := throttle.RetryAfter(err); !ok || got != want {
			t.Fatalf("the wait is %v, want %v", got, want)
		}
		*h.now = h.now.Add(want - time.Nanosecond)
		if h.try(t, "ann", "192.0.2.1", true) {
			t.Fatalf("a nanosecond before %v are over, an attempt is allowed", want)
		}
		*h.now = h.now.Add(time.Nanosecond)
		want = min(2*want, throttle.PerName.Longest)
	}
}

func TestASuccessWipesTheNamesFailuresAndTrustsTheSource(t *testing.T) {
	h := newHouse()
	for range 4 {
		h.try(t, "ann", "192.0.2.1", false)
	}
	if !h.try(t, "ann", "192.0.2.1", true) {
		t.Fatal("the right password is refused")
	}
	injector := faults.New(func(faults.Call) faults.Moment { return faults.Never })
	h.Table = injector.Table(h.table)
	for range 3 {
		h.try(t, "ann", "192.0.2.1", true)
	}
	if got := injector.Calls(); got != 3 {
		t.Errorf("three sign-ins from a trusted source cost %d calls of the table, want 3", got)
	}
	h.Table = h.table
	for i := range 6 {
		if !h.try(t, "ann", "192.0.2.1", false) && i < 5 {
			t.Errorf("failure %d after a success is refused", i+1)
		}
	}
	if h.try(t, "ann", "192.0.2.1", true) {
		t.Error("six failures from a trusted source cost no wait")
	}
}

func TestNobodyIsLockedOutFromAfar(t *testing.T) {
	h := newHouse()
	for source := range 200 {
		for h.try(t, "ann", fmt.Sprintf("198.51.100.%d", source), false) {
			continue
		}
	}
	if !h.try(t, "ann", "192.0.2.1", true) {
		t.Error("ann is refused at a source that never failed")
	}
}

func TestASourceThatTriesManyNamesWaitsForAllButThoseItIsTrustedFor(t *testing.T) {
	h := newHouse()
	if !h.try(t, "ann", "192.0.2.1", true) {
		t.Fatal("ann is refused")
	}
	tried := 0
	for h.try(t, fmt.Sprint("name", tried), "192.0.2.1", false) {
		tried++
	}
	if want := throttle.PerSource.Free + 1; tried != want {
		t.Errorf("%d names could be tried at once, want %d", tried, want)
	}
	if !h.try(t, "ann", "192.0.2.1", true) {
		t.Error("ann, who has signed in there before, is locked out by another machine of her office")
	}
	// Neither a failure and a success of a trusted name, nor time alone before it is over, lets the source go on.
	h.try(t, "ann", "192.0.2.1", false)
	h.try(t, "ann", "192.0.2.1", true)
	if h.try(t, "bob", "192.0.2.1", false) {
		t.Error("an own success buys the source another guess")
	}
	*h.now = h.now.Add(time.Hour)
	if !h.try(t, "bob", "192.0.2.1", true) {
		t.Error("an hour later the source is still refused")
	}
}

func TestFailuresAreForgottenOneByOne(t *testing.T) {
	h := newHouse()
	for range 5 {
		h.try(t, "ann", "192.0.2.1", false)
	}
	*h.now = h.now.Add(2 * throttle.PerName.Forget)
	for i := range 3 {
		if got, want := h.try(t, "ann", "192.0.2.1", false), true; got != want {
			t.Errorf("attempt %d = %v, want %v", i+1, got, want)
		}
	}
	if h.try(t, "ann", "192.0.2.1", false) {
		t.Error("a sixth failure that is not forgotten costs nothing")
	}
}

func TestHoweverManyComeAtOnceNoMoreAreCheckedThanMayBe(t *testing.T) {
	h := newHouse()
	var checked atomic.Int32
	var trying sync.WaitGroup
	for range 64 {
		trying.Go(func() {
			if _, err := h.Begin(t.Context(), pseudonyms(), "ann", "192.0.2.1"); err == nil {
				checked.Add(1)
			}
		})
	}
	trying.Wait()
	if got, most := checked.Load(), int32(throttle.PerName.Free+1); got < 1 || got > most {
		t.Errorf("%d of 64 attempts at once are checked, want 1 to %d", got, most)
	}
}

func TestASourceIsAnAddressOrAnIPv6Network(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::9": "2001:db8:1:2::/64",
		"fe80::1%eth0": "fe80::/64", "": "unknown", "192.0.2.1, 192.0.2.2": "unknown", "localhost": "unknown",
	} {
		if got := throttle.Source(address); got != want {
			t.Errorf("Source(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestWithoutTheTableNothingIsChecked(t *testing.T) {
	for n := 1; n <= 3; n++ {
		h := newHouse()
		h.Table = faults.New(faults.Once(n, faults.Before)).Table(h.table)
		if _, err := h.Begin(t.Context(), pseudonyms(), "ann", "192.0.2.1"); !errors.Is(err, faults.ErrInjected) {
			t.Errorf("call %d: %v, want unavailable", n, err)
		}
	}
	h := newHouse()
	attempt, err := h.Begin(t.Context(), pseudonyms(), "ann", "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	h.Table = faults.New(faults.Once(1, faults.Before)).Table(h.table)
	if err := h.Succeed(t.Context(), attempt); !errors.Is(err, faults.ErrInjected) {
		t.Errorf("Succeed = %v, want unavailable", err)
	}
	h.Table = h.table
	h.try(t, "bob", "192.0.2.2", true)
	if attempt, err = h.Begin(t.Context(), pseudonyms(), "bob", "192.0.2.2"); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 2; n++ {
		h.Table = faults.New(faults.Once(n, faults.Before)).Table(h.table)
		if err := h.Fail(t.Context(), attempt); !errors.Is(err, faults.ErrInjected) {
			t.Errorf("Fail, call %d: %v, want unavailable", n, err)
		}
	}
}
