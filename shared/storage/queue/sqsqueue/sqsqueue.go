// Package sqsqueue is the queue engine on AWS: one SQS standard queue.
//
// Normal use, in the main of a function that sends; opening makes no request:
//
//	chunks := sqsqueue.Open(config, url)
//	err := chunks.Send(ctx, bodies...)
//
// On AWS the Lambda service receives and deletes; Receive and Delete serve tools that look into a queue or redrive one.
// How long a message stays hidden, and after how many deliveries it goes to the dead-letter queue, is set on the queue.
//
// It refuses text that SQS cannot carry: XML's forbidden characters, and bytes that are not UTF-8.
package sqsqueue

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/queue"
)

// Queue is a queue.Queue on SQS. Make it with Open.
type Queue struct {
	client *sqs.Client
	url    *string
	wait   time.Duration // for a first message
	delay  func(attempt int, err error) (time.Duration, error)
}

// Open returns the queue at that URL. The configuration's retryer decides how often and how long a request is repeated,
// and the messages that a batch left behind.
func Open(config aws.Config, url string) *Queue {
	client := sqs.NewFromConfig(config)
	return &Queue{client: client, url: aws.String(url), wait: pollWait, delay: client.Options().Retryer.RetryDelay}
}

// pollWait is how long a receive waits for a first message, the longest that SQS lets it.
const pollWait = 20 * time.Second

// Receive implements queue.Queue.
func (q *Queue) Receive(ctx context.Context, limit int) ([]queue.Delivery, error) {
	if limit < 1 || limit > queue.MaxBatch {
		return nil, errs.New(errs.Invalid, fmt.Sprintf("the limit must be 1 to %d", queue.MaxBatch))
	}
	output, err := q.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: q.url, MaxNumberOfMessages: int32(limit),
		WaitTimeSeconds:             int32(q.wait / time.Second), //nolint:gosec // at most pollWait
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameApproximateReceiveCount},
	})
	if err != nil {
		return nil, fmt.Errorf("receive messages: %w", explain(ctx, err))
	}
	deliveries := make([]queue.Delivery, 0, len(output.Messages))
	for _, m := range output.Messages {
		received, err := strconv.Atoi(m.Attributes[string(types.MessageSystemAttributeNameApproximateReceiveCount)])
		if err != nil {
			return nil, errs.Wrap(errs.Unavailable, "a received message does not tell how often it was delivered", err)
		}
		deliveries = append(deliveries, queue.Delivery{
			ID: aws.ToString(m.MessageId), Receipt: aws.ToString(m.ReceiptHandle), Body: aws.ToString(m.Body), Received: received,
		})
	}
	return deliveries, nil
}

// Delete implements queue.Queue.
func (q *Queue) Delete(ctx context.Context, receipt string) error {
	if receipt == "" {
		return ctx.Err()
	}
	_, err := q.client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: q.url, ReceiptHandle: &receipt})
	if err == nil || isStale(err) {
		return nil
	}
	return fmt.Errorf("delete message: %w", explain(ctx, err))
}

// isStale reports whether a receipt is no longer valid, or never was.
func isStale(err error) bool {
	e, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return false
	}
	switch e.ErrorCode() {
	case "ReceiptHandleIsInvalid", "InvalidParameterValue", "InvalidParameterValueException", "InvalidIdFormat":
		return true
	}
	return false
}

// explain gives an error of the client a code. The context's own is passed through.
func explain(ctx context.Context, err error) error {
	if ended := ctx.Err(); ended != nil {
		return errors.Join(ended, err)
	}
	if e, ok := errors.AsType[smithy.APIError](err); ok && e.ErrorCode() == "InvalidMessageContents" {
		return errs.Wrap(errs.Invalid, invalidText, err)
	}
	return errs.Wrap(errs.Unavailable, "the queue did not answer", err)
}
