package httpapi

import (
	"log/slog"
	"net/http"

	"github.com/customerai/customerai/shared/edge/httpapi/exchange"
)

// accessLog writes one line per request, level by outcome. It says what happened and to whom, never what was said: no
// path, no query, no body, no address.
func accessLog(config Config, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := config.Now()
		x := exchange.From(r.Context())
		counted := &counter{ResponseWriter: w}
		next.ServeHTTP(counted, r)

		level := slog.LevelInfo
		attributes := []slog.Attr{
			slog.String("operation", x.Operation),
			slog.Int("status", counted.status),
			slog.String("code", string(x.Code)),
			slog.Int("bytes", counted.bytes),
			slog.Float64("durationMs", float64(config.Now().Sub(start).Microseconds())/1000),
			slog.String("correlationId", x.ID),
			slog.String("tenant", x.Tenant),
		}
		switch {
		case counted.status >= http.StatusInternalServerError:
			level = slog.LevelError
			if x.Cause != nil {
				attributes = append(attributes, slog.String("cause", x.Cause.Error()))
			}
		case counted.status >= http.StatusBadRequest:
			level = slog.LevelWarn
		}
		config.Logger.LogAttrs(r.Context(), level, "request", attributes...)
	})
}

// counter remembers the status and size of a response.
type counter struct {
	http.ResponseWriter
	status, bytes int
}

func (c *counter) WriteHeader(status int) {
	c.status = status
	c.ResponseWriter.WriteHeader(status)
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.ResponseWriter.Write(p)
	c.bytes += n
	return n, err
}
