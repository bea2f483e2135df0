package batch

import (
	"crypto/rand"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/storage/table"
)

func (h *house) remover() *Remover {
	return &Remover{Table: h.table, Uploads: h.uploads, Results: h.results, Originals: 30 * 24 * time.Hour, NewID: rand.Text}
}

// objects counts what the results bucket holds.
func (h *house) objects() int { return len(h.keys(h.results, "main/")) }

// finished makes a batch of a file and lets it come to its end.
func (h *house) finishedBatch(name string) string {
	h.t.Helper()
	h.put("main/"+name, "text\nI love the phone\nThe parcel is late\n")
	if err := h.splitter().Split(h.t.Context(), "main/"+name); err != nil {
		h.t.Fatal(err)
	}
	if err := h.drain(); err != nil {
		h.t.Fatal(err)
	}
	page, err := h.service().List(h.t.Context(), "main", 100, "")
	if err != nil {
		h.t.Fatal(err)
	}
	for _, b := range page.Items {
		if b.FileName == name {
			return b.BatchID
		}
	}
	h.t.Fatalf("%s became no batch", name)
	return ""
}

func TestOldBatchesAreRemovedWholeAndNewerOnesStay(t *testing.T) {
	h := newHouse(t, nil)
	id := h.finishedBatch("old.csv")
	before := h.objects()
	if n, err := h.remover().RemoveBefore(t.Context(), "main", noon, 10); n != 0 || err != nil || before == 0 {
		t.Fatalf("RemoveBefore the batch's own time = %d, %v, want none of %d objects touched", n, err, before)
	}
	if n, err := h.remover().RemoveBefore(t.Context(), "other", noon.Add(time.Hour), 10); n != 0 || err != nil {
		t.Fatalf("RemoveBefore for another tenant = %d, %v, want none", n, err)
	}
	if n, err := h.remover().RemoveBefore(t.Context(), "main", noon.Add(time.Second), 10); n != 1 || err != nil {
		t.Fatalf("RemoveBefore = %d, %v, want one", n, err)
	}
	if _, err := h.service().Get(t.Context(), "main", id); !errs.Is(err, errs.NotFound) {
		t.Errorf("Get = %v, want not found", err)
	}
	left, err := table.All(t.Context(), h.table, table.Query{Partition: "main#batch#" + id})
	if err != nil || len(left) != 0 || h.objects() != 0 {
		t.Errorf("%d items and %d objects are left (%v), want none", len(left), h.objects(), err)
	}
}

func TestABatchThatIsBeingRemovedIsAsGoodAsNone(t *testing.T) {
	h := newHouse(t, nil)
	id := h.finishedBatch("old.csv")
	page, err := h.service().Analysed(t.Context(), "main", id, 1, "")
	if err != nil || page.Next == "" {
		t.Fatalf("the first page ends with %q (%v), want a cursor", page.Next, err)
	}
	if err := removeObjects(t.Context(), h.results, "main/"+id+"/"); err != nil { // and has not come to the record yet
		t.Fatal(err)
	}
	for _, cursor := range []string{"", page.Next} {
		_, err := h.service().Analysed(t.Context(), "main", id, 1, cursor)
		mustBe(t, err, errs.NotFound)
	}
}

func TestARemovalThatIsInterruptedIsFinishedByTheNext(t *testing.T) {
	for kill := 1; ; kill++ {
		h := newHouse(t, nil)
		h.finishedBatch("old.csv")
		injector := faults.New(faults.Kill(kill, faults.After))
		_, _ = h.broken(injector).remover().RemoveBefore(t.Context(), "main", noon.Add(time.Second), 10)
		if _, err := h.remover().RemoveBefore(t.Context(), "main", noon.Add(time.Second), 10); err != nil {
			t.Fatalf("killed at %d: %v", kill, err)
		}
		page, err := h.service().List(t.Context(), "main", 10, "")
		if err != nil || len(page.Items) != 0 || h.objects() != 0 {
			t.Fatalf("killed at %d: %d batches and %d objects are left (%v), want none", kill, len(page.Items), h.objects(), err)
		}
		if injector.Calls() < kill {
			return
		}
	}
}
