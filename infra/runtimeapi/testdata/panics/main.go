// Command panics panics on every event, in the loop that the setting LOOP names.
package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"

	"github.com/customerai/customerai/shared/edge/lambdaevent"
	"github.com/customerai/customerai/shared/edge/lambdahttp"
)

func main() {
	switch os.Getenv("LOOP") {
	case "http":
		lambdahttp.Start(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("told by the test") }))
	case "queue":
		lambdaevent.Start(lambdaevent.SQS(slog.Default(), func(context.Context, string) error { panic("told by the test") }))
	case "none":
		lambdaevent.Start(func(context.Context, any) (string, error) { panic("told by the test") })
	}
}
