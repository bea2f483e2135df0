// Package queue hands work from one function to another, at least once and in no particular order.
//
// Normal use: producers Send; on AWS the Lambda service receives for the consumer, on a laptop infra/local does, and both
// end in the same handler.
//
// Engines live below this folder (memqueue, sqsqueue) and pass queuetest.Run.
//
// It refuses to promise more than SQS does: a message may come twice, late, or out of order. Consumers are idempotent.
package queue

import "context"

// Limits of every engine, taken from SQS.
const (
	MaxBody  = 1 << 20 // bytes of one message
	MaxBatch = 10      // messages a Receive returns
)

// Delivery is one message handed to a consumer. Until Delete it comes again once its visibility time has passed.
type Delivery struct {
	ID       string // the same for every delivery of a message
	Receipt  string // of this delivery
	Body     string
	Received int // how often it was delivered, this time included
}

// Queue carries messages. It is safe for concurrent use. Every method may return errs.Unavailable and the context's error.
type Queue interface {
	// Send adds every body, any number of them; errs.Invalid for an empty body, errs.TooLarge over MaxBody, and then
	// nothing is sent. After errs.Unavailable some may have been sent: repeat them all.
	Send(ctx context.Context, bodies ...string) error

	// Receive returns up to limit visible messages and hides them for the queue's visibility time; errs.Invalid for a limit
	// outside 1 to MaxBatch. It may wait a while for the first and may return none. A message received more often than the
	// queue allows goes to the dead-letter queue.
	Receive(ctx context.Context, limit int) ([]Delivery, error)

	// Delete ends a message. A receipt that is no longer valid is ignored.
	Delete(ctx context.Context, receipt string) error
}
