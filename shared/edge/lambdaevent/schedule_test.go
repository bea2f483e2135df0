package lambdaevent_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/edge/lambdaevent"
	"github.com/customerai/customerai/shared/errs"
)

const tick = `{"id":"1","source":"aws.scheduler","detail-type":"Scheduled Event","time":"2026-03-01T12:00:00Z"}`

func TestAScheduledFunctionIsGivenTheScheduledTime(t *testing.T) {
	for name, c := range map[string]struct {
		event, want string
		code        errs.Code
	}{
		"of the scheduler":       {tick, "2026-03-01T12:00:00Z", ""},
		"of a rule":              {`{"version":"0","account":"1","region":"r","detail":{},"detail-type":"Scheduled Event","source":"aws.events","time":"2026-03-01T12:00:00Z","resources":[]}`, "2026-03-01T12:00:00Z", ""},
		"in another zone":        {`{"detail-type":"Scheduled Event","time":"2026-03-01T13:00:00+01:00"}`, "2026-03-01T12:00:00Z", ""},
		"of something else":      {`{"detail-type":"Object Created","time":"2026-03-01T12:00:00Z"}`, "", errs.Invalid},
		"without a time":         {`{"detail-type":"Scheduled Event"}`, "", errs.Invalid},
		"a placeholder's time":   {`{"detail-type":"Scheduled Event","time":"<aws.scheduler.scheduled-time>"}`, "", errs.Invalid},
		"a list":                 {`[]`, "", errs.Invalid},
		"a message with no JSON": {`hunter2`, "", errs.Invalid},
	} {
		var log bytes.Buffer
		got := ""
		handle := lambdaevent.Schedule(slog.New(slog.NewTextHandler(&log, nil)), func(_ context.Context, at time.Time) error {
			got = at.Format(time.RFC3339)
			return nil
		})
		_, err := handle(t.Context(), json.RawMessage(c.event))
		if got != c.want || (err == nil) != (c.code == "") || err != nil && !strings.Contains(err.Error(), string(c.code)) {
			t.Errorf("%s: got %q and %v, want %q and the code %q", name, got, err, c.want, c.code)
		}
		if strings.Contains(log.String(), "hunter2") || strings.Count(log.String(), "\n") != 1 {
			t.Errorf("%s: got the log %q, want one line that quotes nothing", name, log.String())
		}
	}
}

func TestAFailureOrAPanicIsTheInvocations(t *testing.T) {
	for name, fails := range map[string]func() error{
		"an error": func() error {
			return errs.Wrap(errs.Unavailable, "the table did not answer", errors.New("secret-cause"))
		},
		"a panic": func() error { panic("secret-cause") },
	} {
		var log bytes.Buffer
		handle := lambdaevent.Schedule(slog.New(slog.NewTextHandler(&log, nil)), func(context.Context, time.Time) error { return fails() })
		_, err := handle(t.Context(), json.RawMessage(tick))
		if err == nil || strings.Contains(err.Error(), "secret-cause") || !strings.Contains(log.String(), "secret-cause") || !strings.Contains(log.String(), "level=ERROR") {
			t.Errorf("%s: got %v and the log %q, want an error, and its cause in the log alone", name, err, log.String())
		}
	}
}

func TestAScheduledFunctionStopsBeforeTheInvocationDoes(t *testing.T) {
	end := time.Now().Add(time.Hour)
	ctx, cancel := context.WithDeadline(t.Context(), end)
	defer cancel()
	handle := lambdaevent.Schedule(slog.New(slog.DiscardHandler), func(ctx context.Context, _ time.Time) error {
		if got, ok := ctx.Deadline(); !ok || !got.Equal(end.Add(-lambdaevent.Margin)) {
			t.Errorf("got the deadline %v, want %v before %v", got, lambdaevent.Margin, end)
		}
		return nil
	})
	if _, err := handle(ctx, json.RawMessage(tick)); err != nil {
		t.Error(err)
	}
}

func TestAnEventOfAMomentIsReadBackAsThatMoment(t *testing.T) {
	at := time.Date(2026, 3, 1, 13, 0, 0, 0, time.FixedZone("", 3600))
	text, err := json.Marshal(lambdaevent.NewScheduled(at))
	if err != nil {
		t.Fatal(err)
	}
	handle := lambdaevent.Schedule(slog.New(slog.DiscardHandler), func(_ context.Context, got time.Time) error {
		if !got.Equal(at) || got.Location() != time.UTC {
			t.Errorf("got %v, want %v in UTC", got, at)
		}
		return nil
	})
	if _, err := handle(t.Context(), text); err != nil {
		t.Error(err)
	}
}
