// Package handler is the checkpoint-audit function: once an hour it fixes every tenant's audit chain in storage that is
// written once.
//
// Normal use: New with the stores, then Handle with each time that was scheduled.
//
// It refuses to pass over a chain that has been tampered with: the run fails, the alarm on its errors fires, and its log
// names the record.
package handler

import (
	"context"
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/audit/checkpoint"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// Deps are what the function works on. All are required.
type Deps struct {
	Table       table.Table
	Checkpoints blob.Bucket
	Secrets     secrets.Source
	Now         func() time.Time
	NewID       func() string // crypto/rand.Text
}

// Handler handles scheduled runs. Make it with New.
type Handler struct {
	checkpoints *checkpoint.Service
	secrets     secrets.Source
}

// New returns the function's handler.
func New(deps Deps) *Handler {
	log := audit.New(audit.Config{Table: deps.Table, Secrets: deps.Secrets, Now: deps.Now, NewID: deps.NewID})
	return &Handler{&checkpoint.Service{Table: deps.Table, Bucket: deps.Checkpoints, Log: log}, deps.Secrets}
}

// Handle writes what is due at the scheduled time. Whoever can write to the table can take a chain off its list; the tenants of the
// secret document are known nevertheless.
func (h *Handler) Handle(ctx context.Context, scheduled time.Time) error {
	set, err := h.secrets.Current(ctx)
	if err != nil {
		return fmt.Errorf("read the secrets: %w", err)
	}
	return h.checkpoints.Write(ctx, scheduled, set.Tenants()...)
}
