package checkpoint_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/trust/audit/checkpoint"
)

// aged is a house whose chain has five records of the first hour, three of the second and two that no checkpoint has fixed.
func aged(t *testing.T) *house {
	t.Helper()
	h := newHouse(t)
	for hour, records := range []int{5, 3, 2} {
		h.now = at(12+hour, 30)
		h.append("main", records)
		if hour < 2 {
			if err := h.service().Write(t.Context(), at(13+hour, 0)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return h
}

func (h *house) expire(s *checkpoint.Service, before time.Time, limit int) (err error) {
	for more := true; more && err == nil; {
		more, err = s.Expire(h.t.Context(), "main", before, limit)
	}
	return err
}

// kept are the indexes of the records that there are.
func (h *house) kept() (first, last uint64) {
	h.t.Helper()
	records, err := h.log.List(h.t.Context(), "main", 0, 100)
	if err != nil {
		h.t.Fatal(err)
	}
	for i, r := range records {
		if r.Index != records[0].Index-uint64(i) {
			h.t.Fatalf("record %d follows %d", records[0].Index-uint64(i), r.Index)
		}
	}
	return records[len(records)-1].Index, records[0].Index
}

func TestRecordsExpireByWholeCheckpointsAndTheRestStaysSound(t *testing.T) {
	for what, c := range map[string]struct {
		before time.Time
		first  uint64
	}{
		"before everything":                 {at(12, 0), 1},
		"within the first hour":             {at(12, 59), 1},
		"after the first checkpoint":        {at(13, 0), 6},
		"within the second hour":            {at(13, 59), 6},
		"after the second":                  {at(14, 20), 9},
		"later than anything that is fixed": {at(20, 0), 1},
	} {
		h := aged(t)
		if err := h.expire(h.service(), c.before, 2); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if first, last := h.kept(); first != c.first || last != 10 {
			t.Errorf("%s: records %d to %d are kept, want %d to 10", what, first, last, c.first)
		}
		for from := range uint64(11) {
			got, err := h.service().Verify(t.Context(), "main", from+1, 100, c.before)
			if err != nil || got.Bad != 0 || got.From != max(from+1, c.first) || got.Head != 10 {
				t.Errorf("%s: from %d: got %+v and %v, want a sound chain from %d", what, from+1, got, err, c.first)
			}
		}
		h.append("main", 1) // and it goes on
		if err := h.service().Write(t.Context(), at(16, 0)); err != nil {
			t.Errorf("%s: the next checkpoints: %v", what, err)
		}
	}
}

func TestOnlyACheckpointThatIsOldEnoughExcusesAMissingBeginning(t *testing.T) {
	start := func(text string) func(*house) {
		return func(h *house) {
			h.change("start", func(string) string { return text })
		}
	}
	for what, c := range map[string]struct {
		breaks func(*house)
		before time.Time
	}{
		"one that is younger than that":      {func(*house) {}, at(12, 59)},
		"one of another size":                {start(`{"index":5,"previous":"x","window":"2026-03-01T13:00:00Z"}`), at(20, 0)},
		"one of another head":                {start(`{"index":6,"previous":"x","window":"2026-03-01T13:00:00Z"}`), at(20, 0)},
		"one that is not there":              {start(`{"index":6,"previous":"x","window":"2026-03-01T02:00:00Z"}`), at(20, 0)},
		"none, as the note of it is missing": {func(h *house) { h.change("start", nil) }, at(20, 0)},
	} {
		h := aged(t)
		if err := h.expire(h.service(), at(13, 0), 10); err != nil {
			t.Fatal(err)
		}
		c.breaks(h)
		got, err := h.service().Verify(t.Context(), "main", 1, 100, c.before)
		if err != nil || got.Bad != 1 {
			t.Errorf("%s: got %+v and %v, want that record 1 is missing", what, got, err)
		}
	}
}

func TestNothingExpiresThatIsNotWhatWasFixedOrIsYoungerThanItsCheckpoint(t *testing.T) {
	h := aged(t)
	h.change(fmt.Sprintf("record#%020d", 5), func(s string) string { return strings.Replace(s, "createBatch", "deleteBatch", 1) })
	h.change(fmt.Sprintf("record#%020d", 5), func(s string) string { return s[:len(s)-4] + `0"}` })
	if err := h.expire(h.service(), at(13, 0), 10); err == nil {
		t.Error("a record that was changed is removed without a word")
	}
	h = newHouse(t)
	h.now = at(12, 10)
	h.append("main", 1)
	h.now = at(16, 10) // the run was late
	h.append("main", 1)
	if err := h.service().Write(t.Context(), at(13, 0)); err != nil {
		t.Fatal(err)
	}
	h.append("main", 1)
	if err := h.expire(h.service(), at(13, 0), 10); err != nil {
		t.Fatal(err)
	}
	if first, _ := h.kept(); first != 1 {
		t.Errorf("the chain begins with %d, want everything kept: a record of the afternoon was fixed with the morning's", first)
	}
}

func TestTheLastRecordOfAChainStays(t *testing.T) {
	h := newHouse(t)
	h.append("main", 2)
	if err := h.service().Write(t.Context(), at(20, 0)); err != nil {
		t.Fatal(err)
	}
	if err := h.expire(h.service(), at(19, 0), 10); err != nil {
		t.Fatal(err)
	}
	if first, last := h.kept(); first != 1 || last != 2 {
		t.Errorf("records %d to %d are kept, want both", first, last)
	}
}

func TestAnExpiryThatDiesAnywhereIsFinishedByTheNext(t *testing.T) {
	for _, moment := range []faults.Moment{faults.Before, faults.After} {
		for n := 1; ; n++ {
			h := aged(t)
			injector := faults.New(faults.Kill(n, moment))
			err := h.expire(h.broken(injector), at(14, 0), 3)
			if injector.Calls() < n {
				break
			}
			if !errs.Is(err, errs.Unavailable) {
				t.Errorf("killed at %d: got %v, want unavailable", n, err)
			}
			if got, err := h.service().Verify(t.Context(), "main", 1, 100, at(14, 0)); err != nil || got.Bad != 0 {
				t.Errorf("killed at %d: got %+v and %v, want a sound chain in between", n, got, err)
			}
			if err := h.expire(h.service(), at(14, 0), 3); err != nil {
				t.Fatal(err)
			}
			if first, _ := h.kept(); first != 9 {
				t.Errorf("killed at %d: the chain begins with %d, want 9", n, first)
			}
		}
	}
}
