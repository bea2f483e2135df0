package httpapi

import (
	"context"
	"net/http"

	"github.com/customerai/customerai/shared/edge/httpapi/exchange"
)

const requestIDHeader = "X-Request-Id"

// requestID gives the request an id: the sender's if it is well formed (the gateway's, once lambdahttp has put it there),
// else a fresh one.
func requestID(newID func() string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(requestIDHeader)
		if !isRequestID(id) {
			id = newID()
		}
		w.Header().Set(requestIDHeader, id)
		next.ServeHTTP(w, r.WithContext(exchange.With(r.Context(), &exchange.Exchange{ID: id})))
	})
}

// RequestID returns the id of the request that ctx belongs to, or "".
func RequestID(ctx context.Context) string { return exchange.From(ctx).ID }

// isRequestID accepts 8 to 64 letters, digits and hyphens: UUIDs, API Gateway's ids and our own, and nothing that could
// disturb a log.
func isRequestID(id string) bool {
	for _, r := range id {
		if (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' {
			return false
		}
	}
	return len(id) >= 8 && len(id) <= 64
}
