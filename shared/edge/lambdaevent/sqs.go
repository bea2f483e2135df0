// Package lambdaevent runs the functions that are not called over HTTP: queues, S3 notifications, schedules.
//
// Normal use, in a function's main:
//
//	lambdaevent.Start(lambdaevent.SQS(logger, handler.Handle))
//
// A batch from SQS is answered with exactly the messages that failed, so that the others are not delivered again. The
// loop stops in time before the invocation's end and gives the rest back.
//
// It refuses to let one message harm another: a panic costs the message that caused it.
package lambdaevent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/customerai/customerai/shared/errs"
)

// Margin is how long before the invocation's deadline the work on messages ends, so that the answer still gets out.
const Margin = 2 * time.Second

// Start serves invocations until the environment is shut down.
func Start[E, R any](handle func(context.Context, E) (R, error)) { lambda.Start(handle) }

// answerTime is what InTime keeps back: there is only an answer to give, and the functions have seconds, not minutes.
const answerTime = 500 * time.Millisecond

// InTime returns handle with a context that ends before the invocation does, so that what it then says is heard. At the
// invocation's own end the platform has ended the process.
func InTime[E, R any](handle func(context.Context, E) (R, error)) func(context.Context, E) (R, error) {
	return func(ctx context.Context, event E) (R, error) {
		if end, ok := ctx.Deadline(); ok {
			var cancel context.CancelFunc
			ctx, cancel = context.WithDeadline(ctx, end.Add(-answerTime))
			defer cancel()
		}
		return handle(ctx, event)
	}
}

// outcome is what became of a message. It is the message of its log line.
type outcome string

const (
	done      outcome = "message done"
	failed    outcome = "message failed"    // comes again, or goes to the dead-letter queue
	postponed outcome = "message postponed" // there was no time for it; it comes again
)

// SQS returns the handler of a queue. It calls handle for one message after the other, in the batch's order, with a
// context that ends Margin before the invocation does.
func SQS(logger *slog.Logger, handle func(ctx context.Context, body string) error) func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	return func(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
		work := ctx
		if end, ok := ctx.Deadline(); ok {
			var cancel context.CancelFunc
			work, cancel = context.WithDeadline(ctx, end.Add(-Margin))
			defer cancel()
		}
		var failures failureSet
		for i := range event.Records {
			message := &event.Records[i]
			if one(work, logger, message, handle) != done {
				failures.add(message.MessageId)
			}
		}
		return failures.response()
	}
}

// one handles one message and writes its log line.
func one(ctx context.Context, logger *slog.Logger, message *events.SQSMessage, handle func(context.Context, string) error) outcome {
	start := time.Now()
	result, level, err := done, slog.LevelInfo, ctx.Err()
	switch {
	case err != nil:
		result, level = postponed, slog.LevelWarn
	default:
		if err = contained(ctx, message.Body, handle); err != nil {
			result, level = failed, slog.LevelError
		}
	}
	attributes := []slog.Attr{
		slog.String("messageId", message.MessageId),
		slog.String("received", message.Attributes["ApproximateReceiveCount"]),
		slog.Float64("durationMs", float64(time.Since(start).Microseconds())/1000),
		slog.String("code", string(errs.CodeOf(err))),
	}
	if err != nil {
		attributes = append(attributes, slog.String("cause", err.Error()))
	}
	logger.LogAttrs(ctx, level, string(result), attributes...)
	return result
}

// contained turns a panic into an error.
func contained(ctx context.Context, body string, handle func(context.Context, string) error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("panic: %v\n%s", value, debug.Stack())
		}
	}()
	return handle(ctx, body)
}

// failureSet collects the ids of the messages to deliver again, each once, in the order of the batch.
type failureSet struct {
	items   []events.SQSBatchItemFailure
	seen    map[string]bool
	unnamed bool // a message without an id failed
}

func (f *failureSet) add(id string) {
	if id == "" {
		f.unnamed = true
		return
	}
	if f.seen == nil {
		f.seen = map[string]bool{}
	}
	if !f.seen[id] {
		f.seen[id] = true
		f.items = append(f.items, events.SQSBatchItemFailure{ItemIdentifier: id})
	}
}

// response names the failures. An empty id would make the service deliver everything again without saying why; a message
// that has none can only come again with the whole batch, and that is an error.
func (f *failureSet) response() (events.SQSEventResponse, error) {
	if f.unnamed {
		return events.SQSEventResponse{}, errors.New("answer the batch: a message that failed has no id")
	}
	if f.items == nil {
		f.items = []events.SQSBatchItemFailure{} // [] and not null
	}
	return events.SQSEventResponse{BatchItemFailures: f.items}, nil
}
