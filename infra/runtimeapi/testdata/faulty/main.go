// Command faulty does on every event what the setting FAULT says, in the loop that the setting LOOP names.
package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/customerai/customerai/shared/edge/lambdaevent"
	"github.com/customerai/customerai/shared/edge/lambdahttp"
)

// fault ends in an error or a panic.
func fault() error {
	if os.Getenv("FAULT") == "error" {
		return errors.New("told by the test")
	}
	panic("told by the test")
}

func main() {
	switch os.Getenv("LOOP") {
	case "http":
		lambdahttp.Start(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if os.Getenv("FAULT") == "large" {
				_, _ = w.Write(make([]byte, 6<<20)) // into memory
				return
			}
			_ = fault() // a handler has no other way to say it
		}))
	case "queue":
		lambdaevent.Start(lambdaevent.SQS(slog.Default(), func(context.Context, string) error { return fault() }))
	case "schedule":
		lambdaevent.Start(lambdaevent.Schedule(slog.Default(), func(context.Context, time.Time) error { return fault() }))
	case "none":
		lambdaevent.Start(func(context.Context, any) (string, error) { return "", fault() })
	default:
		panic("told by the test, before any loop")
	}
}
