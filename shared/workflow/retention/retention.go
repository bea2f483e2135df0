// Package retention makes an end of what may be kept no longer, for every tenant, a bounded piece at a time.
//
// Normal use, once an hour:
//
//	err := keeper.Run(ctx, scheduled)
//
// A run finishes erasures that were left undone, removes what a reminder says is over, gives batches up that have stalled,
// removes files, batches and audit records whose time is over, and looks after people's keys: wraps them anew after a rotation, and retires those that nothing is kept under. It leaves one
// audit record for each tenant, made before it begins. Where it ends, for want of time or for a failure, the next one goes on.
//
// It refuses to touch what a legal hold keeps.
package retention

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/vault"
	"github.com/customerai/customerai/shared/workflow/subjects"
)

// Log knows the tenants and keeps the record; *audit.Log is one.
type Log interface {
	Tenants(ctx context.Context) ([]string, error)
	Commit(ctx context.Context, event audit.Event, effects ...table.Write) (audit.Receipt, error)
}

// Batches makes an end of batches and their files; *batch.Remover is one.
type Batches interface {
	// Tend looks at no more than limit batches, from the cursor on, and returns where to go on, "" after the last.
	Tend(ctx context.Context, tenant string, now time.Time, cursor string, limit int) (next string, err error)

	// RemoveBefore removes at most limit batches that were made before a time, the oldest first, and reports how many.
	RemoveBefore(ctx context.Context, tenant string, before time.Time, limit int) (int, error)
}

// Chains makes an end of old audit records; *checkpoint.Service is one.
type Chains interface {
	// Expire removes at most limit records of before a time, the oldest first, and reports whether there may be more.
	Expire(ctx context.Context, tenant string, before time.Time, limit int) (more bool, err error)
}

// Keeper makes an end of things. All fields are required.
type Keeper struct {
	Table     table.Table
	Subjects  *subjects.Service
	Batches   Batches
	Chains    Chains
	Log       Log
	Now       func() time.Time
	Results   time.Duration // how long batches are kept
	Records   time.Duration // how long audit records are kept
	Operation string        // the name of the function, for the record
}

// Bounds of one run for one tenant. A piece is what is done between two looks at the clock.
const (
	piece        = 100
	maxPieces    = 50
	batchPiece   = 5
	enoughTime   = 20 * time.Second // for a piece
	betweenWalks = 24 * time.Hour
	mostStuck    = 10 // keys that fail each for itself; more of them have one cause
)

// state is where the looking after keys stands, and the last run.
type state struct {
	Run    time.Time `json:"run"`              // as scheduled
	Cursor string    `json:"cursor,omitempty"` // of the walk over keys
	Walked time.Time `json:"walked,omitzero"`  // when the last whole walk ended
}

func stateKey(tenant string) table.Key {
	return table.Key{Partition: tenant + "#purge", Sort: "state"}
}

// Run does the work of a scheduled time. What fails for one tenant does not keep the others from their turn; the error names
// all that failed. A run that is repeated goes on with the work and makes no second record.
func (k *Keeper) Run(ctx context.Context, scheduled time.Time) error {
	tenants, err := k.Log.Tenants(ctx)
	if err != nil {
		return fmt.Errorf("list tenants: %w", err)
	}
	var failures []error
	for i := range tenants {
		// Another one begins each hour, so that nobody waits for ever when time is short.
		tenant := tenants[(i+int(scheduled.Unix()/3600))%len(tenants)]
		if err := k.tenant(ctx, tenant, scheduled.UTC()); err != nil {
			failures = append(failures, fmt.Errorf("tenant %s: %w", tenant, err))
		}
	}
	return errors.Join(failures...)
}

func (k *Keeper) tenant(ctx context.Context, tenant string, scheduled time.Time) error {
	var s state
	item, err := k.Table.Get(ctx, stateKey(tenant))
	switch {
	case errs.Is(err, errs.NotFound):
		item = table.Item{Key: stateKey(tenant)}
	case err != nil:
		return fmt.Errorf("read the state: %w", err)
	default:
		if err := json.Unmarshal(item.Value, &s); err != nil {
			return fmt.Errorf("decode the state: %w", err)
		}
	}
	if s.Run.Before(scheduled) {
		s.Run = scheduled
		if err := k.record(ctx, tenant, &item, s); err != nil {
			return err
		}
	}
	for _, work := range []func(context.Context, string) error{k.finishErasures, k.removeDue, k.tendBatches, k.removeBatches, k.expireRecords} {
		if err := work(ctx, tenant); err != nil {
			return err
		}
	}
	return k.tendKeys(ctx, tenant, item, s)
}

