package worker_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/customerai/customerai/infra/local/worker"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/queue/memqueue"
)

var function = manifest.Function{
	Name: "analyze-chunk", Timeout: time.Minute,
	Queue: &manifest.QueueTrigger{Name: "chunks", BatchSize: 10, MaxReceiveCount: 3},
}

// serve runs a worker over a queue with the bodies for ten minutes of the bubble's clock.
func serve(t *testing.T, handle worker.Handle, bodies ...string) (*memqueue.Queue, string) {
	t.Helper()
	q := memqueue.New(memqueue.Config{Visibility: time.Minute, MaxReceive: 3, Wait: time.Second, Now: time.Now})
	if err := q.Send(t.Context(), bodies...); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	worker.Run(ctx, worker.Config{
		Queue: q, Function: function, Handle: handle, Concurrency: 2, Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	return q, log.String()
}

func TestEveryMessageIsHandledAndDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		handled := map[string]int{}
		q, _ := serve(t, func(_ context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
			mu.Lock()
			defer mu.Unlock()
			for _, record := range event.Records {
				handled[record.Body]++
			}
			return events.SQSEventResponse{}, nil
		}, "a", "b", "c")
		if q.Len() != 0 || handled["a"] != 1 || handled["b"] != 1 || handled["c"] != 1 {
			t.Errorf("handled %v with %d left, want each once and none left", handled, q.Len())
		}
	})
}

func TestAFailedMessageComesAgainAndItsNeighboursDoNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		handled := map[string]int{}
		q, _ := serve(t, func(_ context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
			mu.Lock()
			defer mu.Unlock()
			var response events.SQSEventResponse
			for _, record := range event.Records {
				handled[record.Body]++
				if record.Body == "poison" {
					response.BatchItemFailures = append(response.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: record.MessageId})
				}
			}
			return response, nil
		}, "good", "poison", "better")
		if handled["good"] != 1 || handled["better"] != 1 || handled["poison"] != 3 {
			t.Errorf("handled %v, want the good ones once and the poison three times", handled)
		}
		if dead := q.DeadLetters(); len(dead) != 1 || dead[0].Body != "poison" {
			t.Errorf("dead letters = %v, want the poison", dead)
		}
	})
}

func TestAnErrorOrAPanicLosesNothing(t *testing.T) {
	for name, handle := range map[string]worker.Handle{
		"error": func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
			return events.SQSEventResponse{}, errors.New("the disk is full")
		},
		"panic": func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) { panic("the disk is full") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q, log := serve(t, handle, "a")
				if dead := q.DeadLetters(); len(dead) != 1 || dead[0].Body != "a" {
					t.Errorf("dead letters = %v, want the message", dead)
				}
				if !strings.Contains(log, "the disk is full") || !strings.Contains(log, "analyze-chunk") {
					t.Errorf("log = %q, want the function and the cause", log)
				}
			})
		})
	}
}

func TestAStopEndsAnInvocationThatDoesNotEndByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := memqueue.New(memqueue.Config{Visibility: time.Hour, Wait: time.Second, Now: time.Now})
		if err := q.Send(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		begin := time.Now()
		handle := func(ctx context.Context, _ events.SQSEvent) (events.SQSEventResponse, error) {
			cancel()
			<-ctx.Done()
			return events.SQSEventResponse{}, ctx.Err()
		}
		worker.Run(ctx, worker.Config{
			Queue: q, Function: function, Handle: handle, Concurrency: 1, Logger: slog.New(slog.DiscardHandler),
		})
		if took := time.Since(begin); took != 5*time.Second || q.Len() != 1 {
			t.Errorf("the stop took %v and left %d messages, want 5s and the one that was not done", took, q.Len())
		}
	})
}
