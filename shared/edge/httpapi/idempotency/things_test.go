package idempotency_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/edge/httpapi/exchange"
	"github.com/customerai/customerai/shared/edge/httpapi/idempotency"
	"github.com/customerai/customerai/shared/edge/httpapi/problem"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/trust/auth"
)

var createThing = manifest.Route{OperationID: "createThing", Method: "POST", Path: "/v1/things/{thingId}", Idempotent: true}

// things is one route behind the middleware, on a fixed clock. What it makes is what its body says.
type things struct {
	handler http.Handler
	table   table.Table
	log     bytes.Buffer
	now     time.Time
	calls   int                                  // of the operation
	create  func(context.Context, *string) error // what the operation does besides counting; the text is its answer
}

func newThings(t testing.TB) *things {
	t.Helper()
	s := &things{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	s.use(memtable.New(func() time.Time { return s.now }))
	return s
}

// use puts the operation over another table.
func (s *things) use(other table.Table) {
	s.table = other
	s.handler = s.over(http.HandlerFunc(s.operation))
}

// over is the middleware over an operation.
func (s *things) over(operation http.Handler) http.Handler {
	config := idempotency.Config{Table: s.table, Now: func() time.Time { return s.now }, Logger: slog.New(slog.NewJSONHandler(&s.log, nil))}
	return idempotency.Middleware(config, createThing, 25*time.Second, operation)
}

func (s *things) operation(w http.ResponseWriter, r *http.Request) {
	x := exchange.From(r.Context())
	if len(x.Fields) > 0 {
		problem.Write(w, r, errs.InvalidFields(x.Fields...))
		return
	}
	s.calls++
	answer := string(x.Body)
	if s.create != nil {
		if err := s.create(r.Context(), &answer); err != nil {
			problem.Write(w, r, err)
			return
		}
	}
	w.Header().Set("Location", r.URL.Path)
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, answer)
}

func (s *things) do(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.serve(w, r)
	return w
}

// serve does what the links around the middleware do: it begins the exchange, reads the body and outlives a panic.
func (s *things) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	r = r.WithContext(exchange.With(r.Context(), &exchange.Exchange{ID: "request-1", Body: body}))
	w.Header().Set("X-Request-Id", "request-1")
	defer func() {
		if recover() != nil {
			problem.Write(w, r, errors.New("panic"))
		}
	}()
	s.handler.ServeHTTP(w, r)
}

func request(target, body string, headers ...string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return as(r, "main")
}

func as(r *http.Request, tenant string) *http.Request {
	return r.WithContext(auth.WithPrincipal(r.Context(), auth.Principal{Subject: "client-1", Tenant: tenant}))
}

func keyed(key, body string) *http.Request {
	return request("/v1/things/t", body, "Idempotency-Key", key)
}
