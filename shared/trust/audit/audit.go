// Package audit keeps, for each tenant, the hash-chained record of who did what: one record for every operation that
// changes something or shows personal data, whether it was allowed or not.
//
// Normal use: an effect and its record are one transaction.
//
//	receipt, err := log.Commit(ctx, audit.Event{Target: batchID}, table.Put(item, table.Absent()))
//
// Within a request, the edge has put a trail into the context, which knows tenant, actor, operation and request; the event
// says what the edge cannot know. Elsewhere, in scheduled functions, the event says everything. The edge itself keeps the
// record of what ended without an effect, by Record. Package record has the format of what is kept.
//
// A chain grows by a transaction that moves its head, so that it cannot fork. Appends of one process that wait for each
// other go into one transaction; when one's effect is refused, the others go on without it.
//
// It refuses to keep personal data: ids become keyed pseudonyms, and a reason is a word from a list, with a reference that
// becomes a pseudonym, too. Free text would have to be read for personal data by a detector that can miss some, in a place
// where nothing can be taken out again. It refuses an effect without its record, a record without its effect, and a second
// record for one request.
package audit

import (
	"context"
	"sync"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit/record"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// Outcome is how an operation ended.
type Outcome string

// The outcomes. The zero Outcome of an Event stands for Allowed.
const (
	Allowed Outcome = record.Allowed
	Denied  Outcome = record.Denied // refused for who asked
	Failed  Outcome = record.Failed // not done for any other reason
)

// Event is what is to be recorded. Actor, Target and Reference are ids as they are: only their pseudonyms are kept. What is
// empty is taken from the request's trail, if there is one.
type Event struct {
	Tenant    string
	Actor     string // the principal's subject, or the name of a function that acts by itself
	Operation string // the manifest's operation id, or the function's name
	Target    string // the id of what it is about
	RequestID string
	Outcome   Outcome
	Code      errs.Code // of a denial or failure
	Reason    string    // lower-case words with _ from the operation's own list: support_case
	Reference string    // of a ticket or case that the reason rests on
}

// Receipt says where in its chain a record is.
type Receipt struct {
	Index uint64
	Hash  string
}

// Config is what a Log works on. All but Sleep are required.
type Config struct {
	Table   table.Table
	Secrets secrets.Source // for PSEUDONYM_KEY
	Now     func() time.Time
	NewID   func() string                        // crypto/rand.Text
	Sleep   func(context.Context, time.Duration) // nil: a timer
}

// Log appends to the chains of every tenant and reads them. It is safe for concurrent use. Make it with New.
type Log struct {
	config Config

	mu    sync.Mutex
	lines map[string]*line // by tenant
}

// New returns a log.
func New(config Config) *Log {
	if config.Sleep == nil {
		config.Sleep = sleep
	}
	return &Log{config: config, lines: map[string]*line{}}
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// Commit makes the effects and keeps their record, or does neither. errs.Conflict when the condition of an effect does not
// hold, however often the chain's head moves meanwhile; errs.Unavailable when the table did not answer, and then the
// effects may have been made, with their record. Other errors are the table's for writes that it would not take, or
// internal: an event that is not well formed, or a request that has its record already.
func (l *Log) Commit(ctx context.Context, event Event, effects ...table.Write) (Receipt, error) {
	trail := trailFrom(ctx)
	if trail == nil {
		e := &entry{effects: effects}
		return l.keep(ctx, event, e)
	}
	return trail.commit(event, func(event Event, past []Receipt) (*entry, error) {
		e := &entry{effects: effects, past: past}
		_, err := l.keep(ctx, event, e)
		return e, err
	})
}

// keep turns the event into an entry's fields and appends it.
func (l *Log) keep(ctx context.Context, event Event, e *entry) (Receipt, error) {
	var err error
	if e.fields, err = l.fields(ctx, event); err != nil {
		return Receipt{}, err
	}
	if err := l.append(ctx, e); err != nil {
		return Receipt{}, err
	}
	return e.receipt, nil
}
