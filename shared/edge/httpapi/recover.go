package httpapi

import (
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/customerai/customerai/shared/edge/capture"
)

// recovered buffers the response and answers a panic with 500, whatever had been written before it.
func recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		buffered := capture.New()
		defer func() {
			if value := recover(); value != nil {
				buffered = capture.New()
				WriteProblem(buffered, r, fmt.Errorf("panic: %v\n%s", value, debug.Stack()))
			}
			buffered.FlushTo(w)
		}()
		next.ServeHTTP(buffered, r)
	})
}
