package bundle

import (
	"context"
	"io"

	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/queue"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/secrets/envsecrets"
)

// Table opens the folder's table to tests that take something out of it.
func (b *Bundle) Table() table.Table { return b.table }

// Over puts the functions together on stores of a test's own.
func Over(
	ctx context.Context, config Config, source *envsecrets.Source, tb, keys table.Table, uploads, results blob.Bucket,
	newID func() string, random io.Reader,
) (*Bundle, error) {
	b := &Bundle{config: config, secrets: source, stores: stores{
		table: tb, keys: keys, uploads: uploads, results: results, fixed: results, newID: newID, random: random,
	}}
	err := b.assemble(ctx)
	return b, err
}

// DeadLetters are the messages that the functions' queues have given up.
func (b *Bundle) DeadLetters() (split, analyze []queue.Delivery) {
	return b.uploadsQueue.DeadLetters(), b.chunksQueue.DeadLetters()
}
