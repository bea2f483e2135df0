package e2e_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/customerai/customerai/infra/e2e"
	"github.com/customerai/customerai/infra/local/sample"
	"github.com/customerai/customerai/shared/workflow/batch/ledger"
)

// keepsDeadLetters loses the object of a chunk, so that it cannot be analysed, and finds it again. The chunk comes through
// after its redrive; a message that is no chunk comes back to the dead-letter queue.
func (s *site) keepsDeadLetters(t *testing.T) {
	chunks, deadLetters := s.queue(t, "chunks"), s.queue(t, "chunks-dead-letter")
	// Five deliveries would take five times the half hour that a delivery may last.
	s.hideFor(t, chunks, "1")
	s.trigger(t, "analyze-chunk", false)
	rows, err := io.ReadAll(sample.Messages())
	if err != nil {
		t.Fatal(err)
	}
	name, file := sample.Name+".gz", pack(t, rows)
	pass := s.pass(t, redriven, "")
	id := s.upload(t, pass, name, file)
	eventually(t, time.Minute, "the chunk waits", func() bool { return s.waiting(t, "chunks") == 1 && s.waiting(t, "uploads") == 0 })
	find := s.lose(t, "main/"+id+"/chunks/00000001.gz")
	if _, err := s.queues.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &chunks, MessageBody: aws.String("no chunk")}); err != nil {
		t.Fatal(err)
	}

	messages := s.waiting(t, "chunks") // two, or more where the client tried again to send one whose answer it had missed

	s.trigger(t, "analyze-chunk", true)
	eventually(t, time.Minute, "all messages are dead letters", func() bool {
		return s.waiting(t, "chunks") == 0 && s.waiting(t, "chunks-dead-letter") == messages
	})
	answer := s.call(t, http.MethodGet, "/v1/batches/"+id, "", pass...)
	if d := decode[detail](t, answer, http.StatusOK); d.Status != ledger.InProgress || d.Chunks.Done != 0 {
		t.Errorf("the batch is %s, want it in progress and none of its chunks done", answer)
	}

	find()
	s.redrive(t, deadLetters, chunks, messages)
	s.wantSame(t, s.finished(t, pass, id), analyze(t, name, file))
	eventually(t, time.Minute, "what is no chunk is back", func() bool {
		return s.waiting(t, "chunks") == 0 && s.waiting(t, "chunks-dead-letter") == messages-1
	})
}

// hideFor sets how many seconds a message that was handed out stays hidden.
func (s *site) hideFor(t *testing.T, queue, seconds string) {
	t.Helper()
	_, err := s.queues.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: &queue, Attributes: map[string]string{"VisibilityTimeout": seconds}})
	if err != nil {
		t.Fatal(err)
	}
}

// trigger starts or stops the delivery of a queue's messages to its function.
func (s *site) trigger(t *testing.T, function string, on bool) {
	t.Helper()
	const path = "/2015-03-31/event-source-mappings/"
	services := e2e.Services{Config: s.config}
	text, err := services.REST(t.Context(), "lambda", http.MethodGet, path+"?FunctionName="+s.stack.Name+"-"+function, nil)
	if err != nil {
		t.Fatal(err)
	}
	listed := decode[struct{ EventSourceMappings []struct{ UUID string } }](t, response{Status: http.StatusOK, Body: text}, http.StatusOK)
	if len(listed.EventSourceMappings) != 1 {
		t.Fatalf("%s has the triggers %s, want one", function, text)
	}
	change := fmt.Appendf(nil, `{"Enabled":%t}`, on)
	if _, err := services.REST(t.Context(), "lambda", http.MethodPut, path+listed.EventSourceMappings[0].UUID, change); err != nil {
		t.Fatal(err)
	}
}

// lose removes an object from the results bucket and returns what puts it back.
func (s *site) lose(t *testing.T, key string) (find func()) {
	t.Helper()
	bucket, content := s.stack.Outputs["ResultsBucket"], s.object(t, key)
	if _, err := s.buckets.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &bucket, Key: &key}); err != nil {
		t.Fatal(err)
	}
	return func() {
		if _, err := s.buckets.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(content)}); err != nil {
			t.Fatal(err)
		}
	}
}

// redrive runs the operators' command. It has to be told how many messages there are: here a message that fails again is a
// dead letter again before the command has seen the queue empty.
func (s *site) redrive(t *testing.T, from, to string, most int) {
	t.Helper()
	credentials, err := s.config.Credentials.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	output, err := goRun(t.Context(), root, []string{
		"AWS_ENDPOINT_URL=" + *s.config.BaseEndpoint, "AWS_REGION=" + s.config.Region,
		"AWS_ACCESS_KEY_ID=" + credentials.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + credentials.SecretAccessKey,
	}, "./infra/redrive", "-from", from, "-to", to, "-most", strconv.Itoa(most))
	if want := fmt.Sprint(most, " messages sent back"); err != nil || !strings.Contains(output, want) {
		t.Fatalf("redrive = %q, %v, want %q", output, err, want)
	}
}
