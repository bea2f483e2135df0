// Package handler is the purge-expired function: once an hour it makes an end of what may be kept no longer, for every tenant.
//
// Normal use: New with the stores, then Handle with each time that was scheduled.
//
// It refuses to touch what a legal hold keeps; see workflow/retention for the rest.
package handler

import (
	"context"
	"io"
	"time"

	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/audit/checkpoint"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/vault"
	"github.com/customerai/customerai/shared/workflow/batch"
	"github.com/customerai/customerai/shared/workflow/retention"
	"github.com/customerai/customerai/shared/workflow/subjects"
)

// Deps are what the function works on. All are required.
type Deps struct {
	Table         table.Table
	Keys          table.Table   // of data keys
	Wrapper       vault.Wrapper // of data keys
	Uploads       blob.Bucket
	Results       blob.Bucket
	Checkpoints   blob.Bucket // of the audit chains
	KeepResults   time.Duration
	KeepOriginals time.Duration
	KeepAudit     time.Duration
	Secrets       secrets.Source
	Now           func() time.Time
	NewID         func() string // crypto/rand.Text
	Random        io.Reader     // crypto/rand.Reader
}

// Handler handles scheduled runs. Make it with New.
type Handler struct{ keeper *retention.Keeper }

// New returns the function's handler.
func New(deps Deps) *Handler {
	log := audit.New(audit.Config{Table: deps.Table, Secrets: deps.Secrets, Now: deps.Now, NewID: deps.NewID})
	return &Handler{&retention.Keeper{
		Table: deps.Table, Log: log, Now: deps.Now, Results: deps.KeepResults, Records: deps.KeepAudit, Operation: "purge-expired",
		Chains: &checkpoint.Service{Table: deps.Table, Bucket: deps.Checkpoints, Log: log},
		Batches: &batch.Remover{
			Table: deps.Table, Uploads: deps.Uploads, Results: deps.Results, Originals: deps.KeepOriginals, NewID: deps.NewID,
		},
		Subjects: &subjects.Service{
			Table: deps.Table, Audit: log, Now: deps.Now, NewID: deps.NewID, Originals: deps.KeepOriginals,
			Vault: &vault.Vault{
				Keys: deps.Keys, Wrapper: deps.Wrapper, Secrets: deps.Secrets, Random: deps.Random, Now: deps.Now,
			},
		},
	}}
}

// Handle does the work of a scheduled time.
func (h *Handler) Handle(ctx context.Context, scheduled time.Time) error {
	return h.keeper.Run(ctx, scheduled)
}
