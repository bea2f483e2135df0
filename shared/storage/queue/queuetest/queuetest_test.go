package queuetest_test

import (
	"context"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/storage/mutant"
	"github.com/customerai/customerai/shared/storage/queue"
	"github.com/customerai/customerai/shared/storage/queue/memqueue"
	"github.com/customerai/customerai/shared/storage/queue/queuetest"
)

func right(maxReceive int) queuetest.Engine {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	q := memqueue.New(memqueue.Config{Visibility: time.Minute, MaxReceive: maxReceive, Now: func() time.Time { return now }})
	return queuetest.Engine{
		Queue: q, MaxReceive: 3, Pass: func() { now = now.Add(time.Minute) },
		DeadLetters: func() (bodies []string) {
			for _, letter := range q.DeadLetters() {
				bodies = append(bodies, letter.Body)
			}
			return bodies
		},
	}
}

// broken is a right engine with some methods put wrong.
type broken struct {
	queue.Queue
	send    func(ctx context.Context, q queue.Queue, bodies []string) error
	receive func(ctx context.Context, q queue.Queue, limit int) ([]queue.Delivery, error)
	del     func(ctx context.Context, q queue.Queue, receipt string) error
}

func (b broken) Send(ctx context.Context, bodies ...string) error {
	if b.send == nil {
		return b.Queue.Send(ctx, bodies...)
	}
	return b.send(ctx, b.Queue, bodies)
}

func (b broken) Receive(ctx context.Context, limit int) ([]queue.Delivery, error) {
	if b.receive == nil {
		return b.Queue.Receive(ctx, limit)
	}
	return b.receive(ctx, b.Queue, limit)
}

func (b broken) Delete(ctx context.Context, receipt string) error {
	if b.del == nil {
		return b.Queue.Delete(ctx, receipt)
	}
	return b.del(ctx, b.Queue, receipt)
}

var mutants = map[string]broken{
	"messages are sent one by one": {send: func(ctx context.Context, q queue.Queue, bodies []string) error {
		for _, body := range bodies {
			if err := q.Send(ctx, body); err != nil {
				return err
			}
		}
		return nil
	}},
	"the first message of a batch is lost": {send: func(ctx context.Context, q queue.Queue, bodies []string) error {
		return q.Send(ctx, bodies[min(1, len(bodies)):]...)
	}},
	"receiving is deleting": {receive: func(ctx context.Context, q queue.Queue, limit int) ([]queue.Delivery, error) {
		batch, err := q.Receive(ctx, limit)
		for _, d := range batch {
			err = q.Delete(ctx, d.Receipt)
		}
		return batch, err
	}},
	"deliveries are not counted": {receive: func(ctx context.Context, q queue.Queue, limit int) ([]queue.Delivery, error) {
		batch, err := q.Receive(ctx, limit)
		for i := range batch {
			batch[i].Received = 1
		}
		return batch, err
	}},
	"the limit is ignored": {receive: func(ctx context.Context, q queue.Queue, _ int) ([]queue.Delivery, error) {
		return q.Receive(ctx, queue.MaxBatch)
	}},
	"a context that has ended is ignored": {del: func(_ context.Context, q queue.Queue, receipt string) error {
		return q.Delete(context.Background(), receipt)
	}},
	"nothing is ever deleted": {del: func(ctx context.Context, _ queue.Queue, _ string) error { return ctx.Err() }},
}

func TestTheSuiteCatches(t *testing.T) {
	suites := map[string]func(*testing.T){
		"a message is never given up": func(t *testing.T) {
			queuetest.Run(t, func(*testing.T) queuetest.Engine { return right(0) })
		},
		"a message is given up early": func(t *testing.T) {
			queuetest.Run(t, func(*testing.T) queuetest.Engine { return right(2) })
		},
	}
	for name, b := range mutants {
		suites[name] = func(t *testing.T) {
			queuetest.Run(t, func(*testing.T) queuetest.Engine {
				e := right(3)
				b.Queue = e.Queue
				e.Queue = b
				return e
			})
		}
	}
	mutant.Catch(t, suites)
}

func TestARightEnginePasses(t *testing.T) {
	queuetest.Run(t, func(*testing.T) queuetest.Engine { return right(3) })
}
