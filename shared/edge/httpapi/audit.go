package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/customerai/customerai/shared/edge/capture"
	"github.com/customerai/customerai/shared/edge/httpapi/exchange"
	"github.com/customerai/customerai/shared/edge/httpapi/problem"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/trust/auth"
)

// Auditor keeps the one record that a request to an audited route leaves; the log of trust/audit is one.
type Auditor interface {
	// Begin returns the context in which the request is served. Effects that are committed in it take the record with them.
	// The target is the id of what the path says that the request is about.
	Begin(ctx context.Context, tenant, actor, operation, target, requestID string) context.Context

	// Recorded reports whether effects have been committed, and the record with them.
	Recorded(ctx context.Context) bool

	// Record keeps the record of a request that ended with the code, "" for success, unless it is kept already.
	Record(ctx context.Context, code errs.Code) error
}

// audited sees to it that every request of somebody known leaves one record before its answer goes out, whatever becomes
// of it; without the record, nothing but 503 goes out. Requests of nobody have no chain that they could be kept in. The
// repetition of an answer leaves none: its record is the first request's.
func audited(config Config, route manifest.Route, next http.Handler) http.Handler {
	if !route.Audited {
		return next
	}
	guarded := recovered(next) // a panic has its record, too
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		principal, known := auth.PrincipalFrom(r.Context())
		if !known {
			next.ServeHTTP(w, r)
			return
		}
		x := exchange.From(r.Context())
		ctx := config.Audit.Begin(r.Context(), principal.Tenant, principal.Subject, route.OperationID, target(route, r), x.ID)
		buffered := capture.New()
		guarded.ServeHTTP(buffered, r.WithContext(ctx))
		if err := record(ctx, config.Audit, x, buffered.Status()); err != nil {
			problem.Write(w, r, errs.Wrap(errs.Unavailable, "the request could not be recorded, so that nothing can be shown; try again", err))
			return
		}
		buffered.FlushTo(w)
	})
}

// recordTime is for keeping the record after the operation's own time is up.
const recordTime = 2 * time.Second

func record(ctx context.Context, auditor Auditor, x *exchange.Exchange, status int) error {
	if x.Replayed {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	if err := auditor.Record(ctx, outcome(x, status)); err != nil {
		return errors.Join(fmt.Errorf("audit record: %w", err), x.Cause)
	}
	return nil
}

// outcome is the code that the record has: the problem's that was answered, or the status's where an operation has answered
// in a form of its own.
func outcome(x *exchange.Exchange, status int) errs.Code {
	if status < http.StatusBadRequest {
		return ""
	}
	if x.Code != "" {
		return x.Code
	}
	return problem.CodeOf(status)
}

// target is what the path says that a request is about.
func target(route manifest.Route, r *http.Request) string {
	var ids []string
	for segment := range strings.SplitSeq(route.Path, "/") {
		if name, is := strings.CutPrefix(segment, "{"); is {
			ids = append(ids, r.PathValue(strings.TrimSuffix(name, "}")))
		}
	}
	return strings.Join(ids, "/")
}

// committed makes an internal error of the success of an operation that changes something, or says that it does by its
// method, and has not kept its record: nobody could tell whether an effect was made without one.
func committed(config Config, route manifest.Route, next http.Handler) http.Handler {
	if !route.Audited || route.Method == http.MethodGet {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		buffered := capture.New()
		next.ServeHTTP(buffered, r)
		if buffered.Status() < http.StatusBadRequest && !config.Audit.Recorded(r.Context()) {
			problem.Write(w, r, fmt.Errorf("operation %s has succeeded without its audit record", route.OperationID))
			return
		}
		buffered.FlushTo(w)
	})
}
