package audit

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/customerai/customerai/shared/errs"
)

// trail is the one record of a request in the making.
type trail struct {
	mu    sync.Mutex
	event Event // what the edge knows
	kept  bool
	past  []Receipt // of attempts whose outcome is not known
}

type trailKey struct{}

func trailFrom(ctx context.Context) *trail {
	t, _ := ctx.Value(trailKey{}).(*trail)
	return t
}

// Begin returns the context in which a request is served: whoever commits effects in it keeps the request's record with
// them. The target may be "", and be told later: by About, or by the event of a Commit.
func (l *Log) Begin(ctx context.Context, tenant, actor, operation, target, requestID string) context.Context {
	t := &trail{event: Event{Tenant: tenant, Actor: actor, Operation: operation, Target: target, RequestID: requestID}}
	return context.WithValue(ctx, trailKey{}, t)
}

// Recorded reports whether effects have been committed in the context with the request's record.
func (l *Log) Recorded(ctx context.Context) bool {
	t := trailFrom(ctx)
	if t == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.kept
}

// Record keeps the record of a request that has ended with the code, "" for success, unless it is there already: with
// effects, or from a Commit that could not be told about. It makes sure that such a Commit can no longer happen later.
func (l *Log) Record(ctx context.Context, code errs.Code) error {
	if l.Recorded(ctx) {
		return nil
	}
	event := Event{Code: code}
	switch code {
	case "":
	case errs.Unauthorized, errs.Forbidden:
		event.Outcome = Denied
	case errs.Invalid, errs.NotFound, errs.Conflict, errs.TooLarge, errs.RateLimited, errs.Unavailable, errs.Internal:
		event.Outcome = Failed
	}
	_, err := l.Commit(ctx, event)
	if errors.Is(err, errRecorded) {
		return nil
	}
	return err
}

// errRecorded is no failure to Record, and to a Commit it is one that more of the same cannot mend.
var errRecorded = errors.New("the request has its record already")

// commit fills the event up and runs one append, remembering what became of it.
func (t *trail) commit(event Event, keep func(Event, []Receipt) (*entry, error)) (Receipt, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept {
		return Receipt{}, errRecorded
	}
	event.Tenant = cmp.Or(event.Tenant, t.event.Tenant)
	event.Actor = cmp.Or(event.Actor, t.event.Actor)
	event.Operation = cmp.Or(event.Operation, t.event.Operation)
	event.Target = cmp.Or(event.Target, t.event.Target)
	event.RequestID = cmp.Or(event.RequestID, t.event.RequestID)
	e, err := keep(event, t.past)
	t.past = slices.Concat(e.past, e.tried)
	t.kept = err == nil || errors.Is(err, errRecorded)
	if err != nil {
		return Receipt{}, err
	}
	return e.receipt, nil
}
