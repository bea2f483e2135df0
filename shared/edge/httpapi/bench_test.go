package httpapi

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkChain is one request through everything: chain, router, strict JSON, validation, encoding, log line.
func BenchmarkChain(b *testing.B) {
	for name, build := range map[string]func() *http.Request{
		"list": func() *http.Request { return request("GET", "/v1/things?limit=10", "") },
		"create": func() *http.Request {
			return request("POST", "/v1/things/t", `{"name":"x","notes":{"k":"v"},"parts":[{"label":"a"}]}`)
		},
		"refuse": func() *http.Request { return request("POST", "/v1/things/t", `{"count":9,"parts":[{"label":"A"}]}`) },
		"404":    func() *http.Request { return request("GET", "/nowhere", "") },
	} {
		b.Run(name, func(b *testing.B) {
			s := newSample(b, app)
			s.api.config.Logger = slog.New(slog.DiscardHandler)
			s.handler = Middleware(s.api.config)(s.api.mux())
			b.ReportAllocs()
			for b.Loop() {
				s.handler.ServeHTTP(httptest.NewRecorder(), build())
			}
		})
	}
}
