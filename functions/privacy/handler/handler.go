// Package handler is the privacy function: it finds and takes out personal data, gives originals back to those who may ask,
// and makes an end of a person's data.
//
// Normal use: New with the stores. Texts are handed over and back in one request; what is kept, and only when asked, are the
// originals behind pseudonyms, sealed under the person's own key (workflow/subjects).
//
// None of its operations accepts an Idempotency-Key: the answers hold personal data, and a kept answer would outlive an
// erasure. Repeating any of them is harmless by itself.
//
// It refuses to tell a person who is erased from one who never was, or from another tenant's.
package handler

import (
	"context"
	"io"
	"time"

	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/vault"
	"github.com/customerai/customerai/shared/workflow/subjects"
)

// Deps are what the function works on. All are required.
type Deps struct {
	Table     table.Table
	Keys      table.Table   // of data keys; no backup may hold it
	Wrapper   vault.Wrapper // of data keys
	Secrets   secrets.Source
	Audit     subjects.Recorder
	Originals time.Duration // how long originals are kept
	Now       func() time.Time
	NewID     func() string // crypto/rand.Text
	Random    io.Reader     // crypto/rand.Reader
}

type handler struct {
	subjects *subjects.Service
	newID    func() string
}

// New binds the function's operations.
func New(deps Deps, config httpapi.Config) (*httpapi.API, error) {
	api, err := httpapi.New("privacy", config)
	if err != nil {
		return nil, err
	}
	h := handler{newID: deps.NewID, subjects: &subjects.Service{
		Table: deps.Table, Audit: deps.Audit, Now: deps.Now, NewID: deps.NewID, Originals: deps.Originals,
		Vault: &vault.Vault{
			Keys: deps.Keys, Wrapper: deps.Wrapper, Secrets: deps.Secrets, Random: deps.Random, Now: deps.Now,
		},
	}}
	httpapi.Bind(api, "detectPII", h.detect)
	httpapi.Bind(api, "anonymiseTexts", h.anonymise)
	httpapi.Bind(api, "restoreTexts", h.restore)
	httpapi.Bind(api, "eraseSubject", h.erase)
	httpapi.Bind(api, "exportSubject", h.export)
	httpapi.Bind(api, "holdSubject", h.hold)
	httpapi.Bind(api, "releaseSubject", h.release)
	return api, nil
}

// event is the request's audit record, about a person.
func event(ctx context.Context, operation, subjectID string) audit.Event {
	principal, _ := auth.PrincipalFrom(ctx)
	return audit.Event{
		Tenant: principal.Tenant, Actor: principal.Subject, Operation: operation, Target: subjectID, RequestID: httpapi.RequestID(ctx),
	}
}
