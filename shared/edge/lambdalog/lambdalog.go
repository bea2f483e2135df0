// Package lambdalog makes the one logger of a function.
//
// Normal use, in a function's main:
//
//	logger := lambdalog.New(level)
//	slog.SetDefault(logger)
//
// Every line carries the invocation's request id and its trace id. Format and field names are Lambda's
// (AWS_LAMBDA_LOG_FORMAT; JSON in our template). A level above ERROR is for figures that alarms read: such a line is
// written whatever LOG_LEVEL says, and reads INFO.
//
// It refuses to let the platform's level hide what LOG_LEVEL asks for.
package lambdalog

import (
	"context"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// New returns a logger that writes lines of the level and above to standard output.
func New(level slog.Level) *slog.Logger {
	return slog.New(handler{lambdacontext.NewLogHandler(), level})
}

// handler adds the trace id and a level of its own to Lambda's handler.
type handler struct {
	slog.Handler
	level slog.Level
}

func (h handler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

func (h handler) Handle(ctx context.Context, record slog.Record) error {
	if id, ok := ctx.Value(traceKey).(string); ok {
		record.AddAttrs(slog.String("traceId", id))
	}
	if record.Level > slog.LevelError {
		record.Level = slog.LevelInfo
	}
	return h.Handler.Handle(ctx, record)
}

// traceKey is the string under which the Lambda runtime keeps the trace id in the context.
const traceKey = "x-amzn-trace-id"

func (h handler) WithAttrs(attributes []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attributes), h.level}
}

func (h handler) WithGroup(name string) slog.Handler {
	return handler{h.Handler.WithGroup(name), h.level}
}
