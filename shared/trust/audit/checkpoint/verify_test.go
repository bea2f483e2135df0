package checkpoint_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/storage/table"

	"github.com/customerai/customerai/shared/storage/faults"
)

func TestAVerificationNamesTheFirstBadRecord(t *testing.T) {
	name := func(index int) string { return fmt.Sprintf("record#%020d", index) }
	edit := func(index int) func(*house) {
		return func(h *house) {
			h.change(name(index), func(s string) string { return strings.Replace(s, "createBatch", "deleteBatch", 1) })
		}
	}
	for what, c := range map[string]struct {
		from    uint64
		limit   int
		breaks  func(*house)
		to, bad uint64
		problem string
	}{
		"a sound chain":                 {1, 100, nil, 12, 0, ""},
		"a part of it":                  {3, 4, nil, 6, 0, ""},
		"the end of it":                 {9, 100, nil, 12, 0, ""},
		"just beyond the end":           {13, 100, nil, 12, 0, ""},
		"far beyond the end":            {40, 100, nil, 39, 39, "missing"},
		"an edit":                       {1, 100, edit(7), 6, 7, "hash"},
		"an edit beyond the part":       {1, 6, edit(7), 6, 0, ""},
		"an edit before the part":       {9, 100, edit(7), 12, 0, ""},
		"garbage just before the part":  {8, 100, func(h *house) { h.change(name(7), func(string) string { return "{}" }) }, 7, 7, "not a record"},
		"a hole":                        {1, 100, func(h *house) { h.change(name(4), nil) }, 3, 4, "index"},
		"a missing end":                 {1, 100, func(h *house) { h.change(name(12), nil) }, 11, 12, "missing"},
		"a head that was taken back":    {1, 100, func(h *house) { h.change("head", func(string) string { return `{"index":11,"hash":"0"}` }) }, 11, 11, "head"},
		"an end cut to the checkpoint":  {1, 100, func(h *house) { h.cut(10) }, 10, 0, ""},
		"an end cut below it":           {1, 100, func(h *house) { h.cut(6) }, 6, 7, "newest checkpoint"},
		"the same, asked for the end":   {7, 100, func(h *house) { h.cut(6) }, 6, 7, "newest checkpoint"},
		"a fork within what it fixes":   {1, 100, func(h *house) { h.fork(6); h.append("main", 4) }, 6, 7, "a checkpoint"},
		"a fork before what it adds":    {1, 100, func(h *house) { h.fork(2); h.append("main", 9) }, 2, 3, "a checkpoint"},
		"the same, in a part of it":     {1, 4, func(h *house) { h.fork(2); h.append("main", 9) }, 2, 3, "a checkpoint"},
		"a fork after what it has seen": {1, 100, func(h *house) { h.fork(11) }, 13, 0, ""},
	} {
		h := newHouse(t)
		h.append("main", 5)
		if err := h.service().Write(t.Context(), at(13, 0)); err != nil {
			t.Fatal(err)
		}
		h.append("main", 5)
		if err := h.service().Write(t.Context(), at(14, 0)); err != nil {
			t.Fatal(err)
		}
		h.append("main", 2)
		if c.breaks != nil {
			c.breaks(h)
		}
		got, err := h.service().Verify(t.Context(), "main", c.from, c.limit, time.Time{})
		if err != nil || got.To != c.to || got.Bad != c.bad || !strings.Contains(got.Problem, c.problem) || got.Checkpoint.Size != 10 {
			t.Errorf("%s: got %+v and %v, want sound to %d, bad %d: %s", what, got, err, c.to, c.bad, c.problem)
		}
	}
}

func TestAChainWithoutCheckpointsIsVerifiedByItself(t *testing.T) {
	h := newHouse(t)
	if got, err := h.service().Verify(t.Context(), "main", 1, 100, time.Time{}); err != nil || got.Bad != 0 || got.To != 0 {
		t.Errorf("no chain: got %+v and %v, want nothing, and nothing bad", got, err)
	}
	h.append("main", 3)
	if got, err := h.service().Verify(t.Context(), "main", 1, 100, time.Time{}); err != nil || got.Bad != 0 || got.To != 3 {
		t.Errorf("got %+v and %v, want three sound records", got, err)
	}
}

