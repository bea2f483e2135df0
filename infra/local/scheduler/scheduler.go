// Package scheduler does on a laptop what EventBridge does in front of a function that runs by the clock.
//
// Normal use: one Run per function, for as long as the process serves.
//
//	go scheduler.Run(ctx, scheduler.Config{Function: function, Handle: lambdaevent.Schedule(logger, handle), Now: time.Now, Logger: logger})
//
// The function runs at every whole period since 1970, and once at the start for the period that is over: a laptop sleeps,
// and what it missed is for the function to make up, as it has to on AWS.
//
// It refuses schedules other than a rate: see Parse.
package scheduler

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/customerai/customerai/shared/edge/lambdaevent"
	"github.com/customerai/customerai/shared/manifest"
)

// Handle is the shape of a function that runs by the clock.
type Handle func(ctx context.Context, event json.RawMessage) (struct{}, error)

// Config says what to run. Every field but Wait is required.
type Config struct {
	Function manifest.Function
	Handle   Handle
	Now      func() time.Time
	Logger   *slog.Logger
	Wait     func(ctx context.Context, d time.Duration) // nil: a timer
}

// attempts is how often a run is tried, as often as AWS does.
const attempts = 3

// Run runs the function when it is due until ctx ends, and returns when the last run has.
func Run(ctx context.Context, config Config) error {
	period, err := Parse(config.Function.Schedule)
	if err != nil {
		return fmt.Errorf("schedule %s: %w", config.Function.Name, err)
	}
	if config.Wait == nil {
		config.Wait = wait
	}
	var done time.Time
	for ctx.Err() == nil {
		// Late by several periods is late once: the function is told the newest.
		now := config.Now().UTC()
		if due := now.Truncate(period); due.After(done) {
			config.run(ctx, due)
			done = due
			continue
		}
		config.Wait(ctx, done.Add(period).Sub(now))
	}
	return nil
}

// run tries one run until it succeeds, as often as it may.
func (c Config) run(ctx context.Context, due time.Time) {
	event, err := json.Marshal(lambdaevent.NewScheduled(due))
	for try := 0; err == nil && try < attempts && ctx.Err() == nil; try++ {
		failure := c.invoke(ctx, event)
		if failure == nil {
			return
		}
		c.Logger.ErrorContext(ctx, "schedule", slog.String("function", c.Function.Name), slog.Int("attempt", try+1), slog.Any("error", failure))
	}
}

func (c Config) invoke(ctx context.Context, event json.RawMessage) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, c.Function.Timeout)
	defer cancel()
	_, err = c.Handle(ctx, event)
	return err
}

// Parse reads a rate: rate(1 hour), rate(5 minutes), rate(2 days).
func Parse(schedule string) (time.Duration, error) {
	text, isRate := strings.CutPrefix(strings.TrimSuffix(schedule, ")"), "rate(")
	number, unit, _ := strings.Cut(text, " ")
	n, err := strconv.Atoi(number)
	period := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}[strings.TrimSuffix(unit, "s")]
	if !isRate || err != nil || n < 1 || period == 0 {
		return 0, fmt.Errorf("%s is not a rate in minutes, hours or days", schedule)
	}
	return time.Duration(n) * period, nil
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
