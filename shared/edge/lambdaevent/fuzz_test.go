package lambdaevent_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/customerai/customerai/shared/edge/lambdaevent"
	"github.com/customerai/customerai/shared/errs"
)

// FuzzSQS: whatever the event, the answer names each message that failed, and no other.
func FuzzSQS(f *testing.F) {
	for _, event := range []events.SQSEvent{batch(), batch("a=ok", "b=fail", "c=panic"), batch("a=ok", "a=fail"), batch("=fail")} {
		raw, err := json.Marshal(event)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte(`{"Records":[{}]}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var event events.SQSEvent
		if json.Unmarshal(raw, &event) != nil {
			return // the runtime refuses it
		}
		response, err := lambdaevent.SQS(slog.New(slog.DiscardHandler), obey)(context.Background(), event)
		want, unnamed := map[string]bool{}, false
		for _, message := range event.Records {
			if message.Body == "fail" || strings.HasSuffix(message.Body, "panic") && strings.Trim(message.Body, "runtime ") == "panic" {
				want[message.MessageId] = true
				unnamed = unnamed || message.MessageId == ""
			}
		}
		if (err != nil) != unnamed {
			t.Fatalf("error = %v, want one if a message without an id failed: %t", err, unnamed)
		}
		if err == nil && len(response.BatchItemFailures) != len(want) {
			t.Errorf("failures = %v, want %v", response.BatchItemFailures, want)
		}
		for _, failure := range response.BatchItemFailures {
			if !want[failure.ItemIdentifier] {
				t.Errorf("%q is named, want only %v", failure.ItemIdentifier, want)
			}
		}
	})
}

// FuzzSchedule: a run is told the moment that its event names, or there is none.
func FuzzSchedule(f *testing.F) {
	f.Add([]byte(`{"detail-type":"Scheduled Event","time":"2026-03-01T12:00:00Z"}`))
	f.Add([]byte(`{"detail-type":"Scheduled Event","time":"2026-03-01T12:00:00.5+14:00","DETAIL-TYPE":"x"}`))
	f.Add([]byte(`{"time":1}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var told []time.Time
		_, err := lambdaevent.Schedule(slog.New(slog.DiscardHandler), func(_ context.Context, at time.Time) error {
			told = append(told, at)
			return nil
		})(context.Background(), raw)
		if (err == nil) != (len(told) == 1) || len(told) > 1 {
			t.Fatalf("error = %v after %d runs", err, len(told))
		}
		if err != nil {
			if text := err.Error(); text != "scheduled run: "+string(errs.Invalid) {
				t.Errorf("error = %q, which shows the event", text)
			}
			return
		}
		if again, err := json.Marshal(lambdaevent.NewScheduled(told[0])); err != nil || told[0].Location() != time.UTC || told[0].Year() > 9999 {
			t.Errorf("told %v (%v), want a moment in UTC that can be said again: %s", told[0], err, again)
		}
	})
}
