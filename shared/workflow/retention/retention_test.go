package retention_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/workflow/subjects"
)

func TestWhatIsOverGoesAndWhatIsHeldStays(t *testing.T) {
	w := newWorld(t)
	w.keep("main", "zoe")
	w.keep("main", "max")
	w.keep("other", "zoe")
	if _, err := w.Subjects.Hold(t.Context(), "main", "max", subjects.Hold{Reason: "litigation"}, audit.Event{Tenant: "main", Actor: "cli_1", Operation: "holdSubject"}); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(20 * day)
	w.keep("other", "max")
	w.run()
	if items, _ := w.left("main"); items != 3 {
		t.Errorf("%d items before anything is over, want 3", items)
	}
	w.now = w.now.Add(11 * day)
	w.run()
	if w.held("main", "zoe") || w.held("other", "zoe") || !w.held("main", "max") || !w.held("other", "max") {
		t.Error("a run kept what is over, or removed what is not, or is held")
	}
	w.now = w.now.Add(2 * day)
	w.run()
	w.now = w.now.Add(2 * day)
	w.run()
	if _, keys := w.left("main"); keys != 1 {
		t.Errorf("%d keys, want the one of the person under a hold", keys)
	}
}

func TestARunHasOneRecordForEachTenantHoweverOftenItIsRepeated(t *testing.T) {
	w := newWorld(t)
	w.keep("main", "zoe")
	w.keep("other", "zoe")
	for range 3 {
		w.run()
	}
	w.now = w.now.Add(time.Hour)
	w.run()
	for _, tenant := range []string{"main", "other"} {
		if got := w.runs(tenant); got != 2 {
			t.Errorf("%s: %d records of two runs, want 2", tenant, got)
		}
	}
}

func TestOldBatchesGoPieceByPiece(t *testing.T) {
	w := newWorld(t)
	w.keep("main", "zoe")
	w.batches.left = 12
	w.run()
	if got, want := fmt.Sprint(w.batches.left, len(w.batches.asked)), "0 3"; got != want {
		t.Errorf("left and asked = %s, want %s", got, want)
	}
	if got, want := w.batches.asked[0], w.now.Add(-365*day); !got.Equal(want) {
		t.Errorf("removed before %v, want %v", got, want)
	}
}

func TestBatchesAreTendedToTheLastPage(t *testing.T) {
	w := newWorld(t)
	w.keep("main", "zoe")
	w.batches.pages = 3
	w.run()
	if got, want := strings.Join(w.batches.tended, " "), "main main/2 main/1"; got != want {
		t.Errorf("tended from %q, want %q", got, want)
	}
}

func TestAuditRecordsEndPieceByPieceUnlessAnybodyIsHeld(t *testing.T) {
	w := newWorld(t)
	w.keep("main", "zoe")
	w.chains.left = 2
	w.run()
	if got, want := strings.Join(w.chains.asked, ", "), "main 2119-03-01, main 2119-03-01"; got != want {
		t.Errorf("asked for %s, want %s", got, want)
	}
	hold := audit.Event{Tenant: "main", Actor: "usr_1", Operation: "holdSubject"}
	if _, err := w.Subjects.Hold(t.Context(), "main", "ann", subjects.Hold{Reason: "litigation", Reference: "7"}, hold); err != nil {
		t.Fatal(err)
	}
	w.chains.asked = nil
	w.run()
	if len(w.chains.asked) != 0 {
		t.Errorf("asked for %v under a hold, want nothing", w.chains.asked)
	}
	if err := w.Subjects.Release(t.Context(), "main", "ann", audit.Event{Tenant: "main", Actor: "usr_1", Operation: "releaseSubject"}); err != nil {
		t.Fatal(err)
	}
	w.run()
	if len(w.chains.asked) == 0 {
		t.Error("asked for nothing once the hold is released")
	}
}

func TestWithoutTimeARunStopsAndTheNextGoesOn(t *testing.T) {
	w := newWorld(t)
	w.keep("main", "zoe")
	w.now = w.now.Add(31 * day)
	if err := w.Run(deadline{t.Context(), w.now.Add(10 * time.Second)}, w.now); err != nil {
		t.Fatal(err)
	}
	if items, _ := w.left("main"); items != 1 {
		t.Errorf("%d items, want the one that there was no time for", items)
	}
	w.now = w.now.Add(time.Hour)
	w.run()
	if items, _ := w.left("main"); items != 0 {
		t.Errorf("%d items, want none", items)
	}
}

// deadline is a context that says when it ends, by the test's clock, which is far ahead of any other.
type deadline struct {
	context.Context
	end time.Time
}

func (d deadline) Deadline() (time.Time, bool) { return d.end, true }

func TestATenantThatFailsDoesNotStopTheOthers(t *testing.T) {
	w := newWorld(t)
	w.keep("main", "zoe")
	w.keep("other", "zoe")
	w.now = w.now.Add(31 * day)
	w.batches.err = errors.New("broken")
	err := w.Run(t.Context(), w.now)
	if err == nil || !strings.Contains(err.Error(), "tenant main") || !strings.Contains(err.Error(), "tenant other") {
		t.Errorf("Run = %v, want both named", err)
	}
	for _, tenant := range []string{"main", "other"} {
		if items, _ := w.left(tenant); items != 0 {
			t.Errorf("%s: %d items, want none", tenant, items)
		}
	}
}
