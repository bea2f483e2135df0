package sqsqueue

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/queue"
)

// maxRounds is how often the messages that a batch left behind are tried, as often as the client tries a request.
const maxRounds = 6

// Send implements queue.Queue. Every body is looked at before the first is sent.
func (q *Queue) Send(ctx context.Context, bodies ...string) error {
	for i, body := range bodies {
		if err := check(body); err != nil {
			return fmt.Errorf("message %d: %w", i, err)
		}
	}
	for batch := range batches(bodies) {
		if err := q.sendBatch(ctx, batch); err != nil {
			return fmt.Errorf("send messages: %w", err)
		}
	}
	return ctx.Err()
}

const invalidText = "the message must be UTF-8 without control characters other than tab and line ends"

func check(body string) error {
	switch {
	case body == "":
		return errs.New(errs.Invalid, "the message is empty")
	case len(body) > queue.MaxBody:
		return errs.New(errs.TooLarge, fmt.Sprintf("the message must have at most %d bytes", queue.MaxBody))
	case !utf8.ValidString(body) || strings.ContainsFunc(body, isForbidden):
		return errs.New(errs.Invalid, invalidText)
	}
	return nil
}

// isForbidden reports whether a character is none of XML 1.0's, section 2.2, which are the ones that SQS carries.
func isForbidden(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff
}

// batches cuts bodies into as many as fit one request: MaxBatch of them, and MaxBody bytes together.
func batches(bodies []string) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		for len(bodies) > 0 {
			n, size := 0, 0
			for n < min(len(bodies), queue.MaxBatch) && size+len(bodies[n]) <= queue.MaxBody {
				size += len(bodies[n])
				n++
			}
			if !yield(bodies[:n]) {
				return
			}
			bodies = bodies[n:]
		}
	}
}

// sendBatch sends one batch, and what SQS left behind of it again.
func (q *Queue) sendBatch(ctx context.Context, bodies []string) error {
	for round := 0; ; round++ {
		entries := make([]types.SendMessageBatchRequestEntry, len(bodies))
		for i := range bodies {
			entries[i] = types.SendMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), MessageBody: &bodies[i]}
		}
		output, err := q.client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: q.url, Entries: entries})
		if err != nil {
			return explain(ctx, err)
		}
		left, err := leftBehind(bodies, output)
		if err == nil && len(left) == 0 {
			return nil
		}
		if err != nil && !errs.Is(err, errs.Unavailable) || round == maxRounds-1 {
			return err
		}
		delay, _ := q.delay(round, err) // the policy gives no error
		if err := wait(ctx, delay); err != nil {
			return err
		}
		bodies = left
	}
}

// leftBehind returns the bodies that were not sent and why. Whatever the answer does not name as sent was not.
func leftBehind(bodies []string, output *sqs.SendMessageBatchOutput) (left []string, err error) {
	sent := map[string]bool{}
	for _, entry := range output.Successful {
		sent[aws.ToString(entry.Id)] = true
	}
	for i, body := range bodies {
		if !sent[strconv.Itoa(i)] {
			left = append(left, body)
		}
	}
	for _, entry := range output.Failed {
		cause := errors.New(aws.ToString(entry.Code))
		if entry.SenderFault {
			return left, fmt.Errorf("message refused: %w", cause) // repeating it will not help
		}
		err = errs.Wrap(errs.Unavailable, "the queue did not take every message", cause)
	}
	if len(left) > 0 && err == nil {
		err = errs.New(errs.Unavailable, "the queue did not answer for every message")
	}
	return left, err
}

func wait(ctx context.Context, delay time.Duration) error {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
