package handler_test

import (
	"encoding/json"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/customerai/customerai/functions/analyze-chunk/handler"
	"github.com/customerai/customerai/shared/edge/lambdaevent"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/categories"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/stores"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/workflow/batch"
	"github.com/customerai/customerai/shared/workflow/batch/ledger"
	"github.com/customerai/customerai/shared/workflow/category"
)

func noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

func TestAChunkMessageEndsInResultsThatCanBeRead(t *testing.T) {
	stored, uploads, results, chunks := memtable.New(noon), stores.Bucket(t), stores.Bucket(t), &stores.Sent{}
	if _, err := uploads.Write(t.Context(), "main/a.csv", strings.NewReader("text\nThank you!\n"), blob.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	splitter := batch.Splitter{Table: stored, Uploads: uploads, Results: results, Chunks: chunks, Now: noon}
	if err := splitter.Split(t.Context(), "main/a.csv"); err != nil {
		t.Fatal(err)
	}
	h := handler.New(handler.Deps{Table: stored, Uploads: uploads, Results: results, Now: noon})
	for range 2 {
		if err := h.Handle(t.Context(), (*chunks)[0]); err != nil {
			t.Fatal(err)
		}
	}
	service := batch.Service{Table: stored, Results: results}
	list, err := service.List(t.Context(), "main", 10, "")
	if err != nil || len(list.Items) != 1 || list.Items[0].Status != ledger.Completed {
		t.Fatalf("batches = %+v, %v, want one that is completed", list.Items, err)
	}
	rows, err := service.Analysed(t.Context(), "main", list.Items[0].BatchID, 10, "")
	if err != nil || len(rows.Items) != 1 || rows.Items[0].Text != "Thank you!" {
		t.Errorf("rows = %+v, %v, want one", rows.Items, err)
	}
}

func TestRowsNameThePublishedCategoriesOfTheirTenant(t *testing.T) {
	stored, uploads, results, chunks := memtable.New(noon), stores.Bucket(t), stores.Bucket(t), &stores.Sent{}
	own := category.Service{Table: stored, Audit: audittest.New(t, stored, noon), Now: noon}
	for name, status := range map[string]categories.Status{"thanks": categories.Published, "draft": categories.Draft} {
		rule := categories.Rule{When: categories.Condition{Words: []string{"thank*"}, Participant: categories.Customer}}
		if _, err := own.Put(t.Context(), "main", category.Definition{Name: name, Status: status, Rule: rule}, 0); err != nil {
			t.Fatal(err)
		}
	}
	const file = "text,participant\nThank you!,CUSTOMER\nThanks for waiting,AGENT\nhello,CUSTOMER\n"
	if _, err := uploads.Write(t.Context(), "main/a.csv", strings.NewReader(file), blob.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	splitter := batch.Splitter{Table: stored, Uploads: uploads, Results: results, Chunks: chunks, Now: noon}
	if err := splitter.Split(t.Context(), "main/a.csv"); err != nil {
		t.Fatal(err)
	}
	if err := handler.New(handler.Deps{Table: stored, Uploads: uploads, Results: results, Now: noon}).Handle(t.Context(), (*chunks)[0]); err != nil {
		t.Fatal(err)
	}
	service := batch.Service{Table: stored, Results: results}
	list, err := service.List(t.Context(), "main", 10, "")
	if err != nil || len(list.Items) != 1 {
		t.Fatalf("batches = %+v, %v, want one", list.Items, err)
	}
	rows, err := service.Analysed(t.Context(), "main", list.Items[0].BatchID, 10, "")
	if err != nil || len(rows.Items) != 3 {
		t.Fatalf("rows = %+v, %v, want three", rows.Items, err)
	}
	for i, want := range [][]string{{"thanks"}, nil, nil} {
		if got := rows.Items[i].Categories; !slices.Equal(got, want) {
			t.Errorf("row %d: got %v, want %v", i+1, got, want)
		}
	}
}

func TestTheSampleEventsAreUnderstood(t *testing.T) {
	for _, name := range []string{"csv", "gzip"} {
		content, err := os.ReadFile("../../../events/analyze-chunk-" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var event events.SQSEvent
		if err := json.Unmarshal(content, &event); err != nil {
			t.Fatal(err)
		}
		h := handler.New(handler.Deps{Table: memtable.New(noon), Uploads: stores.Bucket(t), Results: stores.Bucket(t)})
		response, err := lambdaevent.SQS(slog.New(slog.DiscardHandler), h.Handle)(t.Context(), event)
		if err != nil || len(response.BatchItemFailures) != 0 {
			t.Errorf("%s: failures = %v, %v, want none: its batch is gone", name, response.BatchItemFailures, err)
		}
	}
}

func TestMessagesThatNobodySendsAreRefused(t *testing.T) {
	h := handler.New(handler.Deps{Table: memtable.New(noon), Uploads: stores.Bucket(t), Results: stores.Bucket(t)})
	if err := h.Handle(t.Context(), `{"tenant":"main"}`); !errs.Is(err, errs.Invalid) {
		t.Errorf("error = %v, want invalid", err)
	}
}
