package audit

import (
	"context"
	"fmt"
	"iter"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit/record"
)

// List returns at most limit records whose index is below before, the newest first; 0 begins with the newest of all.
func (l *Log) List(ctx context.Context, tenant string, before uint64, limit int) ([]record.Record, error) {
	query := table.Prefix(partition(tenant), recordPrefix)
	query.Reverse, query.Limit = true, limit
	if before > 0 {
		query.To = recordKey(tenant, before).Sort
	}
	var records []record.Record
	for {
		page, err := l.config.Table.Query(ctx, query)
		if err != nil {
			return nil, fmt.Errorf("list the audit chain: %w", err)
		}
		for _, item := range page.Items {
			r, err := decode(item)
			if err != nil {
				return nil, err
			}
			records = append(records, r)
		}
		query.Limit = limit - len(records)
		if query.Cursor = page.Next; page.Next == "" || query.Limit <= 0 {
			return records, nil
		}
	}
}

// Get returns one record, or errs.NotFound.
func (l *Log) Get(ctx context.Context, tenant string, index uint64) (record.Record, error) {
	item, err := l.config.Table.Get(ctx, recordKey(tenant, index))
	if err != nil {
		return record.Record{}, fmt.Errorf("get audit record %d: %w", index, err)
	}
	return decode(item)
}

// Lines yields what is kept under the indexes from a first to a last in their order, without asking whether it is sound:
// what Verify reads, and an export. A gap shows as the next line's index.
func (l *Log) Lines(ctx context.Context, tenant string, first, last uint64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		query := table.Query{Partition: partition(tenant), From: recordKey(tenant, first).Sort, To: recordKey(tenant, last).Sort + "\x00"}
		for {
			page, err := l.config.Table.Query(ctx, query)
			if err != nil {
				yield(nil, fmt.Errorf("read the audit chain: %w", err))
				return
			}
			for _, item := range page.Items {
				if !yield(item.Value, nil) {
					return
				}
			}
			if query.Cursor = page.Next; page.Next == "" {
				return
			}
		}
	}
}

// Head says where a chain ends: the zero Receipt for a tenant that has none.
func (l *Log) Head(ctx context.Context, tenant string) (Receipt, error) {
	h, err := l.head(ctx, tenant)
	if err != nil || h.version == 0 {
		return Receipt{}, err
	}
	return Receipt{h.Index, h.Hash}, nil
}

func decode(item table.Item) (record.Record, error) {
	r, err := record.Parse(item.Value)
	if err != nil {
		return record.Record{}, errs.Wrap(errs.Internal, "a record of the audit chain cannot be read", err)
	}
	return r, nil
}

// Tenants returns every tenant that has a chain.
func (l *Log) Tenants(ctx context.Context) ([]string, error) {
	items, err := table.All(ctx, l.config.Table, table.Query{Partition: chainKey("").Partition})
	if err != nil {
		return nil, fmt.Errorf("list the audit chains: %w", err)
	}
	tenants := make([]string, len(items))
	for i, item := range items {
		tenants[i] = item.Sort
	}
	return tenants, nil
}
