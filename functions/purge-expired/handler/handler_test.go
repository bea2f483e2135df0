package handler_test

import (
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/functions/purge-expired/handler"
	"github.com/customerai/customerai/shared/edge/lambdaevent"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/operators"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/queue/memqueue"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/testkit/stores"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/trust/vault"
	"github.com/customerai/customerai/shared/workflow/batch"
	"github.com/customerai/customerai/shared/workflow/subjects"
)

const day = 24 * time.Hour

// TestAnHourEndsWhatIsOver keeps originals and a batch, and looks at what runs a month and a year later leave of them.
func TestAnHourEndsWhatIsOver(t *testing.T) {
	set := secretstore.Keys()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	bucket := stores.Bucket(t)
	items, keys := memtable.New(clock), memtable.New(clock)
	log := audit.New(audit.Config{Table: items, Secrets: secretstore.Fixed{Set: set}, Now: clock, NewID: rand.Text})
	people := &subjects.Service{
		Table: items, Audit: log, Now: clock, NewID: rand.Text, Originals: 30 * day,
		Vault: &vault.Vault{Keys: keys, Wrapper: vault.Keyset{Secrets: secretstore.Fixed{Set: set}}, Secrets: secretstore.Fixed{Set: set}, Random: rand.Reader, Now: clock},
	}
	err := people.Keep(t.Context(), subjects.Conversation{Tenant: "main", SubjectID: "zoe", ID: "c1"},
		audit.Event{Tenant: "main", Actor: "cli_1", Operation: "anonymiseTexts"}, func(p *operators.Pseudonyms) error {
			p.Operator(nil, "Maria", pii.Person)
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bucket.Write(t.Context(), "main/a.csv", strings.NewReader("text\nI love it\n"), blob.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	splitter := &batch.Splitter{
		Table: items, Uploads: bucket, Results: bucket, Chunks: memqueue.New(memqueue.Config{Visibility: time.Minute, Now: clock}), Now: clock,
	}
	if err := splitter.Split(t.Context(), "main/a.csv"); err != nil {
		t.Fatal(err)
	}
	batches := func() (statuses string) {
		page, err := (&batch.Service{Table: items, Now: clock}).List(t.Context(), "main", 10, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range page.Items {
			statuses += string(b.Status)
		}
		return statuses
	}
	uploaded := func() bool {
		_, err := bucket.Stat(t.Context(), "main/a.csv")
		return err == nil
	}
	h := handler.New(handler.Deps{
		Table: items, Keys: keys, Wrapper: vault.Keyset{Secrets: secretstore.Fixed{Set: set}}, Uploads: bucket, Results: bucket, Checkpoints: bucket,
		KeepResults: 365 * day, KeepOriginals: 30 * day, KeepAudit: 2557 * day,
		Secrets: secretstore.Fixed{Set: set}, Now: clock, NewID: rand.Text, Random: rand.Reader,
	})
	for _, step := range []struct {
		after     time.Duration
		originals bool // those behind pseudonyms
		upload    bool
		batches   string
	}{{day, true, true, "IN_PROGRESS"}, {15 * day, true, true, "FAILED"}, {31 * day, false, false, "FAILED"}, {366 * day, false, false, ""}} {
		now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(step.after)
		if err := h.Handle(t.Context(), now); err != nil {
			t.Fatal(err)
		}
		page, err := people.Export(t.Context(), "main", "zoe", 10, "")
		if err != nil && !errs.Is(err, errs.NotFound) {
			t.Fatal(err)
		}
		if got := len(page.Items) > 0; got != step.originals {
			t.Errorf("after %v: originals are kept %v, want %v", step.after, got, step.originals)
		}
		if got, kept := batches(), uploaded(); got != step.batches || kept != step.upload {
			t.Errorf("after %v: the batch is %q and its file is kept %v, want %q and %v", step.after, got, kept, step.batches, step.upload)
		}
	}
	records := audittest.Records(t, log, "main")
	if got := len(records); got != 5 || records[4].Operation != "purge-expired" {
		t.Errorf("%d records, want the effect's and one for each run", got)
	}
}

func TestItsSampleStartsIt(t *testing.T) {
	event, err := os.ReadFile("../../../events/purge-expired-hourly.json")
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }
	items := memtable.New(clock)
	h := handler.New(handler.Deps{Table: items, Keys: items, Secrets: audittest.Secrets{}, Now: clock, NewID: rand.Text})
	if _, err := lambdaevent.Schedule(slog.New(slog.DiscardHandler), h.Handle)(t.Context(), json.RawMessage(event)); err != nil {
		t.Errorf("the sample event fails: %v", err)
	}
}
