package httpapi

import (
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/customerai/customerai/shared/edge/capture"
	"github.com/customerai/customerai/shared/edge/httpapi/problem"
)

// recovered buffers the response and answers a panic with 500, whatever had been written before it.
func recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		buffered := capture.New()
		defer func() {
			if value := recover(); value != nil {
				buffered = capture.New()
				problem.Write(buffered, r, fmt.Errorf("panic: %v\n%s", value, debug.Stack()))
			}
			buffered.FlushTo(w)
		}()
		next.ServeHTTP(buffered, r)
	})
}
