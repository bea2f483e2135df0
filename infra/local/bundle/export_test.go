package bundle

import "github.com/customerai/customerai/shared/storage/table"

// Table opens the folder's table to tests that take something out of it.
func (b *Bundle) Table() table.Table { return b.table }
