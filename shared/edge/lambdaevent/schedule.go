package lambdaevent

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/customerai/customerai/shared/errs"
)

// Scheduled is the event of a function that runs by the clock, from EventBridge's scheduler or one of its rules. Time is
// the moment that was scheduled: a late or repeated event says the same as the one in time.
type Scheduled struct {
	DetailType string `json:"detail-type"`
	Time       string `json:"time"` // RFC 3339
}

// scheduledDetail is what every event of the clock says of itself.
const scheduledDetail = "Scheduled Event"

// NewScheduled returns the event of a moment.
func NewScheduled(at time.Time) Scheduled {
	return Scheduled{scheduledDetail, at.UTC().Format(time.RFC3339)}
}

// Schedule returns the handler of a function that runs by the clock. It calls handle with the scheduled time, in UTC, and a
// context that ends Margin before the invocation does. An error, or a panic, is the invocation's: it is tried again, and
// goes to the dead-letter queue in the end.
func Schedule(logger *slog.Logger, handle func(ctx context.Context, scheduled time.Time) error) func(context.Context, json.RawMessage) (struct{}, error) {
	return func(ctx context.Context, raw json.RawMessage) (struct{}, error) {
		work := ctx
		if end, ok := ctx.Deadline(); ok {
			var cancel context.CancelFunc
			work, cancel = context.WithDeadline(ctx, end.Add(-Margin))
			defer cancel()
		}
		begun := time.Now()
		scheduled, err := readScheduled(raw)
		if err == nil {
			err = contained(work, "", func(ctx context.Context, _ string) error { return handle(ctx, scheduled) })
		}
		level, message := slog.LevelInfo, "schedule done"
		attributes := []slog.Attr{
			slog.Time("scheduled", scheduled),
			slog.Float64("durationMs", float64(time.Since(begun).Microseconds())/1000),
			slog.String("code", string(errs.CodeOf(err))),
		}
		if err != nil {
			level, message = slog.LevelError, "schedule failed"
			attributes = append(attributes, slog.String("cause", err.Error()))
			err = fmt.Errorf("scheduled run: %s", errs.CodeOf(err)) // what the platform keeps of it is not ours to read
		}
		logger.LogAttrs(ctx, level, message, attributes...)
		return struct{}{}, err
	}
}

func readScheduled(raw json.RawMessage) (time.Time, error) {
	var event Scheduled
	if err := json.Unmarshal(raw, &event); err != nil || event.DetailType != scheduledDetail {
		return time.Time{}, errs.New(errs.Invalid, "the event is not one of the clock") // the cause would quote it
	}
	at, err := time.Parse(time.RFC3339, event.Time)
	if err != nil {
		return time.Time{}, errs.New(errs.Invalid, "the event's time is not RFC 3339")
	}
	return at.UTC(), nil
}
