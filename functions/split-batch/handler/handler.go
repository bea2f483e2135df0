// Package handler is the split-batch function: it cuts every uploaded file into chunks.
//
// Normal use: New with the stores, then Handle for every message of the uploads queue, each an S3 notification.
//
// It refuses notifications that it cannot read and keys that belong to no tenant, so that they end in the dead-letter
// queue where a person sees them.
package handler

import (
	"context"
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/edge/lambdaevent"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/workflow/batch"
)

// Deps are what the function works on. All but DefaultTenant are required.
type Deps struct {
	Table         table.Table
	Uploads       blob.Bucket
	Results       blob.Bucket
	Chunks        batch.Sender
	Now           func() time.Time
	DefaultTenant string // owns files that lie in no tenant's folder; "" refuses them
}

// Handler handles upload notifications. Make it with New.
type Handler struct{ splitter *batch.Splitter }

// New returns the function's handler.
func New(deps Deps) *Handler {
	return &Handler{&batch.Splitter{
		Table: deps.Table, Uploads: deps.Uploads, Results: deps.Results, Chunks: deps.Chunks, Now: deps.Now,
		DefaultTenant: deps.DefaultTenant,
	}}
}

// Handle takes in the objects of one notification. The object is read as it is now, not as it was when the notification
// was made, so that late and repeated notifications do no harm.
func (h *Handler) Handle(ctx context.Context, body string) error {
	objects, err := lambdaevent.S3Objects(body)
	if err != nil {
		return fmt.Errorf("read notification: %w", err)
	}
	for _, object := range objects {
		if err := h.splitter.Split(ctx, object.Key); err != nil {
			return err
		}
	}
	return nil
}
