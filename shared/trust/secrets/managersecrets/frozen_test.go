package managersecrets_test

import (
	"bytes"
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/customerai/customerai/shared/testkit/frozen"
	"github.com/customerai/customerai/shared/testkit/wire"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/secrets/managersecrets"
)

func TestASetIsAsOldAsTheCalendarSaysWhileTheOtherClockStoodStill(t *testing.T) {
	for age, want := range map[time.Duration]int32{secrets.MaxAge - 1: 1, secrets.MaxAge: 2, secrets.MaxStale: 2} {
		text, mark := document(t)
		s, clock := &store{answer: holds(text)}, frozen.New()
		c := config(t, s, new(bytes.Buffer))
		c.Now = clock.Now
		source, err := managersecrets.Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if want > 1 {
			text, mark = document(t)
			s.set(holds(text))
		}
		clock.Freeze(age)
		wantSet(t, source, mark)
		if got := s.requests.Load(); got != want {
			t.Errorf("frozen for %v: got %d requests, want %d", age, got, want)
		}
	}
}

func TestARenewalThatWasFrozenHalfwaySaysNothingAboutTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		text, mark := document(t)
		s := &store{answer: holds(text)}
		var frozen atomic.Int64 // how long, in nanoseconds; timers stand still meanwhile
		c := config(t, s, new(bytes.Buffer))
		c.Now = func() time.Time { return time.Now().Add(time.Duration(frozen.Load())) }
		source, err := managersecrets.Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(secrets.MaxAge)
		s.set(wire.Through) // the connection is dead by the thaw
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if set, err := source.Current(ctx); err != nil || markOf(t, set) != mark {
			t.Errorf("got %v, want the set in use", err)
		}
		time.Sleep(10 * time.Second)
		frozen.Store(int64(2 * secrets.MaxStale))
		text, next := document(t)
		s.set(holds(text))
		wantSet(t, source, next)
		wantRequests(t, s, 3)
	})
}
