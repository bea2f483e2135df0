package handler

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

const (
	checkLimit = 2 * time.Second
	// freshness bounds what a flood of requests to a public route costs the dependencies.
	freshness = time.Second
)

// Words of the answer.
const (
	ready       = "ready"
	degraded    = "degraded"
	ok          = "ok"
	unavailable = "unavailable"
)

// report is the answer, and when it was found.
type report struct {
	Status string            `json:"status"`
	Checks map[string]string `json:"checks"`
	at     time.Time
}

// readiness checks the dependencies, one round at a time.
type readiness struct {
	checks map[string]Check
	logger *slog.Logger
	now    func() time.Time

	mu   sync.Mutex
	last report
}

func (r *readiness) getReadiness(w http.ResponseWriter, request *http.Request) error {
	report := r.report(request.Context())
	status := http.StatusOK
	if report.Status != ready {
		status = http.StatusServiceUnavailable
		w.Header().Set("Retry-After", "1")
	}
	return writeJSON(w, status, report)
}

// report returns the last round's report while it is fresh, and otherwise the next round's.
func (r *readiness) report(ctx context.Context) report {
	r.mu.Lock()
	defer r.mu.Unlock()
	if age := r.now().Sub(r.last.at); r.last.Status != "" && age >= 0 && age < freshness {
		return r.last
	}
	// A client that hangs up must not fail the round for the others who wait for it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), checkLimit)
	defer cancel()
	results := make(map[string]chan error, len(r.checks))
	for name, check := range r.checks {
		result := make(chan error, 1) // so that a check which outlives the round can end
		results[name] = result
		go func() { result <- guarded(ctx, check) }()
	}
	next := report{Status: ready, Checks: make(map[string]string, len(r.checks))}
	for _, name := range slices.Sorted(maps.Keys(results)) { // so that what fails together is logged in the same order every time
		next.Checks[name] = ok
		if err := await(ctx, results[name]); err != nil {
			next.Status, next.Checks[name] = degraded, unavailable
			r.logger.WarnContext(ctx, "dependency unavailable", slog.String("dependency", name), slog.String("cause", err.Error()))
		}
	}
	next.at = r.now().Round(0) // by the calendar: the clock that only runs forward stands still in a frozen environment
	r.last = next
	return next
}

// await waits for a result no longer than the context, even when the check does not look at its context.
func await(ctx context.Context, result <-chan error) error {
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		select { // it may have come while another check was waited for
		case err := <-result:
			return err
		default:
			return ctx.Err()
		}
	}
}

// guarded turns a panic into an error: in this goroutine nobody else would stop it from ending the process.
func guarded(ctx context.Context, check Check) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("the check panicked: %v", value)
		}
	}()
	return check(ctx)
}

var readinessSchema = &huma.Schema{
	Type: huma.TypeObject, Required: []string{"status", "checks"},
	Properties: map[string]*huma.Schema{
		"status": {Type: huma.TypeString, Enum: []any{ready, degraded}},
		"checks": {Type: huma.TypeObject, AdditionalProperties: &huma.Schema{Type: huma.TypeString, Enum: []any{ok, unavailable}}},
	},
}

var readinessDescription = huma.Operation{
	Description: "Asks every dependency, each for at most two seconds. An answer may be one second old.",
	Responses: map[string]*huma.Response{
		"200": {Description: "Every dependency answers", Content: map[string]*huma.MediaType{"application/json": {Schema: readinessSchema}}},
		"503": {Description: "A dependency does not answer", Content: map[string]*huma.MediaType{
			"application/json":         {Schema: readinessSchema},
			"application/problem+json": {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}},
		}},
	},
}
