package memqueue_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/customerai/customerai/shared/storage/queue"
	"github.com/customerai/customerai/shared/storage/queue/memqueue"
	"github.com/customerai/customerai/shared/storage/queue/queuetest"
)

const visibility = 30 * time.Second

// clock is moved by hand.
type clock struct{ offset atomic.Int64 }

func (c *clock) now() time.Time {
	return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(c.offset.Load()))
}

func (c *clock) step(d time.Duration) { c.offset.Add(int64(d)) }

func engine(disorder *rand.Rand) queuetest.Engine {
	var c clock
	q := memqueue.New(memqueue.Config{Visibility: visibility, MaxReceive: 3, Now: c.now, Disorder: disorder})
	return queuetest.Engine{
		Queue:      q,
		MaxReceive: 3,
		Pass:       func() { c.step(visibility) },
		DeadLetters: func() (bodies []string) {
			for _, letter := range q.DeadLetters() {
				bodies = append(bodies, letter.Body)
			}
			return bodies
		},
	}
}

func TestConformance(t *testing.T) {
	queuetest.Run(t, func(*testing.T) queuetest.Engine { return engine(nil) })
}

func TestConformanceInDisorder(t *testing.T) {
	queuetest.Run(t, func(*testing.T) queuetest.Engine { return engine(rand.New(rand.NewPCG(1, 2))) })
}

func TestDisorderDeliversEveryMessageTwiceAndNotInOrder(t *testing.T) {
	e := engine(rand.New(rand.NewPCG(3, 4)))
	sent := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	if err := e.Queue.Send(t.Context(), sent...); err != nil {
		t.Fatal(err)
	}
	var bodies []string
	ids := make(map[string]int)
	for {
		batch, err := e.Queue.Receive(t.Context(), 3)
		if err != nil {
			t.Fatal(err)
		}
		if len(batch) == 0 {
			break
		}
		for _, d := range batch {
			bodies = append(bodies, d.Body)
			ids[d.ID]++
			if err := e.Queue.Delete(t.Context(), d.Receipt); err != nil {
				t.Fatal(err)
			}
		}
	}
	if slices.IsSorted(bodies) {
		t.Errorf("got %q, want a shuffled order", bodies)
	}
	if len(ids) != len(sent) || len(bodies) != 2*len(sent) {
		t.Errorf("got %d messages in %d deliveries, want %d in twice as many", len(ids), len(bodies), len(sent))
	}
}

func TestAWaitingReceiveGetsTheMessageAtTheMomentItIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := memqueue.New(memqueue.Config{Visibility: visibility, Wait: 20 * time.Second, Now: time.Now})
		start := time.Now()
		go func() {
			time.Sleep(7 * time.Second) // of the bubble's clock
			if err := q.Send(t.Context(), "late"); err != nil {
				t.Error(err)
			}
		}()
		got, err := q.Receive(t.Context(), 1)
		if err != nil || len(got) != 1 {
			t.Fatalf("got %v, %v, want the message", got, err)
		}
		if got, want := time.Since(start), 7*time.Second; got != want {
			t.Errorf("waited %v, want %v", got, want)
		}
	})
}

func TestAWaitingReceiveGetsAHiddenMessageWhenItIsVisibleAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := memqueue.New(memqueue.Config{Visibility: 5 * time.Second, Wait: 20 * time.Second, Now: time.Now})
		if err := q.Send(t.Context(), "again"); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		for n := 1; n <= 2; n++ {
			got, err := q.Receive(t.Context(), 1)
			if err != nil || len(got) != 1 || got[0].Received != n {
				t.Fatalf("got %v, %v, want delivery %d", got, err, n)
			}
		}
		if got, want := time.Since(start), 5*time.Second; got != want {
			t.Errorf("waited %v, want %v", got, want)
		}
	})
}

func TestAReceiveWithoutMessagesEndsAfterItsWaitOrWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := memqueue.New(memqueue.Config{Visibility: visibility, Wait: 20 * time.Second, Now: time.Now})
		start := time.Now()
		if got, err := q.Receive(t.Context(), 1); err != nil || len(got) != 0 {
			t.Errorf("got %v, %v, want nothing", got, err)
		}
		if got, want := time.Since(start), 20*time.Second; got != want {
			t.Errorf("waited %v, want %v", got, want)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if _, err := q.Receive(ctx, 1); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the context's error", err)
		}
		if got, want := time.Since(start), 23*time.Second; got != want {
			t.Errorf("waited %v, want %v", got, want)
		}
	})
}

func TestWithoutALimitAMessageIsNeverGivenUp(t *testing.T) {
	var c clock
	q := memqueue.New(memqueue.Config{Visibility: visibility, Now: c.now})
	if err := q.Send(t.Context(), "stubborn"); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 100; n++ {
		got, err := q.Receive(t.Context(), queue.MaxBatch)
		if err != nil || len(got) != 1 || got[0].Received != n {
			t.Fatalf("got %v, %v, want delivery %d", got, err, n)
		}
		c.step(visibility)
	}
	if got, want := q.Len(), 1; got != want {
		t.Errorf("got %d messages, want %d", got, want)
	}
}
