// Package worker does on a laptop what the Lambda service does between a queue and its function.
//
// Normal use: one Run per queue, for as long as the process serves.
//
//	go worker.Run(ctx, worker.Config{Queue: chunks, Function: function, Handle: analyzeChunk, Concurrency: 2, Logger: logger})
//
// It refuses to lose a message: only what the function reported as done is deleted; the rest comes again when its
// visibility time is over, and goes to the dead-letter queue in the end.
package worker

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/queue"
)

// Handle is the shape of a function that a queue starts.
type Handle func(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error)

// Config says what to run. Every field is required.
type Config struct {
	Queue       queue.Queue
	Function    manifest.Function
	Handle      Handle
	Concurrency int // invocations at a time
	Logger      *slog.Logger
}

// retryAfter is the pause after the queue itself did not answer.
const retryAfter = time.Second

// stopWithin is how long an invocation may go on after the process was asked to stop.
const stopWithin = 5 * time.Second

// Run receives and invokes until ctx ends, and returns when the last invocation has.
func Run(ctx context.Context, config Config) {
	var workers sync.WaitGroup
	for range config.Concurrency {
		workers.Go(func() {
			for ctx.Err() == nil {
				if err := config.once(ctx); err != nil && ctx.Err() == nil {
					config.Logger.ErrorContext(ctx, "queue", slog.String("function", config.Function.Name), slog.Any("error", err))
					wait(ctx, retryAfter)
				}
			}
		})
	}
	workers.Wait()
}

// once receives one batch, invokes the function with it and deletes what is done.
func (c Config) once(ctx context.Context) error {
	deliveries, err := c.Queue.Receive(ctx, c.Function.Queue.BatchSize)
	if err != nil {
		return fmt.Errorf("receive: %w", err)
	}
	if len(deliveries) == 0 {
		return nil
	}
	// An invocation that has begun may finish although the process is asked to stop, if it is soon: what it leaves comes again.
	invocation, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.Function.Timeout)
	defer cancel()
	forget := context.AfterFunc(ctx, func() {
		wait(invocation, stopWithin)
		cancel()
	})
	defer forget()
	failed, err := c.invoke(invocation, deliveries)
	if err != nil {
		return fmt.Errorf("invoke: %w", err)
	}
	for _, delivery := range deliveries {
		if slices.Contains(failed, delivery.ID) {
			continue
		}
		if err := c.Queue.Delete(invocation, delivery.Receipt); err != nil {
			return fmt.Errorf("delete message %s: %w", delivery.ID, err)
		}
	}
	return nil
}

// invoke returns the ids of the messages that are not done. An error or a panic of the function means all of them.
func (c Config) invoke(ctx context.Context, deliveries []queue.Delivery) (failed []string, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	var event events.SQSEvent
	for _, delivery := range deliveries {
		event.Records = append(event.Records, events.SQSMessage{
			MessageId:     delivery.ID,
			ReceiptHandle: delivery.Receipt,
			Body:          delivery.Body,
			EventSource:   "aws:sqs",
			Attributes:    map[string]string{"ApproximateReceiveCount": strconv.Itoa(delivery.Received)},
		})
	}
	response, err := c.Handle(ctx, event)
	if err != nil {
		return nil, err
	}
	for _, failure := range response.BatchItemFailures {
		failed = append(failed, failure.ItemIdentifier)
	}
	return failed, nil
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
