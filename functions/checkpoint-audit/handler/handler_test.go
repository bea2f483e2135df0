package handler_test

import (
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/customerai/customerai/functions/checkpoint-audit/handler"
	"github.com/customerai/customerai/shared/edge/lambdaevent"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/testkit/stores"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/trust/secrets"
)

func now() time.Time { return time.Date(2026, 3, 1, 11, 30, 0, 0, time.UTC) }

// The sample event leads to one checkpoint, however often it comes, and to an error once the chain is no longer what it was.
func TestTheSampleEventFixesTheChainOnce(t *testing.T) {
	tb := memtable.New(now)
	bucket := stores.Bucket(t)
	log := audittest.New(t, tb, now)
	if _, err := log.Commit(t.Context(), audit.Event{Tenant: "main", Operation: "createBatch"}); err != nil {
		t.Fatal(err)
	}
	event, err := os.ReadFile("../../../events/checkpoint-audit-hourly.json")
	if err != nil {
		t.Fatal(err)
	}
	h := handler.New(handler.Deps{Table: tb, Checkpoints: bucket, Secrets: audittest.Secrets{}, Now: now, NewID: rand.Text})
	handle := lambdaevent.Schedule(slog.New(slog.DiscardHandler), h.Handle)
	var first string
	for range 2 {
		if _, err := handle(t.Context(), json.RawMessage(event)); err != nil {
			t.Fatal(err)
		}
		page, err := bucket.List(t.Context(), "main/", "", 10)
		if err != nil || len(page.Objects) != 1 || page.Objects[0].Key != "main/2026-03-01T12.json" {
			t.Fatalf("got %+v and %v, want one checkpoint, of 12 o'clock", page.Objects, err)
		}
		if first == "" {
			first = page.Objects[0].ETag
		} else if got := page.Objects[0].ETag; got != first {
			t.Errorf("got another object, %s, want %s", got, first)
		}
	}
	if err := tb.Delete(t.Context(), table.Key{Partition: "main#audit", Sort: "head"}, table.Any()); err != nil {
		t.Fatal(err)
	}
	if err := h.Handle(t.Context(), now().Add(2*time.Hour)); !errs.Is(err, errs.Internal) {
		t.Errorf("a chain that was cut: got %v, want an error", err)
	}
}

func TestAChainOfTheSecretDocumentsTenantsIsMissedWhenTheTableDoesNotListIt(t *testing.T) {
	tb := memtable.New(now)
	log := audittest.New(t, tb, now)
	if _, err := log.Commit(t.Context(), audit.Event{Tenant: secrets.DefaultTenant, Operation: "createBatch"}); err != nil {
		t.Fatal(err)
	}
	source := secretstore.Fixed{Set: secretstore.Keys()}
	h := handler.New(handler.Deps{Table: tb, Checkpoints: stores.Bucket(t), Secrets: source, Now: now, NewID: rand.Text})
	if err := h.Handle(t.Context(), now()); err != nil {
		t.Errorf("while it lists it: %v", err)
	}
	if err := tb.Delete(t.Context(), table.Key{Partition: "#audit-chains", Sort: secrets.DefaultTenant}, table.Any()); err != nil {
		t.Fatal(err)
	}
	if err := h.Handle(t.Context(), now()); err == nil {
		t.Error("the run has not missed it")
	}
}
