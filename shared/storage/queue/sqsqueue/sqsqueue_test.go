package sqsqueue_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/customerai/customerai/shared/storage/queue"
	"github.com/customerai/customerai/shared/storage/queue/queuetest"
	"github.com/customerai/customerai/shared/storage/queue/sqsqueue"
	"github.com/customerai/customerai/shared/testkit/emulators"
)

const maxReceive = 3

// stage is a queue on the emulator with its dead-letter queue.
type stage struct {
	*sqsqueue.Queue
	t        *testing.T
	client   *sqs.Client
	url      string
	dead     *sqsqueue.Queue
	mu       sync.Mutex
	receipts []string // of everything received
	letters  []string
}

func create(t *testing.T) *stage {
	t.Helper()
	config := emulators.AWS(t)
	s := &stage{t: t, client: sqs.NewFromConfig(config)}
	name := "test-" + rand.Text()
	deadURL, deadARN := s.create(name+"-dead", nil)
	s.url, _ = s.create(name, map[string]string{
		string(types.QueueAttributeNameVisibilityTimeout): "3600", // only Pass ends it
		string(types.QueueAttributeNameRedrivePolicy):     fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%d}`, deadARN, maxReceive),
	})
	s.Queue, s.dead = sqsqueue.Open(config, s.url).Hurry(), sqsqueue.Open(config, deadURL).Hurry()
	return s
}

func (s *stage) create(name string, attributes map[string]string) (url, arn string) {
	s.t.Helper()
	created, err := s.client.CreateQueue(s.t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
	if err != nil {
		s.t.Fatalf("create the queue: %v", err)
	}
	const arnName = types.QueueAttributeNameQueueArn
	got, err := s.client.GetQueueAttributes(s.t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: created.QueueUrl, AttributeNames: []types.QueueAttributeName{arnName},
	})
	if err != nil {
		s.t.Fatalf("describe the queue: %v", err)
	}
	return aws.ToString(created.QueueUrl), got.Attributes[string(arnName)]
}

// Receive notes the receipts, for pass.
func (s *stage) Receive(ctx context.Context, limit int) ([]queue.Delivery, error) {
	deliveries, err := s.Queue.Receive(ctx, limit)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range deliveries {
		s.receipts = append(s.receipts, d.Receipt)
	}
	return deliveries, err
}

// pass makes everything visible that was received. What has been deleted has no visibility to change.
func (s *stage) pass() {
	for _, receipt := range s.receipts {
		_, _ = s.client.ChangeMessageVisibility(s.t.Context(), &sqs.ChangeMessageVisibilityInput{
			QueueUrl: &s.url, ReceiptHandle: &receipt, VisibilityTimeout: 0,
		})
	}
	s.receipts = nil
}

func (s *stage) deadLetters() []string {
	for {
		deliveries, err := s.dead.Receive(s.t.Context(), queue.MaxBatch)
		if err != nil {
			s.t.Fatalf("receive dead letters: %v", err)
		}
		if len(deliveries) == 0 {
			return s.letters
		}
		for _, d := range deliveries {
			s.letters = append(s.letters, d.Body)
			if err := s.dead.Delete(s.t.Context(), d.Receipt); err != nil {
				s.t.Fatalf("delete a dead letter: %v", err)
			}
		}
	}
}

func TestItIsAQueue(t *testing.T) {
	queuetest.Run(t, func(t *testing.T) queuetest.Engine {
		s := create(t)
		return queuetest.Engine{Queue: s, MaxReceive: maxReceive, Pass: s.pass, DeadLetters: s.deadLetters}
	})
}
