package batch

import (
	"context"
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/workflow/batch/keys"
	"github.com/customerai/customerai/shared/workflow/batch/ledger"
)

// Remover makes an end of what has had its time: originals, batches that will not come to an end, old batches. All fields
// are required.
type Remover struct {
	Table     table.Table
	Uploads   blob.Bucket
	Results   blob.Bucket
	Originals time.Duration // how long the original of a batch is kept that is not complete
	NewID     func() string // crypto/rand.Text
}

const (
	// stalledAfter is how long a batch may take. No queue holds a message of it any more, unless somebody has sent one anew.
	stalledAfter = (manifest.DeadLetterDays + 1) * 24 * time.Hour

	// settledAfter is how long after its completion nobody works on a batch any more: a repetition that began before may
	// write a chunk again, for as long as one invocation may take.
	settledAfter = time.Hour
)

// Tend looks at no more than limit of a tenant's batches that have an original, or may get one, the oldest first. It removes
// what a death left of complete ones, fails those that have stalled, and removes the originals whose time is over. It returns
// the cursor to go on from, "" after the last.
func (r *Remover) Tend(ctx context.Context, tenant string, now time.Time, cursor string, limit int) (next string, err error) {
	notes, next, err := r.ledger().Notes(ctx, tenant, limit, cursor)
	if err != nil {
		return "", err
	}
	for _, note := range notes {
		if err := r.tend(ctx, tenant, note, now); err != nil {
			return "", err
		}
	}
	return next, nil
}

func (r *Remover) ledger() ledger.Ledger { return ledger.Ledger{Table: r.Table} }

func (r *Remover) tend(ctx context.Context, tenant string, note ledger.Note, now time.Time) error {
	record, err := r.ledger().Get(ctx, tenant, note.BatchID)
	if errs.Is(err, errs.NotFound) { // somebody else has removed the batch just now
		return r.ledger().Drop(ctx, note)
	}
	if err != nil {
		return err
	}
	age := now.Sub(record.Created)
	if !record.Status.Final() && age >= min(stalledAfter, r.Originals) {
		if err := r.ledger().Fail(ctx, tenant, record.ID, stalled(record)); err != nil {
			return err
		}
	}
	if record.Status == ledger.Completed && now.Sub(record.Complete) >= settledAfter || age >= r.Originals {
		return r.settle(ctx, record)
	}
	return nil
}

// stalled says why a batch is given up.
func stalled(r ledger.Record) ledger.Failure {
	if r.Status == ledger.Waiting {
		return ledger.Failure{Code: string(errs.NotFound), Message: "no file came to the upload address"}
	}
	return ledger.Failure{Code: string(errs.Unavailable), Message: "a part of the file could not be analysed in time: send the file again"}
}

// settle removes all that is left of what customers wrote, and then the note that told of it.
func (r *Remover) settle(ctx context.Context, record ledger.Record) error {
	if err := removeObjects(ctx, r.Results, keys.Chunks(record.Tenant, record.ID)); err != nil {
		return err
	}
	if record.Source != "" {
		if err := r.Uploads.Delete(ctx, record.Source, record.Upload); err != nil {
			return fmt.Errorf("remove the original of batch %s: %w", record.ID, err)
		}
	}
	return r.ledger().Settle(ctx, record)
}

// RemoveBefore removes at most limit batches that were made before a time, the oldest first: originals and objects, then chunks
// and deltas, then the record, so that what is interrupted is found again. It returns how many are gone.
func (r *Remover) RemoveBefore(ctx context.Context, tenant string, before time.Time, limit int) (gone int, err error) {
	for record, err := range r.ledger().Before(ctx, tenant, before, limit) {
		if err == nil {
			err = r.remove(ctx, record)
		}
		if err != nil {
			return gone, err
		}
		gone++
	}
	return gone, nil
}

func (r *Remover) remove(ctx context.Context, record ledger.Record) error {
	if err := r.settle(ctx, record); err != nil {
		return err
	}
	if err := removeObjects(ctx, r.Results, keys.Objects(record.Tenant, record.ID)); err != nil {
		return err
	}
	return r.ledger().Remove(ctx, record, r.NewID())
}

const objectPage = 100

// removeObjects removes all objects whose keys begin with a prefix, for good.
func removeObjects(ctx context.Context, bucket blob.Bucket, prefix string) error {
	for {
		page, err := bucket.List(ctx, prefix, "", objectPage)
		if err != nil {
			return fmt.Errorf("list objects of a batch: %w", err)
		}
		if len(page.Objects) == 0 {
			return nil
		}
		for _, object := range page.Objects {
			if err := bucket.Delete(ctx, object.Key, blob.EveryVersion); err != nil {
				return fmt.Errorf("remove an object of a batch: %w", err)
			}
		}
	}
}
