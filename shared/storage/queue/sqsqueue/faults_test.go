package sqsqueue_test

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/queue"
	"github.com/customerai/customerai/shared/storage/queue/sqsqueue"
	"github.com/customerai/customerai/shared/testkit/emulators"
	"github.com/customerai/customerai/shared/testkit/wire"
)

// batches takes batches of messages and decides about each of them.
type batches struct {
	decide func(round int, body string) (sent bool, code string, senderFault bool)

	mu     sync.Mutex
	rounds int
	sent   []string
	sizes  []int
}

// Do implements aws.HTTPClient as SQS does.
func (b *batches) Do(request *http.Request) (*http.Response, error) {
	content, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	var input struct {
		Entries []struct{ Id, MessageBody string }
	}
	if err := json.Unmarshal(content, &input); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rounds++
	b.sizes = append(b.sizes, len(input.Entries))
	type entry = map[string]any
	successful, failed := []entry{}, []entry{}
	for _, e := range input.Entries {
		switch sent, code, senderFault := b.decide(b.rounds, e.MessageBody); {
		case sent:
			b.sent = append(b.sent, e.MessageBody)
			successful = append(successful, entry{"Id": e.Id, "MessageId": "m" + e.Id, "MD5OfMessageBody": checksum(e.MessageBody)})
		case code != "":
			failed = append(failed, entry{"Id": e.Id, "Code": code, "SenderFault": senderFault})
		}
	}
	body, err := json.Marshal(entry{"Successful": successful, "Failed": failed})
	if err != nil {
		return nil, err
	}
	recorder := httptest.NewRecorder()
	recorder.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_, _ = recorder.Write(body)
	return recorder.Result(), nil
}

// sender returns a queue that reaches b. It is for use in a bubble, where waiting costs nothing.
func sender(t *testing.T, b *batches) *sqsqueue.Queue {
	t.Helper()
	config := emulators.Nowhere(t)
	config.HTTPClient = b
	return sqsqueue.Open(config, "http://127.0.0.1/000000000000/queue")
}

func wantCode(t *testing.T, what string, err error, want errs.Code) {
	t.Helper()
	if got := errs.CodeOf(err); got != want {
		t.Errorf("%s: got %q (%v), want %q", what, got, err, want)
	}
}

func TestWhatABatchLeavesBehindIsSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &batches{decide: func(round int, body string) (bool, string, bool) {
			return body < string(rune('a'+2*round)), map[bool]string{true: "InternalError"}[body != "h"], false // h is not named at all
		}}
		want := strings.Split("abcdefghi", "")
		if err := sender(t, b).Send(t.Context(), want...); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(b.sent, want) {
			t.Errorf("got %q sent, want %q, each once", b.sent, want)
		}
		if want := []int{9, 7, 5, 3, 1}; !slices.Equal(b.sizes, want) {
			t.Errorf("got batches of %d, want %d", b.sizes, want)
		}
	})
}

func TestABatchIsCutByNumberAndBySize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &batches{decide: func(int, string) (bool, string, bool) { return true, "", false }}
		var bodies []string
		for i := range 23 {
			bodies = append(bodies, strconv.Itoa(i))
		}
		half := strings.Repeat("x", queue.MaxBody/2)
		bodies = append(bodies, half, half, half, strings.Repeat("y", queue.MaxBody))
		if err := sender(t, b).Send(t.Context(), bodies...); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(b.sent, bodies) {
			t.Errorf("got %d messages sent, want all %d in order", len(b.sent), len(bodies))
		}
		if want := []int{10, 10, 4, 2, 1}; !slices.Equal(b.sizes, want) {
			t.Errorf("got batches of %d, want %d", b.sizes, want)
		}
	})
}

func TestAMessageThatIsRefusedIsNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &batches{decide: func(_ int, body string) (bool, string, bool) { return body != "bad", "InvalidMessage", true }}
		wantCode(t, "send", sender(t, b).Send(t.Context(), "good", "bad"), errs.Internal)
		if got, want := b.rounds, 1; got != want {
			t.Errorf("got %d rounds, want %d", got, want)
		}
	})
}

