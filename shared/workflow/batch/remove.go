package batch

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/table"
)

// Remover removes batches whose time is over. All fields are required.
type Remover struct {
	Table   table.Table
	Results blob.Bucket
	NewID   func() string // crypto/rand.Text
}

// RemoveBefore removes at most limit batches that were made before a time, the oldest first: objects, then chunks and deltas,
// then the record, so that what is interrupted is found again. It returns how many are gone.
func (r *Remover) RemoveBefore(ctx context.Context, tenant string, before time.Time, limit int) (int, error) {
	end := listKey(tenant, "", before).Sort
	page, err := r.Table.Query(ctx, table.Query{Partition: listPartition(tenant), To: strings.TrimSuffix(end, "#"), Limit: limit})
	if err != nil {
		return 0, fmt.Errorf("list old batches: %w", err)
	}
	for i, item := range page.Items {
		record, err := decodeRecord(item)
		if err == nil {
			err = r.remove(ctx, record, item.Key)
		}
		if err != nil {
			return i, err
		}
	}
	return len(page.Items), nil
}

func (r *Remover) remove(ctx context.Context, record record, listed table.Key) error {
	if err := r.removeObjects(ctx, record.Tenant+"/"+record.ID+"/"); err != nil {
		return err
	}
	for _, prefix := range []string{chunkPrefix, deltaPrefix} {
		items, err := table.All(ctx, r.Table, table.Prefix(batchPartition(record.Tenant, record.ID), prefix))
		if err != nil {
			return fmt.Errorf("list what batch %s has: %w", record.ID, err)
		}
		for _, item := range items {
			if err := r.Table.Delete(ctx, item.Key, table.Any()); err != nil {
				return fmt.Errorf("remove %s of batch %s: %w", item.Sort, record.ID, err)
			}
		}
	}
	err := r.Table.Transact(ctx, r.NewID(), []table.Write{
		table.Delete(recordKey(record.Tenant, record.ID), table.Any()), table.Delete(listed, table.Any()),
	})
	if err != nil {
		return fmt.Errorf("remove batch %s: %w", record.ID, err)
	}
	return nil
}

const objectPage = 100

func (r *Remover) removeObjects(ctx context.Context, prefix string) error {
	for {
		page, err := r.Results.List(ctx, prefix, "", objectPage)
		if err != nil {
			return fmt.Errorf("list objects of a batch: %w", err)
		}
		if len(page.Objects) == 0 {
			return nil
		}
		for _, object := range page.Objects {
			if err := r.Results.Delete(ctx, object.Key); err != nil && !errs.Is(err, errs.NotFound) {
				return fmt.Errorf("remove an object of a batch: %w", err)
			}
		}
	}
}
