package dynamotable

import (
	"context"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
)

// Check reports whether the table answers; the check of a readiness probe. It reads one item, which need not be there.
func (t *Table) Check(ctx context.Context) error {
	_, err := t.Get(ctx, table.Key{Partition: "\x00check", Sort: "readiness"})
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}
