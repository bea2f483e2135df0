package lambdaevent_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/edge/lambdaevent"
	"github.com/customerai/customerai/shared/errs"
)

func batch(messages ...string) events.SQSEvent {
	var event events.SQSEvent
	for _, message := range messages {
		id, body, _ := strings.Cut(message, "=")
		event.Records = append(event.Records, events.SQSMessage{
			MessageId: id, Body: body, Attributes: map[string]string{"ApproximateReceiveCount": "2"},
		})
	}
	return event
}

// obey does what a message's body says.
func obey(_ context.Context, body string) error {
	switch body {
	case "fail":
		return errs.New(errs.Unavailable, "try again")
	case "panic":
		panic("boom")
	case "runtime panic":
		_ = strings.Split(body, " ")[len(body)]
	}
	return nil
}

func TestTheAnswerIsExactlyTheFailures(t *testing.T) {
	for _, test := range []struct {
		name     string
		messages []string
		want     string
	}{
		{"no messages", nil, `{"batchItemFailures":[]}`},
		{"all done", []string{"a=ok", "b=ok"}, `{"batchItemFailures":[]}`},
		{"one failed", []string{"a=ok", "b=fail", "c=ok"}, `{"batchItemFailures":[{"itemIdentifier":"b"}]}`},
		{"one panicked", []string{"a=panic", "b=ok"}, `{"batchItemFailures":[{"itemIdentifier":"a"}]}`},
		{"a runtime panic", []string{"a=runtime panic", "b=ok"}, `{"batchItemFailures":[{"itemIdentifier":"a"}]}`},
		{"all failed", []string{"a=fail", "b=panic"}, `{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"b"}]}`},
		{"the same message twice, both failed", []string{"a=fail", "a=fail"}, `{"batchItemFailures":[{"itemIdentifier":"a"}]}`},
		{"the same message twice, one failed", []string{"a=ok", "a=fail", "b=ok"}, `{"batchItemFailures":[{"itemIdentifier":"a"}]}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			response, err := lambdaevent.SQS(slog.New(slog.DiscardHandler), obey)(t.Context(), batch(test.messages...))
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(response)
			if err != nil || string(got) != test.want {
				t.Errorf("answer = %s, %v; want %s", got, err, test.want)
			}
		})
	}
}

func TestAFailedMessageWithoutAnIDBringsTheWholeBatchBack(t *testing.T) {
	handle := lambdaevent.SQS(slog.New(slog.DiscardHandler), obey)
	if response, err := handle(t.Context(), batch("=fail", "b=ok")); err == nil {
		t.Errorf("answer = %v, want an error", response)
	}
	if response, err := handle(t.Context(), batch("=ok", "b=fail")); err != nil || len(response.BatchItemFailures) != 1 {
		t.Errorf("answer = %v, %v; want one failure: the message without an id is done", response, err)
	}
}

// Over thousands of batches, duplicate ids included: the ids named are the ids of the messages that failed, each once, in
// order, never empty; every message is handled exactly once; the log has one line for each.
func TestAnyBatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for range 30 { // batches a check
			count := rapid.IntRange(0, 12).Draw(t, "count")
			var messages, want, handled, given []string
			for range count {
				id := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g", "h"}).Draw(t, "id")
				body := rapid.SampledFrom([]string{"ok", "ok", "fail", "panic", "runtime panic"}).Draw(t, "body")
				messages, given = append(messages, id+"="+body), append(given, body)
				if body != "ok" && !slices.Contains(want, id) {
					want = append(want, id)
				}
			}
			var log bytes.Buffer
			response, err := lambdaevent.SQS(slog.New(slog.NewJSONHandler(&log, nil)), func(ctx context.Context, body string) error {
				handled = append(handled, body)
				return obey(ctx, body)
			})(context.Background(), batch(messages...))
			var got []string
			for _, failure := range response.BatchItemFailures {
				got = append(got, failure.ItemIdentifier)
			}
			if err != nil || !slices.Equal(got, want) || response.BatchItemFailures == nil {
				t.Fatalf("%v: failures = %v, %v; want %v", messages, got, err, want)
			}
			if !slices.Equal(handled, given) || strings.Count(log.String(), "\n") != count {
				t.Fatalf("%v: handled %v with log %s, want each once with one line", messages, handled, log.String())
			}
		}
	})
}

func TestWhatThereIsNoTimeForIsGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		var log bytes.Buffer
		handled := 0
		response, err := lambdaevent.SQS(slog.New(slog.NewJSONHandler(&log, nil)), func(ctx context.Context, _ string) error {
			handled++
			select {
			case <-time.After(3 * time.Second):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})(ctx, batch("a=", "b=", "c=", "d=", "e="))
		got := fmt.Sprint(response.BatchItemFailures)
		if want := "[{c} {d} {e}]"; err != nil || got != want || handled != 3 {
			t.Errorf("failures = %s, %v after %d messages; want %s after 3", got, err, handled, want)
		}
		if ctx.Err() != nil {
			t.Error("the answer came after the invocation's end")
		}
		for outcome, want := range map[string]int{"message done": 2, "message failed": 1, "message postponed": 2} {
			if got := strings.Count(log.String(), outcome); got != want {
				t.Errorf("%q in the log = %d times, want %d", outcome, got, want)
			}
		}
	})
}

func TestAMessagesLogLineSaysWhatBecameOfIt(t *testing.T) {
	var log bytes.Buffer
	handle := lambdaevent.SQS(slog.New(slog.NewJSONHandler(&log, nil)), func(_ context.Context, body string) error {
		if body == "good" {
			return nil
		}
		return errs.Wrap(errs.NotFound, "no such batch", errors.New("its-cause"))
	})
	if _, err := handle(t.Context(), batch("a=good", "b=hunter2")); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("log = %q, want two lines", lines)
	}
	for i, want := range []map[string]any{
		{"level": "INFO", "msg": "message done", "messageId": "a", "received": "2", "code": "", "cause": nil},
		{"level": "ERROR", "msg": "message failed", "messageId": "b", "received": "2", "code": "not_found", "cause": "no such batch: its-cause"},
	} {
		var got map[string]any
		if err := json.Unmarshal([]byte(lines[i]), &got); err != nil {
			t.Fatal(err)
		}
		for name, value := range want {
			if got[name] != value {
				t.Errorf("line %d: %s = %v, want %v", i+1, name, got[name], value)
			}
		}
	}
	if strings.Contains(log.String(), "hunter2") {
		t.Error("the log holds a message's body")
	}
}

func TestAnAnswerIsDueBeforeTheInvocationEnds(t *testing.T) {
	end := time.Now().Add(time.Hour)
	ctx, cancel := context.WithDeadline(t.Context(), end)
	defer cancel()
	early := lambdaevent.InTime(func(ctx context.Context, _ string) (time.Time, error) {
		deadline, _ := ctx.Deadline()
		return deadline, nil
	})
	if got, err := early(ctx, ""); err != nil || !got.Equal(end.Add(-500*time.Millisecond)) {
		t.Errorf("deadline = %v before the invocation's, %v; want 500ms", end.Sub(got), err)
	}
	if got, err := early(t.Context(), ""); err != nil || !got.IsZero() {
		t.Errorf("deadline = %v, %v, want none where the invocation has none", got, err)
	}
}
