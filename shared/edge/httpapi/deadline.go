package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/customerai/customerai/shared/edge/httpapi/idempotency"
	"github.com/customerai/customerai/shared/manifest"
)

const (
	// gatewayLimit is how long API Gateway waits for a function.
	gatewayLimit = 29 * time.Second
	// answerTime is kept back to answer 503 with after the operation has run out of time.
	answerTime = 500 * time.Millisecond
)

// kept is what is kept back of an invocation's time: for the answer, and for each thing that is settled after the operation.
func kept(route manifest.Route) time.Duration {
	back := answerTime
	if route.Audited {
		back += recordTime
	}
	if route.Idempotent {
		back += idempotency.SettleTime
	}
	return back
}

// deadline gives an operation the function's time, or the invocation's if less is left, or the gateway's patience, less
// what is kept back. The operation's own calls end then, and the error they give becomes 503.
func deadline(timeout, back time.Duration, next http.Handler) http.Handler {
	if timeout <= 0 || timeout > gatewayLimit {
		timeout = gatewayLimit
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), timeout-back)
		defer cancel()
		if end, ok := r.Context().Deadline(); ok {
			var early context.CancelFunc
			ctx, early = context.WithDeadline(ctx, end.Add(-back))
			defer early()
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
