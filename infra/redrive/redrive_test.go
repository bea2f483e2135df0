package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/storage/queue"
	"github.com/customerai/customerai/shared/storage/queue/memqueue"
)

// always ticks as often as it is asked.
func always(t *testing.T) <-chan time.Time {
	t.Helper()
	pace := make(chan time.Time)
	go func() {
		for {
			select {
			case pace <- time.Time{}:
			case <-t.Context().Done():
				return
			}
		}
	}()
	return pace
}

// clock stands still unless it is moved.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func queues(t *testing.T, messages int) (from, to *memqueue.Queue, c *clock) {
	t.Helper()
	c = &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	config := memqueue.Config{Visibility: time.Minute, Now: c.Now}
	from, to = memqueue.New(config), memqueue.New(config)
	for i := range messages {
		if err := from.Send(t.Context(), fmt.Sprint("message ", i)); err != nil {
			t.Fatal(err)
		}
	}
	return from, to, c
}

// bodies takes everything out of a queue, each body once, in order.
func bodies(t *testing.T, q queue.Queue) []string {
	t.Helper()
	var all []string
	for {
		deliveries, err := q.Receive(t.Context(), queue.MaxBatch)
		if err != nil {
			t.Fatal(err)
		}
		if len(deliveries) == 0 {
			slices.Sort(all)
			return slices.Compact(all)
		}
		for _, delivery := range deliveries {
			all = append(all, delivery.Body)
		}
	}
}

func TestEveryMessageGoesBackAndNoneStays(t *testing.T) {
	from, to, _ := queues(t, 25)
	moved, err := redrive(t.Context(), from, to, always(t), 0)
	if err != nil || moved != 25 || from.Len() != 0 || to.Len() != 25 {
		t.Errorf("moved %d, %v; %d left and %d back, want 25, nil, 0 and 25", moved, err, from.Len(), to.Len())
	}
}

func TestMostBoundsARun(t *testing.T) {
	from, to, _ := queues(t, 25)
	moved, err := redrive(t.Context(), from, to, always(t), 12)
	if err != nil || moved != 12 || from.Len() != 13 || to.Len() != 12 {
		t.Errorf("moved %d, %v; %d left and %d back, want 12, nil, 13 and 12", moved, err, from.Len(), to.Len())
	}
}

func TestNothingIsLostWhereverItDies(t *testing.T) {
	for step := 1; ; step++ {
		from, to, c := queues(t, 3)
		injected := faults.New(faults.Kill(step, faults.After))
		if _, err := redrive(t.Context(), injected.Queue(from), injected.Queue(to), always(t), 0); err == nil {
			if step < 8 {
				t.Fatalf("only %d steps were tried, want every receive, send and delete", step)
			}
			return
		}
		c.now = c.now.Add(time.Hour) // what was received and not deleted is visible again
		if _, err := redrive(t.Context(), from, to, always(t), 0); err != nil {
			t.Fatal(err)
		}
		if got := bodies(t, to); from.Len() != 0 || len(got) != 3 {
			t.Errorf("died at step %d: %d left, %v back, want none and each of 3", step, from.Len(), got)
		}
	}
}

// relapsing is a queue whose messages fail again at once.
type relapsing struct {
	queue.Queue
	dead queue.Queue
}

func (r relapsing) Send(ctx context.Context, bodies ...string) error {
	return r.dead.Send(ctx, bodies...)
}

func TestWhatFailsAgainIsLeftAndDoesNotGoRound(t *testing.T) {
	from, _, _ := queues(t, 25)
	moved, err := redrive(t.Context(), from, relapsing{dead: from}, always(t), 100)
	if err != nil || moved != 25 || from.Len() != 25 {
		t.Errorf("moved %d, %v with %d left, want each of 25 once, and all of them left", moved, err, from.Len())
	}
}

func TestAStopEndsTheRun(t *testing.T) {
	from, to, _ := queues(t, 3)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := redrive(ctx, from, to, make(chan time.Time), 0); err == nil || to.Len() != 0 {
		t.Errorf("redrive = %v with %d back, want the context's error and none", err, to.Len())
	}
}

func TestACommandLineThatCannotBeMeantIsRefused(t *testing.T) {
	for name, args := range map[string][]string{
		"no queues":      {},
		"one queue":      {"-from", "a"},
		"the same queue": {"-from", "a", "-to", "a"},
		"no rate":        {"-from", "a", "-to", "b", "-rate", "0"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := run(t.Context(), args, io.Discard); err == nil || !strings.Contains(err.Error(), "-from") {
				t.Errorf("run = %v, want the way out", err)
			}
		})
	}
}

func TestAMissingRegionAndCredentialsAreNamedTogether(t *testing.T) {
	for _, name := range []string{"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
		t.Setenv(name, "")
	}
	err := run(t.Context(), []string{"-from", "a", "-to", "b"}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "AWS_REGION") || !strings.Contains(err.Error(), "AWS_SECRET_ACCESS_KEY") {
		t.Errorf("run = %v, want every missing setting", err)
	}
}

func TestAQueueThatDoesNotAnswerIsSaid(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) }))
	defer server.Close()
	for name, value := range map[string]string{
		"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_ENDPOINT_URL": server.URL,
	} {
		t.Setenv(name, value)
	}
	var report strings.Builder
	err := run(t.Context(), []string{"-from", server.URL + "/1/dead", "-to", server.URL + "/1/queue"}, &report)
	if err == nil || !strings.Contains(err.Error(), "dead-letter queue") || report.String() != "0 messages sent back\n" {
		t.Errorf("run = %v with report %q, want what failed and how far it came", err, report.String())
	}
}
