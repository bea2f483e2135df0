// Package handler is the batches function: it takes files for analysis and tells about their progress and results.
//
// Normal use: New with the stores; the file itself never passes through here, its client puts it to the address that
// createBatch gives.
//
// It refuses to tell a tenant whether another's batch exists: both answers are the same.
package handler

import (
	"context"
	"time"

	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/edge/httpapi/paging"
	"github.com/customerai/customerai/shared/insight/analysis"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/workflow/batch"
	"github.com/customerai/customerai/shared/workflow/batch/rows"
)

// Deps are what the function works on. All are required.
type Deps struct {
	Table   table.Table
	Uploads blob.Presigner
	Results blob.Bucket
	Now     func() time.Time
	NewID   func() string // crypto/rand.Text
	Audit   *audit.Log    // the one of the httpapi.Config
}

type handler struct{ batches *batch.Service }

// New binds the function's operations.
func New(deps Deps, config httpapi.Config) (*httpapi.API, error) {
	api, err := httpapi.New("batches", config)
	if err != nil {
		return nil, err
	}
	h := handler{&batch.Service{
		Table: deps.Table, Uploads: deps.Uploads, Results: deps.Results, Now: deps.Now, NewID: deps.NewID, Audit: deps.Audit,
	}}
	httpapi.Bind(api, "createBatch", h.create)
	httpapi.Bind(api, "listBatches", h.list)
	httpapi.Bind(api, "getBatch", h.get)
	httpapi.Bind(api, "listBatchResults", h.results)
	httpapi.Bind(api, "listBatchErrors", h.errors)
	return api, nil
}

type createInput struct {
	Body struct {
		FileName string `json:"fileName" minLength:"1" maxLength:"255" doc:"Its end says the format: .csv, .jsonl or .ndjson, each also with .gz"`
	}
}

type createOutput struct {
	Location string `header:"Location"`
	Body     batch.Upload
}

func (h handler) create(ctx context.Context, in *createInput) (*createOutput, error) {
	upload, err := h.batches.Create(ctx, auth.TenantFrom(ctx), in.Body.FileName)
	if err != nil {
		return nil, err
	}
	return &createOutput{Location: "/v1/batches/" + upload.BatchID, Body: upload}, nil
}

type listInput struct{ paging.Input }

type listOutput struct {
	Body struct {
		Batches   []batch.Batch `json:"batches" doc:"The newest first"`
		NextToken string        `json:"nextToken,omitempty"`
	}
}

func (h handler) list(ctx context.Context, in *listInput) (*listOutput, error) {
	const name = "listBatches"
	cursor, err := in.Cursor(name)
	if err != nil {
		return nil, err
	}
	page, err := h.batches.List(ctx, auth.TenantFrom(ctx), in.Limit, cursor)
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	out.Body.Batches, out.Body.NextToken = page.Items, paging.Token(name, page.Next)
	return out, nil
}

type getInput struct {
	BatchID string `path:"batchId" maxLength:"64"`
}

type getOutput struct{ Body batch.Detail }

func (h handler) get(ctx context.Context, in *getInput) (*getOutput, error) {
	detail, err := h.batches.Get(ctx, auth.TenantFrom(ctx), in.BatchID)
	if err != nil {
		return nil, err
	}
	return &getOutput{detail}, nil
}

type rowsInput struct {
	BatchID string `path:"batchId" maxLength:"64"` // huma passes over what is embedded without being exported
	paging.Input
}

type rowsOutput[T any] struct {
	Body struct {
		Results   []T    `json:"results" doc:"In the order of the file"`
		NextToken string `json:"nextToken,omitempty" doc:"Absent when there is no more and will be no more"`
	}
}

func (h handler) results(ctx context.Context, in *rowsInput) (*rowsOutput[*analysis.Row], error) {
	return readRows(ctx, in, "listBatchResults", h.batches.Analysed)
}

func (h handler) errors(ctx context.Context, in *rowsInput) (*rowsOutput[rows.Rejection], error) {
	return readRows(ctx, in, "listBatchErrors", h.batches.Rejected)
}

func readRows[T any](
	ctx context.Context, in *rowsInput, operation string,
	read func(ctx context.Context, tenant, id string, limit int, cursor string) (batch.Page[T], error),
) (*rowsOutput[T], error) {
	list := operation + "/" + in.BatchID
	cursor, err := in.Cursor(list)
	if err != nil {
		return nil, err
	}
	page, err := read(ctx, auth.TenantFrom(ctx), in.BatchID, in.Limit, cursor)
	if err != nil {
		return nil, err
	}
	out := &rowsOutput[T]{}
	out.Body.Results, out.Body.NextToken = page.Items, paging.Token(list, page.Next)
	return out, nil
}
