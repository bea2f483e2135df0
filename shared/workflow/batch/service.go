package batch

import (
	"context"
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/workflow/batch/keys"
	"github.com/customerai/customerai/shared/workflow/batch/ledger"
	"github.com/customerai/customerai/shared/workflow/batch/tally"
)

// Limits of uploads.
const (
	MaxUpload      = 5 << 30 // bytes that one PUT may bring
	UploadLifetime = 15 * time.Minute
)

// Service announces batches and tells about them. All fields are required.
type Service struct {
	Table   table.Table
	Results blob.Bucket
	Uploads blob.Presigner
	Now     func() time.Time
	NewID   func() string // crypto/rand.Text
	Audit   *audit.Log
}

// Upload is where the file of a new batch is to be put.
type Upload struct {
	BatchID   string    `json:"batchId"`
	UploadURL string    `json:"uploadUrl" doc:"PUT the file's bytes here; the address needs no token. The file is removed once it is analysed: keep yours"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// Batch is a file on its way.
type Batch struct {
	BatchID         string          `json:"batchId"`
	FileName        string          `json:"fileName"`
	Status          ledger.Status   `json:"status" enum:"WAITING,IN_PROGRESS,COMPLETED,FAILED"`
	CreatedAt       time.Time       `json:"createdAt"`
	SizeBytes       int64           `json:"sizeBytes" doc:"Size of the upload; 0 while waiting for it"`
	Failure         *ledger.Failure `json:"failure,omitempty" doc:"Why a failed batch cannot be analysed"`
	SettingsVersion int64           `json:"settingsVersion,omitzero" doc:"The version of the sentiment settings that it is analysed with; absent for none"`
}

// Detail is a batch with what is known of its content so far.
type Detail struct {
	Batch
	Progress float64        `json:"progress" minimum:"0" maximum:"1" doc:"Part of the file that is analysed"`
	Chunks   Chunks         `json:"chunks"`
	Summary  *tally.Summary `json:"summary,omitempty" doc:"Of the chunks that are done; absent before the first"`
}

// Chunks counts the pieces that a file is analysed in.
type Chunks struct {
	Total int `json:"total" doc:"0 until the file is cut"`
	Done  int `json:"done"`
}

// Page is a part of a list. Next is the cursor of the next part, "" after the last.
type Page[T any] struct {
	Items []T
	Next  string
}

// Create announces a batch. errs.Invalid when the name leaves no file name.
func (s *Service) Create(ctx context.Context, tenant, fileName string) (Upload, error) {
	name := keys.FileName(fileName)
	if name == "" {
		return Upload{}, errs.InvalidFields(errs.Field{Path: "fileName", Message: "must be a file name"})
	}
	now := s.Now().UTC()
	upload := Upload{BatchID: keys.IDPrefix + s.NewID(), ExpiresAt: now.Add(UploadLifetime).Truncate(time.Second)}
	var err error
	upload.UploadURL, err = s.Uploads.PresignPut(ctx, keys.Upload{Tenant: tenant, ID: upload.BatchID, FileName: name}.Key(), MaxUpload, upload.ExpiresAt)
	if err != nil {
		return Upload{}, fmt.Errorf("presign upload: %w", err)
	}
	r := ledger.Record{Tenant: tenant, ID: upload.BatchID, FileName: name, Status: ledger.Waiting, Created: now}
	if err := s.ledger().Announce(ctx, s.Audit, r); err != nil {
		return Upload{}, err
	}
	return upload, nil
}

func (s *Service) ledger() ledger.Ledger { return ledger.Ledger{Table: s.Table} }

// Get returns a batch of the tenant, or errs.NotFound: the same whether it is another's or nobody's.
func (s *Service) Get(ctx context.Context, tenant, id string) (Detail, error) {
	r, err := s.record(ctx, tenant, id)
	if err != nil {
		return Detail{}, err
	}
	total, done, err := s.ledger().Total(ctx, tenant, id)
	if err != nil {
		return Detail{}, err
	}
	detail := Detail{Batch: public(r), Chunks: Chunks{Total: r.Chunks, Done: done}}
	if r.Chunks > 0 {
		detail.Progress = float64(done) / float64(r.Chunks)
		if done == r.Chunks && detail.Status == ledger.InProgress {
			detail.Status = ledger.Completed // the one who did the last chunk is about to write it down
		}
	}
	if done > 0 || detail.Status == ledger.Completed {
		summary := total.Summary()
		detail.Summary = &summary
	}
	if detail.Status == ledger.Completed {
		detail.Progress = 1
	}
	return detail, nil
}

var errMissing = errs.New(errs.NotFound, "no such batch")

func (s *Service) record(ctx context.Context, tenant, id string) (ledger.Record, error) {
	if !keys.ValidID(id) {
		return ledger.Record{}, errMissing
	}
	r, err := s.ledger().Get(ctx, tenant, id)
	if errs.Is(err, errs.NotFound) {
		return ledger.Record{}, errMissing
	}
	return r, err
}

func public(r ledger.Record) Batch {
	return Batch{
		BatchID: r.ID, FileName: r.FileName, Status: r.Status, CreatedAt: r.Created, SizeBytes: r.Size, Failure: r.Failure,
		SettingsVersion: r.Calibration.Version,
	}
}

// List returns the tenant's batches, the newest first. errs.Invalid for a cursor that is none.
func (s *Service) List(ctx context.Context, tenant string, limit int, cursor string) (Page[Batch], error) {
	records, next, err := s.ledger().List(ctx, tenant, limit, cursor)
	switch {
	case cursor != "" && errs.Is(err, errs.Invalid):
		return Page[Batch]{}, errCursor
	case err != nil:
		return Page[Batch]{}, err
	}
	list := Page[Batch]{Items: []Batch{}, Next: next}
	for _, r := range records {
		list.Items = append(list.Items, public(r))
	}
	return list, nil
}

var errCursor = errs.InvalidFields(errs.Field{Path: "nextToken", Message: "must be one that this list gave"})
