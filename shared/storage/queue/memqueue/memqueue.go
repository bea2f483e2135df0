// Package memqueue is the queue engine in memory: for tests, and for the one process of a laptop, where what was not
// finished is found again by its producer.
//
// Normal use:
//
//	q := memqueue.New(memqueue.Config{Visibility: time.Minute, MaxReceive: 5, Wait: 20 * time.Second, Now: time.Now})
//
// A test gives a clock that it moves by hand and no Wait; then nothing here ever sleeps. With Disorder the queue does
// what SQS says it may and rarely shows: every message comes twice, and all of them in random order.
//
// It refuses to keep anything after the process.
package memqueue

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/queue"
)

// Config says how a queue behaves.
type Config struct {
	Visibility time.Duration    // how long a received message is hidden
	MaxReceive int              // deliveries after which a message goes to the dead letters; 0 for no such limit
	Wait       time.Duration    // how long a Receive waits for a first message; 0 for not at all
	Now        func() time.Time // must move with real time where Wait is used
	Disorder   *rand.Rand       // deliver everything twice and shuffled; nil for neither
}

// Queue is a queue.Queue in memory. Make it with New.
type Queue struct {
	config Config

	mu      sync.Mutex
	waiting []*message // sent, not deleted, not dead; hundreds at most, so every call may look at all of them
	dead    []*message
	last    int           // the number of the newest message or receipt
	sent    chan struct{} // closed and replaced by every Send
}

type message struct {
	id       string
	body     string
	receipt  string // of the last delivery; "" before the first
	received int
	visible  time.Time // from when it can be received
}

// New returns an empty queue.
func New(config Config) *Queue {
	return &Queue{config: config, sent: make(chan struct{})}
}

// Send implements queue.Queue.
func (q *Queue) Send(ctx context.Context, bodies ...string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for i, body := range bodies {
		switch {
		case body == "":
			return errs.New(errs.Invalid, fmt.Sprintf("message %d is empty", i))
		case len(body) > queue.MaxBody:
			return errs.New(errs.TooLarge, fmt.Sprintf("message %d has more than %d bytes", i, queue.MaxBody))
		}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, body := range bodies {
		first := message{id: q.number(), body: body}
		q.waiting = append(q.waiting, &first)
		if q.config.Disorder != nil {
			second := first // with receipts of its own, so that deleting the one leaves the other
			q.waiting = append(q.waiting, &second)
		}
	}
	close(q.sent)
	q.sent = make(chan struct{})
	return nil
}

// Receive implements queue.Queue.
func (q *Queue) Receive(ctx context.Context, limit int) ([]queue.Delivery, error) {
	if limit < 1 || limit > queue.MaxBatch {
		return nil, errs.New(errs.Invalid, fmt.Sprintf("the limit must be from 1 to %d", queue.MaxBatch))
	}
	deadline := q.config.Now().Add(q.config.Wait)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		now := q.config.Now()
		deliveries, next, sent := q.take(limit, now)
		if len(deliveries) > 0 || !now.Before(deadline) {
			return deliveries, nil
		}
		if next.IsZero() || next.After(deadline) {
			next = deadline
		}
		timer := time.NewTimer(next.Sub(now))
		select {
		case <-ctx.Done():
		case <-sent:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// take delivers what is visible. When nothing is, it says when a hidden message will be (zero for none), and returns a
// channel that the next Send closes.
func (q *Queue) take(limit int, now time.Time) (deliveries []queue.Delivery, next time.Time, sent <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.config.Disorder != nil {
		q.config.Disorder.Shuffle(len(q.waiting), func(i, j int) { q.waiting[i], q.waiting[j] = q.waiting[j], q.waiting[i] })
	}
	q.waiting = slices.DeleteFunc(q.waiting, func(m *message) bool {
		spent := q.config.MaxReceive > 0 && m.received >= q.config.MaxReceive && !now.Before(m.visible)
		if spent {
			q.dead = append(q.dead, m)
		}
		return spent
	})
	for _, m := range q.waiting {
		switch {
		case now.Before(m.visible):
			if next.IsZero() || m.visible.Before(next) {
				next = m.visible
			}
		case len(deliveries) < limit:
			m.received++
			m.receipt = q.number()
			m.visible = now.Add(q.config.Visibility)
			deliveries = append(deliveries, m.delivery())
		}
	}
	return deliveries, next, q.sent
}

// Delete implements queue.Queue. As on SQS, the receipt of the last delivery ends a message even when its visibility
// time has passed, unless it was delivered again.
func (q *Queue) Delete(ctx context.Context, receipt string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = slices.DeleteFunc(q.waiting, func(m *message) bool { return m.receipt != "" && m.receipt == receipt })
	return nil
}

// DeadLetters returns the messages that were received too often, in the order in which they were given up.
func (q *Queue) DeadLetters() []queue.Delivery {
	q.mu.Lock()
	defer q.mu.Unlock()
	letters := make([]queue.Delivery, 0, len(q.dead))
	for _, m := range q.dead {
		letters = append(letters, m.delivery())
	}
	return letters
}

// Len returns how many messages are neither deleted nor dead, hidden ones included.
func (q *Queue) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting)
}

func (m *message) delivery() queue.Delivery {
	return queue.Delivery{ID: m.id, Receipt: m.receipt, Body: m.body, Received: m.received}
}

func (q *Queue) number() string {
	q.last++
	return strconv.Itoa(q.last)
}
