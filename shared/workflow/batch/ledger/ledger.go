// Package ledger keeps in the table where each batch stands and what its chunks counted.
//
// Normal use:
//
//	l := ledger.Ledger{Table: t}
//	err := l.Create(ctx, ledger.Record{Tenant: tenant, ID: id, Status: ledger.Waiting, Created: now})
//	r, err := l.Get(ctx, tenant, id)
//	err = l.Finish(ctx, tenant, id, number, delta) // a chunk, once
//	sum, chunks, err := l.Total(ctx, tenant, id)
//
// A record lies under its batch's id and in its tenant's list, and both are written at once. What a chunk counted is put once and is
// never added to, so that a repetition finds it and changes nothing. A note tells of each batch whose original may still be there.
//
// It refuses to overwrite a record that has changed since it was read. It knows no bucket.
package ledger

import (
	"context"
	"fmt"

	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
)

// Ledger reads and writes what batches keep in the table.
type Ledger struct{ Table table.Table }

// Create writes a new record, or returns errs.Conflict when there is one.
func (l Ledger) Create(ctx context.Context, r Record) error {
	writes, err := r.first()
	if err != nil {
		return err
	}
	return l.write(ctx, r, writes)
}

// Announce is Create for somebody, whom the audit log knows.
func (l Ledger) Announce(ctx context.Context, log *audit.Log, r Record) error {
	writes, err := r.first()
	if err != nil {
		return err
	}
	event := audit.Event{Tenant: r.Tenant, Operation: "createBatch", Target: r.ID}
	if _, err := log.Commit(ctx, event, writes...); err != nil {
		return fmt.Errorf("announce batch %s: %w", r.ID, err)
	}
	return nil
}

// Save overwrites the record that was read, or returns errs.Conflict when it has changed since.
func (l Ledger) Save(ctx context.Context, r Record) error {
	writes, err := r.writes(table.Version(r.version))
	if err != nil {
		return err
	}
	return l.write(ctx, r, writes)
}

func (l Ledger) write(ctx context.Context, r Record, writes []table.Write) error {
	if err := l.Table.Transact(ctx, fmt.Sprintf("%s#%d", r.ID, r.version), writes); err != nil {
		return fmt.Errorf("save batch %s: %w", r.ID, err)
	}
	return nil
}

// Get returns the record, or errs.NotFound.
func (l Ledger) Get(ctx context.Context, tenant, id string) (Record, error) {
	item, err := l.Table.Get(ctx, recordKey(tenant, id))
	if err != nil {
		return Record{}, fmt.Errorf("get batch %s: %w", id, err)
	}
	return decodeRecord(item)
}

// Fail makes a batch failed, unless it has come to its end already.
func (l Ledger) Fail(ctx context.Context, tenant, id string, failure Failure) error {
	r, err := l.Get(ctx, tenant, id)
	if err != nil || r.Status.Final() {
		return err
	}
	r.Status, r.Failure = Failed, &failure
	return l.Save(ctx, r)
}

// List returns a tenant's batches, the newest first, and the cursor to go on from, "" after the last. errs.Invalid for a cursor that
// is none.
func (l Ledger) List(ctx context.Context, tenant string, limit int, cursor string) (list []Record, next string, err error) {
	page, err := l.Table.Query(ctx, table.Query{Partition: listPartition(tenant), Reverse: true, Limit: limit, Cursor: cursor})
	if err != nil {
		return nil, "", fmt.Errorf("list batches: %w", err)
	}
	for _, item := range page.Items {
		r, err := decodeRecord(item)
		if err != nil {
			return nil, "", err
		}
		list = append(list, r)
	}
	return list, page.Next, nil
}
