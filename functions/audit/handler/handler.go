// Package handler is the audit function: it shows a tenant its audit chain, verifies it and hands it out for others to
// verify.
//
// Normal use: New with the log and its checkpoints.
//
// It refuses to go on for ever: a page, a verification and an export are bounded, and say where to go on. It shows
// pseudonyms only; who knows an id can ask for its records. Each of these readings leaves a record itself.
package handler

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/audit/checkpoint"
	"github.com/customerai/customerai/shared/trust/auth"
)

// Bounds of one request.
const (
	maxVerified = 10_000
	maxExported = 2_000
)

// Deps are what the function works on. All are required.
type Deps struct {
	Table       table.Table
	Checkpoints blob.Bucket
	Audit       *audit.Log    // the one of the httpapi.Config
	Keep        time.Duration // how long records are kept
	Now         func() time.Time
}

type handler struct {
	log         *audit.Log
	checkpoints *checkpoint.Service
	keep        time.Duration
	now         func() time.Time
}

// New binds the function's operations.
func New(deps Deps, config httpapi.Config) (*httpapi.API, error) {
	api, err := httpapi.New("audit", config)
	if err != nil {
		return nil, err
	}
	h := handler{deps.Audit, &checkpoint.Service{Table: deps.Table, Bucket: deps.Checkpoints, Log: deps.Audit}, deps.Keep, deps.Now}
	httpapi.Bind(api, "listAuditRecords", h.list)
	httpapi.Bind(api, "verifyAudit", h.verify)
	httpapi.BindHandler(api, "exportAudit", exportDescription, h.export)
	return api, nil
}

type verifyInput struct {
	FromIndex uint64 `query:"fromIndex" minimum:"1" default:"1" doc:"The first record to look at"`
}

type verifyOutput struct {
	Body struct {
		Sound      bool         `json:"sound" doc:"No record that was looked at is bad, each is as its checkpoint fixed it, and the chain still has what the newest one fixed"`
		FromIndex  uint64       `json:"fromIndex" doc:"The first record that was looked at: not before the oldest that is kept"`
		ToIndex    uint64       `json:"toIndex" doc:"The last record that is sound; less than fromIndex when there is none"`
		HeadIndex  uint64       `json:"headIndex" doc:"Where the chain ended when this was asked"`
		FirstBad   uint64       `json:"firstBad,omitempty" doc:"The first record that is bad, as far as can be told from these records and their checkpoints"`
		Problem    string       `json:"problem,omitempty" doc:"What is wrong with it"`
		NextIndex  uint64       `json:"nextIndex,omitempty" doc:"fromIndex of the request that goes on; absent when the end is reached or a record is bad"`
		Checkpoint *fixedOutput `json:"checkpoint,omitempty" doc:"The newest checkpoint"`
	}
}

type fixedOutput struct {
	Window string `json:"window" format:"date-time" doc:"The end of the hour that it belongs to"`
	Size   uint64 `json:"size" doc:"How many records it fixes"`
	Root   string `json:"root" doc:"Their Merkle tree hash, as of RFC 6962"`
}

func (h handler) verify(ctx context.Context, in *verifyInput) (*verifyOutput, error) {
	v, err := h.checkpoints.Verify(ctx, auth.TenantFrom(ctx), in.FromIndex, maxVerified, h.now().Add(-h.keep))
	if err != nil {
		return nil, err
	}
	out := &verifyOutput{}
	body := &out.Body
	body.Sound, body.FromIndex, body.ToIndex, body.HeadIndex = v.Bad == 0, v.From, v.To, v.Head
	body.FirstBad, body.Problem = v.Bad, v.Problem
	if v.Bad == 0 && v.To < v.Head && v.To >= v.From {
		body.NextIndex = v.To + 1
	}
	if v.Checkpoint.Size > 0 {
		body.Checkpoint = &fixedOutput{v.Checkpoint.Window.Format("2006-01-02T15:04:05Z"), v.Checkpoint.Size, v.Checkpoint.Root}
	}
	return out, nil
}

const linesType = "application/jsonl"

var exportDescription = huma.Operation{
	Description: "Up to 2,000 records from an index on, or from the oldest that is kept, one JSON object a line, byte for byte as they are kept. An answer with fewer reaches the end. " +
		"`go run ./infra/evidence verify-audit` verifies what was put together from them.",
	Parameters: []*huma.Param{{
		Name: "fromIndex", In: "query", Description: "The first record, 1 if absent", Schema: &huma.Schema{Type: huma.TypeInteger, Minimum: new(1.0)},
	}},
	Responses: map[string]*huma.Response{"200": {
		Description: "OK", Content: map[string]*huma.MediaType{linesType: {Schema: &huma.Schema{Type: huma.TypeString}}},
	}},
}

func (h handler) export(w http.ResponseWriter, r *http.Request) error {
	from := uint64(1)
	if text := r.URL.Query().Get("fromIndex"); text != "" {
		var err error
		if from, err = strconv.ParseUint(text, 10, 63); err != nil || from == 0 {
			return errs.InvalidFields(errs.Field{Path: "fromIndex", Message: "must be a whole number from 1"})
		}
	}
	start, err := h.log.Start(r.Context(), auth.TenantFrom(r.Context()))
	if err != nil {
		return err
	}
	from = max(from, start.Index)
	w.Header().Set("Content-Type", linesType)
	for line, err := range h.log.Lines(r.Context(), auth.TenantFrom(r.Context()), from, from+maxExported-1) {
		if err != nil {
			return err
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}
