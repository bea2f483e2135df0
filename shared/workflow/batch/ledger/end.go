package ledger

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/customerai/customerai/shared/storage/table"
)

// Note tells of a batch that has an original, or may get one.
type Note struct {
	BatchID string
	key     table.Key
}

// Notes returns those of a tenant, of the oldest batch first, and the cursor to go on from, "" after the last.
func (l Ledger) Notes(ctx context.Context, tenant string, limit int, cursor string) (notes []Note, next string, err error) {
	page, err := l.Table.Query(ctx, table.Query{Partition: originalsPartition(tenant), Limit: limit, Cursor: cursor})
	if err != nil {
		return nil, "", fmt.Errorf("list originals: %w", err)
	}
	for _, item := range page.Items {
		notes = append(notes, Note{BatchID: string(item.Value), key: item.Key})
	}
	return notes, page.Next, nil
}

// Drop removes the note of a batch that is gone.
func (l Ledger) Drop(ctx context.Context, note Note) error {
	return l.Table.Delete(ctx, note.key, table.Any())
}

// Settle removes the note of a batch, because nothing is left of its original.
func (l Ledger) Settle(ctx context.Context, r Record) error {
	if err := l.Table.Delete(ctx, originalKey(r.Tenant, r.ID, r.Created), table.Any()); err != nil {
		return fmt.Errorf("settle batch %s: %w", r.ID, err)
	}
	return nil
}

// Before yields at most limit of a tenant's batches that were made before a time, the oldest first.
func (l Ledger) Before(ctx context.Context, tenant string, before time.Time, limit int) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		end := listKey(tenant, "", before).Sort
		page, err := l.Table.Query(ctx, table.Query{Partition: listPartition(tenant), To: strings.TrimSuffix(end, "#"), Limit: limit})
		if err != nil {
			yield(Record{}, fmt.Errorf("list old batches: %w", err))
			return
		}
		for _, item := range page.Items {
			if r, err := decodeRecord(item); !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// Remove removes all that is kept of a batch: what its chunks counted, then its record, so that what is interrupted is found again.
// The token names this removal and no other.
func (l Ledger) Remove(ctx context.Context, r Record, token string) error {
	for _, prefix := range []string{chunkPrefix, deltaPrefix} {
		items, err := table.All(ctx, l.Table, table.Prefix(batchPartition(r.Tenant, r.ID), prefix))
		if err != nil {
			return fmt.Errorf("list what batch %s has: %w", r.ID, err)
		}
		for _, item := range items {
			if err := l.Table.Delete(ctx, item.Key, table.Any()); err != nil {
				return fmt.Errorf("remove %s of batch %s: %w", item.Sort, r.ID, err)
			}
		}
	}
	err := l.Table.Transact(ctx, token, []table.Write{
		table.Delete(recordKey(r.Tenant, r.ID), table.Any()), table.Delete(listKey(r.Tenant, r.ID, r.Created), table.Any()),
	})
	if err != nil {
		return fmt.Errorf("remove batch %s: %w", r.ID, err)
	}
	return nil
}
