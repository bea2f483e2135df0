package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit/record"
)

// Start is where a chain begins, as far as it is kept. What was before has had its time, and was fixed by the checkpoint of
// a window; the table says so here, and only the checkpoint proves it.
type Start struct {
	Index    uint64    `json:"index"`    // of the first record that is kept
	Previous string    `json:"previous"` // the hash that it follows from
	Window   time.Time `json:"window,omitzero"`

	version int64 // 0: nothing has been removed
}

// Start says where a chain begins.
func (l *Log) Start(ctx context.Context, tenant string) (Start, error) {
	s := Start{Index: 1, Previous: record.Start}
	item, err := l.config.Table.Get(ctx, startKey(tenant))
	if errs.Is(err, errs.NotFound) {
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("read where the audit chain begins: %w", err)
	}
	if err := json.Unmarshal(item.Value, &s); err != nil {
		return s, fmt.Errorf("decode where the audit chain begins: %w", err)
	}
	s.version = item.Version
	return s, nil
}

// Expire lets a chain begin at a later record, unless it does already, and then removes at most limit records from before it,
// the oldest first. It reports more when there may be others. It may die anywhere and be repeated; package checkpoint knows
// what may go.
func (l *Log) Expire(ctx context.Context, tenant string, to Start, limit int) (more bool, err error) {
	now, err := l.Start(ctx, tenant)
	if err != nil {
		return false, err
	}
	if to.Index > now.Index {
		if err := l.begin(ctx, tenant, to, now.version); err != nil {
			return false, err
		}
		now = to
	}
	query := table.Query{Partition: partition(tenant), From: recordPrefix, To: recordKey(tenant, now.Index).Sort, Limit: limit}
	page, err := l.config.Table.Query(ctx, query)
	if err != nil {
		return false, fmt.Errorf("list old audit records: %w", err)
	}
	for _, item := range page.Items {
		if err := l.config.Table.Delete(ctx, item.Key, table.Any()); err != nil {
			return false, fmt.Errorf("remove an old audit record: %w", err)
		}
	}
	return page.Next != "", nil
}

func (l *Log) begin(ctx context.Context, tenant string, at Start, version int64) error {
	value, err := json.Marshal(at)
	if err != nil {
		return fmt.Errorf("encode where the audit chain begins: %w", err)
	}
	condition := table.Version(version)
	if version == 0 {
		condition = table.Absent()
	}
	if err := l.config.Table.Put(ctx, table.Item{Key: startKey(tenant), Value: value}, condition); err != nil {
		return fmt.Errorf("let the audit chain begin later: %w", err)
	}
	return nil
}