func TestAQueueThatTakesNothingIsGivenUp(t *testing.T) {
	for name, code := range map[string]string{"with a reason": "InternalError", "without a word": ""} {
		synctest.Test(t, func(t *testing.T) {
			b := &batches{decide: func(int, string) (bool, string, bool) { return false, code, false }}
			wantCode(t, name, sender(t, b).Send(t.Context(), "x"), errs.Unavailable)
			if got, want := b.rounds, 6; got != want {
				t.Errorf("%s: got %d rounds, want %d", name, got, want)
			}
		})
	}
}

func TestAContextThatEndsBetweenRoundsEndsTheSend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		b := &batches{decide: func(int, string) (bool, string, bool) { cancel(); return false, "InternalError", false }}
		if err := sender(t, b).Send(ctx, "x"); err == nil || b.rounds != 1 {
			t.Errorf("got %v after %d rounds, want the context's error after one", err, b.rounds)
		}
	})
}

func TestTextThatSQSCannotCarryIsRefusedUnsent(t *testing.T) {
	b := &batches{}
	for _, body := range []string{"\x00", "a\x0b", "\xff", "\ufffe", "\uffff", "half \xf0\x9f"} {
		wantCode(t, fmt.Sprintf("%q", body), sender(t, b).Send(t.Context(), "good", body), errs.Invalid)
	}
	if b.rounds != 0 {
		t.Errorf("got %d rounds, want nothing sent", b.rounds)
	}
}

func TestWhatTheServiceSaysBecomesACode(t *testing.T) {
	received := func(count string) wire.Fault {
		return wire.Answer(http.StatusOK, `{"Messages":[{"MessageId":"m","ReceiptHandle":"r","Body":"x","MD5OfBody":"`+checksum("x")+`","Attributes":{`+count+`}}]}`)
	}
	for name, c := range map[string]struct {
		fault wire.Fault
		call  func(*sqsqueue.Queue) error
		want  errs.Code
	}{
		"a send that is throttled":     {wire.Refuse(400, "RequestThrottled"), send, errs.Unavailable},
		"a send to no queue":           {wire.Refuse(400, "QueueDoesNotExist"), send, errs.Unavailable},
		"a send of forbidden text":     {wire.Refuse(400, "InvalidMessageContents"), send, errs.Invalid},
		"a send that is lost":          {wire.Never, send, errs.Unavailable},
		"a receive from a dead host":   {wire.Never, receive, errs.Unavailable},
		"a receive of garbage":         {wire.Answer(200, "garbage"), receive, errs.Unavailable},
		"a delivery without its count": {received(``), receive, errs.Unavailable},
		"a delivery":                   {received(`"ApproximateReceiveCount":"2"`), receive, ""},
		"a delete of an old receipt":   {wire.Refuse(400, "ReceiptHandleIsInvalid"), remove, ""},
		"a delete that is lost":        {wire.Never, remove, errs.Unavailable},
		"a delete without rights":      {wire.Refuse(403, "AccessDenied"), remove, errs.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			config, _ := wire.New(emulators.Nowhere(t), wire.Times(20, c.fault)...)
			config.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
			wantCode(t, name, c.call(sqsqueue.Open(config, "http://127.0.0.1/000000000000/queue").Hurry()), c.want)
		})
	}
}

func send(q *sqsqueue.Queue) error { return q.Send(context.Background(), "x") }

func receive(q *sqsqueue.Queue) error { _, err := q.Receive(context.Background(), 1); return err }

func remove(q *sqsqueue.Queue) error { return q.Delete(context.Background(), "receipt") }

// checksum is what SQS answers about a body, and the client compares.
func checksum(body string) string {
	sum := md5.Sum([]byte(body))
	return hex.EncodeToString(sum[:])
}
