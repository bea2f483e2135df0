// Package handler is the analyze-chunk function: it analyses one chunk of a file for each message.
//
// Normal use: New with the stores, then Handle for every message of the chunks queue.
//
// It refuses messages that split-batch does not send, so that they end in the dead-letter queue where a person sees them.
package handler

import (
	"context"
	"time"

	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/workflow/batch"
	"github.com/customerai/customerai/shared/workflow/category"
)

// Deps are what the function works on. All are required.
type Deps struct {
	Table   table.Table
	Uploads blob.Bucket
	Results blob.Bucket
	Now     func() time.Time
}

// Handler handles chunk messages. Make it with New.
type Handler struct{ analyzer *batch.ChunkAnalyzer }

// New returns the function's handler.
func New(deps Deps) *Handler {
	return &Handler{&batch.ChunkAnalyzer{
		Table: deps.Table, Uploads: deps.Uploads, Results: deps.Results, Now: deps.Now,
		Categories: (&category.Service{Table: deps.Table}).Published,
	}}
}

// Handle analyses the chunk that a message asks for.
func (h *Handler) Handle(ctx context.Context, body string) error {
	return h.analyzer.Analyze(ctx, body)
}