// A store that does not answer is no verdict.
func TestAVerificationThatCannotReadIsAnError(t *testing.T) {
	for n := 1; ; n++ {
		h := newHouse(t)
		h.append("main", 3)
		if err := h.service().Write(t.Context(), at(13, 0)); err != nil {
			t.Fatal(err)
		}
		injector := faults.New(faults.Once(n, faults.Before))
		_, err := h.broken(injector).Verify(t.Context(), "main", 2, 100, time.Time{})
		if broken := injector.Calls() >= n; broken != (err != nil) {
			t.Errorf("call %d is not answered: got %v", n, err)
		}
		if injector.Calls() < n {
			return
		}
	}
}

// A quiet tenant has few records in each of many hours.
func TestAVerificationReadsSoManyCheckpointsAndSaysWhereToGoOn(t *testing.T) {
	h := newHouse(t)
	const hours = 700
	for range hours {
		h.append("main", 1)
		h.now = h.now.Add(time.Hour)
		if err := h.service().Write(t.Context(), h.now); err != nil {
			t.Fatal(err)
		}
	}
	h.change(fmt.Sprintf("record#%020d", hours), nil) // far from the first request
	parts := 0
	for from := uint64(1); ; parts++ {
		got, err := h.service().Verify(t.Context(), "main", from, 10_000, time.Time{})
		if err != nil || parts > 3 {
			t.Fatalf("from %d: %+v and %v", from, got, err)
		}
		if got.Bad > 0 {
			if got.Bad != hours || parts == 0 {
				t.Errorf("record %d is bad after %d parts, want %d in a later one", got.Bad, parts, hours)
			}
			return
		}
		from = got.To + 1
	}
}

// wipe removes all that the table has of a tenant's chain, as somebody with the rights to the table could: its records and its
// head, and the note of how far its checkpoints have come.
func (h *house) wipe() {
	h.t.Helper()
	for _, partition := range []string{"main#audit", "main#audit-checkpoints"} {
		items, err := table.All(h.t.Context(), h.table, table.Query{Partition: partition})
		if err != nil {
			h.t.Fatal(err)
		}
		for _, item := range items {
			if err := h.table.Delete(h.t.Context(), item.Key, table.Any()); err != nil {
				h.t.Fatal(err)
			}
		}
	}
}

func TestAChainThatIsGoneOrBegunAnewIsHeldToTheCheckpointsOfBefore(t *testing.T) {
	for what, c := range map[string]struct {
		anew         int
		bad          uint64
		problem, run string
	}{
		"gone":              {0, 1, "it was there at the newest checkpoint", "at record 1: it was there"},
		"begun anew":        {2, 1, "a checkpoint has fixed", "at record 3: it was there"},
		"anew, and as long": {9, 1, "a checkpoint has fixed", "at or before record 5"},
	} {
		h := newHouse(t)
		h.append("main", 5)
		for _, hour := range []int{13, 14} {
			if err := h.service().Write(t.Context(), at(hour, 0)); err != nil {
				t.Fatal(err)
			}
		}
		h.wipe()
		if c.anew > 0 { // which asks for more: the chain's registration
			if err := h.table.Delete(t.Context(), table.Key{Partition: "#audit-chains", Sort: "main"}, table.Any()); err != nil {
				t.Fatal(err)
			}
		}
		h.now = at(15, 10)
		h.append("main", c.anew)
		got, err := h.service().Verify(t.Context(), "main", 1, 100, time.Time{})
		if err != nil || got.Bad != c.bad || !strings.Contains(got.Problem, c.problem) || got.Checkpoint.Size != 5 {
			t.Errorf("%s: verified %+v and %v, want record %d bad: %s", what, got, err, c.bad, c.problem)
		}
		if err := h.service().Write(t.Context(), at(16, 0)); err == nil || !strings.Contains(err.Error(), c.run) {
			t.Errorf("%s: the next run: %v, want it to say %q", what, err, c.run)
		}
	}
}

// A run that falls behind makes up for 48 windows, but nobody can be sent back by more than that, either.
func TestAPointerThatWasTakenBackByWeeksHidesNothing(t *testing.T) {
	h := newHouse(t)
	h.append("main", 2)
	if err := h.service().Write(t.Context(), at(13, 0)); err != nil {
		t.Fatal(err)
	}
	takeBack := h.pointer()
	h.now = at(13, 0).Add(99 * time.Hour)
	for range 3 { // of at most 48 windows each
		if err := h.service().Write(t.Context(), h.now); err != nil {
			t.Fatal(err)
		}
	}
	h.append("main", 3)
	if err := h.service().Write(t.Context(), h.now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	takeBack()
	h.cut(2)
	if got, err := h.service().Verify(t.Context(), "main", 1, 100, time.Time{}); err != nil || got.Bad != 3 {
		t.Errorf("verified %+v and %v, want record 3 bad", got, err)
	}
}