// record keeps the record of a run with its state, before anything is done.
func (k *Keeper) record(ctx context.Context, tenant string, item *table.Item, s state) error {
	write, err := put(*item, s)
	if err != nil {
		return err
	}
	_, err = k.Log.Commit(ctx, audit.Event{Tenant: tenant, Actor: k.Operation, Operation: k.Operation}, write)
	if err != nil { // a conflict, too: another run has begun
		return fmt.Errorf("record the run: %w", err)
	}
	item.Version++
	return nil
}

func put(item table.Item, s state) (table.Write, error) {
	value, err := json.Marshal(s)
	if err != nil {
		return table.Write{}, fmt.Errorf("encode the state: %w", err)
	}
	condition := table.Version(item.Version)
	if item.Version == 0 {
		condition = table.Absent()
	}
	return table.Put(item.With(value), condition), nil
}

// pieces does one piece after the other until there is no more, or no more time.
func (k *Keeper) pieces(ctx context.Context, do func() (more bool, err error)) error {
	for range maxPieces {
		if end, limited := ctx.Deadline(); limited && end.Sub(k.Now()) < enoughTime {
			return nil
		}
		if more, err := do(); err != nil || !more {
			return err
		}
	}
	return nil
}

func (k *Keeper) finishErasures(ctx context.Context, tenant string) error {
	return k.pieces(ctx, func() (bool, error) {
		done, err := k.Subjects.FinishErasures(ctx, tenant, piece)
		return done == piece, err
	})
}

func (k *Keeper) removeDue(ctx context.Context, tenant string) error {
	return k.pieces(ctx, func() (bool, error) {
		_, more, err := k.Subjects.PurgeDue(ctx, tenant, piece)
		return more, err
	})
}

func (k *Keeper) tendBatches(ctx context.Context, tenant string) error {
	cursor := ""
	return k.pieces(ctx, func() (bool, error) {
		next, err := k.Batches.Tend(ctx, tenant, k.Now(), cursor, piece)
		cursor = next
		return next != "", err
	})
}

func (k *Keeper) removeBatches(ctx context.Context, tenant string) error {
	return k.pieces(ctx, func() (bool, error) {
		removed, err := k.Batches.RemoveBefore(ctx, tenant, k.Now().Add(-k.Results), batchPiece)
		return removed == batchPiece, err
	})
}

// expireRecords shortens the tenant's audit chain, of which nothing goes while a legal hold is on anybody: a chain ends at its
// beginning only, and no one can tell which of its records a case needs.
func (k *Keeper) expireRecords(ctx context.Context, tenant string) error {
	held, err := k.Subjects.AnyHeld(ctx, tenant)
	if err != nil || held {
		return err
	}
	return k.pieces(ctx, func() (bool, error) {
		return k.Chains.Expire(ctx, tenant, k.Now().Add(-k.Records), piece)
	})
}

// tendKeys walks over the tenant's keys, from where the last run ended, at most once a day over all of them. It goes past a key
// that no later attempt would tend: those behind it would otherwise wait for ever to be moved or retired.
func (k *Keeper) tendKeys(ctx context.Context, tenant string, item table.Item, s state) error {
	before := s
	if s.Cursor == "" && k.Now().Sub(s.Walked) < betweenWalks {
		return nil
	}
	var stuck []error
	err := k.pieces(ctx, func() (bool, error) {
		next, err := k.Subjects.Vault.Walk(ctx, tenant, s.Cursor, piece, func(ctx context.Context, subject vault.Subject) error {
			_, _, err := k.Subjects.Tend(ctx, subject)
			if errs.Is(err, errs.Internal) && ctx.Err() == nil && len(stuck) < mostStuck {
				stuck = append(stuck, err)
				return nil
			}
			return err
		})
		if s.Cursor = next; next == "" && err == nil {
			s.Walked = k.Now().UTC()
		}
		return next != "", err
	})
	err = errors.Join(append(stuck, err)...)
	if s == before {
		return err
	}
	write, encodeErr := put(item, s)
	if encodeErr != nil {
		return errors.Join(err, encodeErr)
	}
	if putErr := k.Table.Put(ctx, write.Item, write.Condition); putErr != nil && !errs.Is(putErr, errs.Conflict) { // of another run
		return errors.Join(err, fmt.Errorf("keep the state: %w", putErr))
	}
	return err
}
