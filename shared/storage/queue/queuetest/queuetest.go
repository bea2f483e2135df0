// Package queuetest holds every queue engine to the port's meaning.
//
// Normal use, in the engine's tests:
//
//	queuetest.Run(t, func(t *testing.T) queuetest.Engine { … })
//
// It refuses to ask for more than SQS gives: no order, and no promise that a message comes only once.
package queuetest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/queue"
)

// Engine is an empty queue and what a test needs beside the port.
type Engine struct {
	Queue       queue.Queue
	MaxReceive  int             // deliveries after which a message is given up; at least 2
	Pass        func()          // lets the visibility time of everything received so far pass
	DeadLetters func() []string // the bodies of the messages that were given up
}

// Run runs the suite, each case on an engine of its own.
func Run(t *testing.T, open func(t *testing.T) Engine) {
	for name, check := range map[string]func(*testing.T, Engine){
		"every message sent is received":                                everyMessageSentIsReceived,
		"a received message is hidden, and comes again":                 hiddenThenAgain,
		"a deleted message never comes again":                           deletedForGood,
		"a receipt that a later delivery replaced ends nothing":         oldReceiptIsIgnored,
		"a late receipt of the last delivery still ends the message":    lateReceipt,
		"a receipt nobody gave out is ignored":                          unknownReceipt,
		"a message received too often becomes a dead letter":            deadLetter,
		"a batch with one bad message sends nothing":                    badMessages,
		"a message may be as large as the limit":                        largestMessage,
		"sending nothing succeeds":                                      sendingNothing,
		"a limit outside 1 to MaxBatch is refused":                      limits,
		"a context that has ended ends every call":                      endedContext,
		"several consumers share the messages and none is lost":         concurrentConsumers,
		"any text survives, the empty and the impossible ones excepted": anyText,
	} {
		t.Run(name, func(t *testing.T) { check(t, open(t)) })
	}
}

func everyMessageSentIsReceived(t *testing.T, e Engine) {
	var want []string
	for i := range 25 {
		want = append(want, fmt.Sprintf("message %02d", i))
	}
	send(t, e, want...)
	var got []string
	for _, d := range drain(t, e) {
		got = append(got, d.Body)
		if d.ID == "" || d.Receipt == "" || d.Received < 1 {
			t.Errorf("incomplete delivery %+v", d)
		}
	}
	slices.Sort(got)
	if got := slices.Compact(got); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func limits(t *testing.T, e Engine) {
	for _, limit := range []int{-1, 0, queue.MaxBatch + 1} {
		_, err := e.Queue.Receive(t.Context(), limit)
		if got, want := errs.CodeOf(err), errs.Invalid; got != want {
			t.Errorf("limit %d: got %q, want %q", limit, got, want)
		}
	}
	send(t, e, "a", "b", "c")
	if got, err := e.Queue.Receive(t.Context(), 2); err != nil || len(got) > 2 {
		t.Errorf("got %d deliveries (%v), want at most 2", len(got), err)
	}
}

func endedContext(t *testing.T, e Engine) {
	send(t, e, "kept")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, received := e.Queue.Receive(ctx, 1)
	for name, err := range map[string]error{
		"send":    e.Queue.Send(ctx, "not sent"),
		"receive": received,
		"delete":  e.Queue.Delete(ctx, "1"),
	} {
		if err == nil {
			t.Errorf("%s: got no error, want the context's", name)
		}
	}
	for _, d := range drain(t, e) {
		if d.Body != "kept" {
			t.Errorf("got %q, want the message sent before", d.Body)
		}
	}
}

func concurrentConsumers(t *testing.T, e Engine) {
	const producers, each, consumers = 4, 25, 4
	var producing sync.WaitGroup
	for p := range producers {
		producing.Go(func() {
			for i := range each {
				if err := e.Queue.Send(t.Context(), fmt.Sprintf("%d/%02d", p, i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	var consuming sync.WaitGroup
	var seen sync.Map
	consume := func() {
		for {
			batch, err := e.Queue.Receive(t.Context(), queue.MaxBatch)
			if err != nil || len(batch) == 0 {
				return
			}
			for _, d := range batch {
				seen.Store(d.Body, true)
				if err := e.Queue.Delete(t.Context(), d.Receipt); err != nil {
					t.Error(err)
				}
			}
		}
	}
	for range consumers {
		consuming.Go(consume)
	}
	producing.Wait()
	consuming.Wait()
	consume() // what was sent after the consumers found nothing
	got := 0
	for range seen.Range {
		got++
	}
	if want := producers * each; got != want {
		t.Errorf("got %d different messages, want %d", got, want)
	}
}

func send(t *testing.T, e Engine, bodies ...string) {
	t.Helper()
	if err := e.Queue.Send(t.Context(), bodies...); err != nil {
		t.Fatalf("send: %v", err)
	}
}

func receive(t *testing.T, e Engine) []queue.Delivery {
	t.Helper()
	batch, err := e.Queue.Receive(t.Context(), queue.MaxBatch)
	if err != nil {
		t.Fatalf("receive: %v", err)
	}
	return batch
}

// drain receives until nothing comes.
func drain(t *testing.T, e Engine) (all []queue.Delivery) {
	t.Helper()
	for {
		batch := receive(t, e)
		if len(batch) == 0 {
			return all
		}
		all = append(all, batch...)
	}
}

func remove(t *testing.T, e Engine, receipt string) {
	t.Helper()
	if err := e.Queue.Delete(t.Context(), receipt); err != nil {
		t.Fatalf("delete: %v", err)
	}
}
