package ledger

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/workflow/batch/keys"
	"github.com/customerai/customerai/shared/workflow/batch/tally"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func atNoon() time.Time { return noon }

// batch is the record of a batch with a letter for its id, made some minutes after noon.
func batch(letter string, minutes int) Record {
	return Record{
		Tenant: "main", ID: keys.IDPrefix + strings.Repeat(letter, 26), FileName: "a.csv", Status: Waiting,
		Created: noon.Add(time.Duration(minutes) * time.Minute),
	}
}

// kept returns a ledger with these batches in it.
func kept(t *testing.T, records ...Record) Ledger {
	t.Helper()
	l := Ledger{Table: memtable.New(atNoon)}
	for _, r := range records {
		if err := l.Create(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

func mustBe(t *testing.T, err error, code errs.Code) {
	t.Helper()
	if !errs.Is(err, code) {
		t.Errorf("error = %v (%s), want %s", err, errs.CodeOf(err), code)
	}
}

func mustGet(t *testing.T, l Ledger, of Record) Record {
	t.Helper()
	r, err := l.Get(t.Context(), of.Tenant, of.ID)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEveryPartitionBeginsWithTheTenant(t *testing.T) {
	id := batch("A", 0).ID
	for _, key := range []table.Key{
		recordKey("main", id), chunkKey("main", id, 1), deltaKey("main", id, 1), listKey("main", id, noon), originalKey("main", id, noon),
	} {
		if !strings.HasPrefix(key.Partition, "main#") {
			t.Errorf("partition %q", key.Partition)
		}
	}
}

func TestARecordIsKeptOnceAndChangedByWhoHasReadIt(t *testing.T) {
	a := batch("A", 0)
	l := kept(t, a)
	if err := l.Create(t.Context(), a); err != nil {
		t.Errorf("the very same record again: %v", err)
	}
	other := a
	other.FileName = "b.csv"
	mustBe(t, l.Create(t.Context(), other), errs.Conflict)
	first, second := mustGet(t, l, a), mustGet(t, l, a)
	first.Status = InProgress
	if err := l.Save(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	second.Status = Completed
	mustBe(t, l.Save(t.Context(), second), errs.Conflict)
	list, _, err := l.List(t.Context(), "main", 10, "")
	if err != nil || len(list) != 1 || list[0] != mustGet(t, l, a) || list[0].Status != InProgress {
		t.Errorf("listed %+v, %v, want what lies under the id, and that in progress", list, err)
	}
	_, err = l.Get(t.Context(), "rival", a.ID)
	mustBe(t, err, errs.NotFound)
}

func TestAnAnnouncementIsInTheAuditLog(t *testing.T) {
	l, a := kept(t), batch("A", 0)
	log := audittest.New(t, l.Table, atNoon)
	if err := l.Announce(t.Context(), log, a); err != nil {
		t.Fatal(err)
	}
	if records := audittest.Records(t, log, "main"); len(records) != 1 || records[0].Operation != "createBatch" {
		t.Errorf("recorded %+v, want the announcement", records)
	}
	if got := mustGet(t, l, a); got.FileName != a.FileName || got.Status != Waiting {
		t.Errorf("kept %+v, want %+v", got, a)
	}
	if err := l.Announce(t.Context(), log, a); err == nil {
		t.Error("a batch is announced twice")
	}
}

func TestABatchFailsUnlessItHasComeToItsEnd(t *testing.T) {
	for status, want := range map[Status]Status{Waiting: Failed, InProgress: Failed, Completed: Completed, Failed: Failed} {
		t.Run(string(status), func(t *testing.T) {
			a := batch("A", 0)
			a.Status = status
			l := kept(t, a)
			if err := l.Fail(t.Context(), "main", a.ID, Failure{Code: "invalid", Message: "why"}); err != nil {
				t.Fatal(err)
			}
			if got := mustGet(t, l, a); got.Status != want || (got.Failure != nil) != !status.Final() {
				t.Errorf("got %s with %+v, want %s", got.Status, got.Failure, want)
			}
		})
	}
	mustBe(t, kept(t).Fail(t.Context(), "main", batch("A", 0).ID, Failure{}), errs.NotFound)
}

func TestAChunkCountsOnce(t *testing.T) {
	l, id := kept(t), batch("A", 0).ID
	mustBe(t, l.Finished(t.Context(), "main", id, 2), errs.NotFound)
	for _, number := range []int{2, 1, 4} {
		if err := l.Finish(t.Context(), "main", id, number, &tally.Delta{Rows: 10, Results: int64(number)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Finished(t.Context(), "main", id, 2); err != nil {
		t.Errorf("a chunk that is finished: %v", err)
	}
	if err := l.Finish(t.Context(), "main", id, 2, &tally.Delta{Rows: 99, Results: 99}); err != nil && !errs.Is(err, errs.Conflict) {
		t.Fatal(err)
	}
	sum, chunks, err := l.Total(t.Context(), "main", id)
	if err != nil || chunks != 3 || sum.Rows != 30 || sum.Results != 7 {
		t.Errorf("total = %d rows and %d results of %d chunks, %v, want 30, 7 and 3", sum.Rows, sum.Results, chunks, err)
	}
	done, err := l.FinishedChunks(t.Context(), "main", id)
	if err != nil || len(done) != 3 || !done[1] || !done[2] || !done[4] {
		t.Errorf("finished = %v, %v, want 1, 2 and 4", done, err)
	}
}

func TestChunksAreReadInOrderUpToTheFirstThatIsMissing(t *testing.T) {
	l, id := kept(t), batch("A", 0).ID
	for _, number := range []int{4, 2, 1} {
		if err := l.Finish(t.Context(), "main", id, number, &tally.Delta{Rows: 10, Results: int64(number)}); err != nil {
			t.Fatal(err)
		}
	}
	for from, want := range map[int]string{1: "[{1 9} {2 8}]", 2: "[{2 8}]", 3: "[]", 4: "[{4 6}]"} {
		chunks := []Chunk{}
		for chunk, err := range l.Contiguous(t.Context(), "main", id, from) {
			if err != nil {
				t.Fatal(err)
			}
			chunks = append(chunks, chunk)
		}
		if got := fmt.Sprint(chunks); got != want {
			t.Errorf("from %d: %s, want %s", from, got, want)
		}
	}
}

func TestBatchesAreListedNewestFirstAndEndOldestFirst(t *testing.T) {
	a, b, c := batch("A", 0), batch("B", 1), batch("C", 2)
	l := kept(t, c, a, b)
	var ids []string
	for cursor := ""; ; {
		page, next, err := l.List(t.Context(), "main", 2, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page {
			ids = append(ids, r.ID)
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	if want := []string{c.ID, b.ID, a.ID}; !slices.Equal(ids, want) {
		t.Errorf("listed %q, want %q", ids, want)
	}
	_, _, err := l.List(t.Context(), "main", 2, "none of ours")
	mustBe(t, err, errs.Invalid)

	ids = nil
	for r, err := range l.Before(t.Context(), "main", c.Created, 10) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.ID)
	}
	if want := []string{a.ID, b.ID}; !slices.Equal(ids, want) {
		t.Errorf("before the third there were %q, want %q", ids, want)
	}
}

func TestANoteTellsOfABatchUntilItIsSettled(t *testing.T) {
	a, b := batch("A", 0), batch("B", 1)
	l := kept(t, b, a)
	notes, next, err := l.Notes(t.Context(), "main", 10, "")
	if err != nil || next != "" || len(notes) != 2 || notes[0].BatchID != a.ID || notes[1].BatchID != b.ID {
		t.Fatalf("notes = %+v, %q, %v, want both batches, the older first", notes, next, err)
	}
	if err := l.Settle(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if err := l.Drop(t.Context(), notes[1]); err != nil {
		t.Fatal(err)
	}
	if notes, _, err := l.Notes(t.Context(), "main", 10, ""); err != nil || len(notes) != 0 {
		t.Errorf("notes = %+v, %v, want none", notes, err)
	}
}

func TestNothingIsLeftOfABatchThatIsRemoved(t *testing.T) {
	a := batch("A", 0)
	l := kept(t, a)
	if err := l.Finish(t.Context(), "main", a.ID, 1, &tally.Delta{Rows: 1}); err != nil {
		t.Fatal(err)
	}
	if err := l.Settle(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if err := l.Remove(t.Context(), a, "token"); err != nil {
		t.Fatal(err)
	}
	for _, partition := range []string{batchPartition("main", a.ID), listPartition("main"), originalsPartition("main")} {
		if left, err := table.All(t.Context(), l.Table, table.Query{Partition: partition}); err != nil || len(left) != 0 {
			t.Errorf("%s: %d items are left, %v, want none", partition, len(left), err)
		}
	}
}

func TestAnItemThatIsNotOfTheLedgerIsAnError(t *testing.T) {
	a := batch("A", 0)
	l := kept(t)
	for _, key := range []table.Key{
		recordKey("main", a.ID), listKey("main", a.ID, noon), chunkKey("main", a.ID, 1), deltaKey("main", a.ID, 1),
		{Partition: batchPartition("main", a.ID), Sort: chunkPrefix + "first"},
	} {
		if err := l.Table.Put(t.Context(), table.Item{Key: key, Value: []byte("{")}, table.Absent()); err != nil {
			t.Fatal(err)
		}
	}
	for name, read := range map[string]func() error{
		"get":      func() error { _, err := l.Get(t.Context(), "main", a.ID); return err },
		"list":     func() error { _, _, err := l.List(t.Context(), "main", 10, ""); return err },
		"total":    func() error { _, _, err := l.Total(t.Context(), "main", a.ID); return err },
		"finished": func() error { _, err := l.FinishedChunks(t.Context(), "main", a.ID); return err },
		"contiguous": func() (err error) {
			for _, err = range l.Contiguous(t.Context(), "main", a.ID, 1) {
			}
			return err
		},
		"before": func() (err error) {
			for _, err = range l.Before(t.Context(), "main", noon.Add(time.Hour), 10) {
			}
			return err
		},
	} {
		if err := read(); err == nil || !strings.Contains(err.Error(), "decode") {
			t.Errorf("%s: error = %v, want one that says what cannot be decoded", name, err)
		}
	}
}
