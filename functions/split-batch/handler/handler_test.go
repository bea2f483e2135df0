package handler_test

import (
	"encoding/json"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/customerai/customerai/functions/split-batch/handler"
	"github.com/customerai/customerai/shared/edge/lambdaevent"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/stores"
)

func noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

func newHandler(t *testing.T) (*handler.Handler, blob.Bucket, *stores.Sent) {
	t.Helper()
	uploads, chunks := stores.Bucket(t), &stores.Sent{}
	return handler.New(handler.Deps{
		Table: memtable.New(noon), Uploads: uploads, Results: stores.Bucket(t), Chunks: chunks, Now: noon,
	}), uploads, chunks
}

func TestTheSampleEventsAreHandled(t *testing.T) {
	for name, test := range map[string]struct {
		key    string // of the upload that the event tells of
		chunks int
	}{
		"announced":  {"main/bat_K7M2QX4TBV6ZLCWZRZDPM4HEZN/messages.csv", 1},
		"dropped":    {"main/my messages.csv", 1},
		"test-event": {"", 0},
	} {
		t.Run(name, func(t *testing.T) {
			h, uploads, chunks := newHandler(t)
			if test.key != "" {
				if _, err := uploads.Write(t.Context(), test.key, strings.NewReader("id,text\n1,a\n"), blob.WriteOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			content, err := os.ReadFile("../../../events/split-batch-" + name + ".json")
			if err != nil {
				t.Fatal(err)
			}
			var event events.SQSEvent
			if err := json.Unmarshal(content, &event); err != nil {
				t.Fatal(err)
			}
			response, err := lambdaevent.SQS(slog.New(slog.DiscardHandler), h.Handle)(t.Context(), event)
			if err != nil || len(response.BatchItemFailures) != 0 {
				t.Errorf("failures = %v, %v, want none", response.BatchItemFailures, err)
			}
			if len(*chunks) != test.chunks {
				t.Errorf("%d chunks, want %d", len(*chunks), test.chunks)
			}
		})
	}
}

func notification(key string) string {
	return `{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"uploads"},"object":{"key":"` + key + `","size":1}}}]}`
}

func TestWhatCannotBeHandledIsRefused(t *testing.T) {
	for name, body := range map[string]string{
		"no notification":             "hello",
		"a key that has no tenant":    notification("messages.csv"),
		"a key with an unfit tenant":  notification("Main%23x/messages.csv"),
		"a key that has no file name": notification("main/---"),
	} {
		t.Run(name, func(t *testing.T) {
			h, _, chunks := newHandler(t)
			if err := h.Handle(t.Context(), body); !errs.Is(err, errs.Invalid) || len(*chunks) != 0 {
				t.Errorf("error = %v with %d chunks, want invalid and none", err, len(*chunks))
			}
		})
	}
}

func TestAnObjectThatIsGoneLeavesNothingToDo(t *testing.T) {
	h, _, chunks := newHandler(t)
	if err := h.Handle(t.Context(), notification("main/gone.csv")); err != nil || len(*chunks) != 0 {
		t.Errorf("error = %v with %d chunks, want neither", err, len(*chunks))
	}
}
