package scheduler_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/local/scheduler"
	"github.com/customerai/customerai/shared/edge/lambdaevent"
	"github.com/customerai/customerai/shared/manifest"
)

// fires runs a schedule on a clock that moves only when the schedule waits, by what naps says, until the naps are used up.
func fires(t *testing.T, begin time.Time, handle func(at time.Time) error, log *bytes.Buffer, naps ...time.Duration) (times []string) {
	t.Helper()
	now := begin
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	logger := slog.New(slog.NewTextHandler(log, nil))
	err := scheduler.Run(ctx, scheduler.Config{
		Function: manifest.Function{Name: "tidy", Schedule: "rate(1 hour)", Timeout: time.Minute},
		Handle: lambdaevent.Schedule(slog.New(slog.DiscardHandler), func(_ context.Context, at time.Time) error {
			times = append(times, at.Format("15:04"))
			return handle(at)
		}),
		Now: func() time.Time { return now }, Logger: logger,
		Wait: func(_ context.Context, d time.Duration) {
			if len(naps) == 0 {
				cancel()
				return
			}
			if naps[0] == 0 {
				naps[0] = d
			}
			now, naps = now.Add(naps[0]), naps[1:]
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return times
}

func TestAFunctionRunsAtTheStartAndAtEveryWholePeriod(t *testing.T) {
	begin := time.Date(2026, 3, 1, 12, 40, 0, 0, time.UTC)
	good := func(time.Time) error { return nil }
	for name, c := range map[string]struct {
		naps []time.Duration
		want []string
	}{
		"only the start":                {nil, []string{"12:00"}},
		"on time":                       {[]time.Duration{0, 0}, []string{"12:00", "13:00", "14:00"}},
		"a timer that is early":         {[]time.Duration{10 * time.Minute, 0}, []string{"12:00", "13:00"}},
		"a laptop that slept for hours": {[]time.Duration{5 * time.Hour, 0}, []string{"12:00", "17:00", "18:00"}},
	} {
		var log bytes.Buffer
		if got := fires(t, begin, good, &log, c.naps...); !slices.Equal(got, c.want) || log.Len() > 0 {
			t.Errorf("%s: got runs at %v and the log %q, want %v and silence", name, got, log.String(), c.want)
		}
	}
}

func TestARunThatFailsIsTriedAgainAndThenLeftToTheNext(t *testing.T) {
	begin := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var log bytes.Buffer
	failures := 1
	got := fires(t, begin, func(at time.Time) error {
		if failures--; failures >= 0 {
			return errors.New("no")
		}
		if at.Hour() == 13 {
			panic("boom")
		}
		return nil
	}, &log, 0, 0)
	if want := []string{"12:00", "12:00", "13:00", "13:00", "13:00", "14:00"}; !slices.Equal(got, want) {
		t.Errorf("got runs at %v, want %v", got, want)
	}
	if n := strings.Count(log.String(), "function=tidy"); n != 4 {
		t.Errorf("got %d lines of failures, want 4: %s", n, log.String())
	}
}

func TestAPanicOfTheHandlerItselfIsHeld(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var log bytes.Buffer
	err := scheduler.Run(ctx, scheduler.Config{
		Function: manifest.Function{Name: "tidy", Schedule: "rate(1 hour)", Timeout: time.Minute}, Now: time.Now,
		Logger: slog.New(slog.NewTextHandler(&log, nil)),
		Handle: func(context.Context, json.RawMessage) (struct{}, error) { cancel(); panic("boom") },
	})
	if err != nil || !strings.Contains(log.String(), "panic: boom") {
		t.Errorf("got %v and the log %q, want the panic in it", err, log.String())
	}
}

func TestARealTimerEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	err := scheduler.Run(ctx, scheduler.Config{
		Function: manifest.Function{Name: "tidy", Schedule: "rate(1 day)", Timeout: time.Minute}, Now: time.Now, Logger: slog.New(slog.DiscardHandler),
		Handle: func(context.Context, json.RawMessage) (struct{}, error) {
			go cancel()
			return struct{}{}, nil
		},
	})
	if err != nil {
		t.Error(err)
	}
}

func TestOnlyRatesAreRead(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"rate(1 hour)": time.Hour, "rate(5 minutes)": 5 * time.Minute, "rate(2 days)": 48 * time.Hour, "rate(1 minute)": time.Minute,
		"rate(0 hours)": 0, "rate(-1 hours)": 0, "rate(1 fortnight)": 0, "rate(hour)": 0, "cron(0 3 * * ? *)": 0, "": 0, "1 hour": 0,
	} {
		if got, err := scheduler.Parse(text); got != want || (err == nil) != (want > 0) {
			t.Errorf("%q: got %v and %v, want %v", text, got, err, want)
		}
	}
	if err := scheduler.Run(t.Context(), scheduler.Config{Function: manifest.Function{Name: "tidy", Schedule: "hourly"}}); err == nil {
		t.Error("a schedule in words was taken")
	}
}

func TestEveryScheduleOfTheManifestRunsOnALaptop(t *testing.T) {
	for _, f := range manifest.Functions {
		if f.Schedule == "" {
			continue
		}
		if _, err := scheduler.Parse(f.Schedule); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}
