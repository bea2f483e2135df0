package checkpoint_test

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/blob/dirblob"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/stores"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/trust/audit/checkpoint"
	"github.com/customerai/customerai/shared/trust/audit/merkle"
)

var days = flag.Int("days", 20, "days of fires to simulate; ten years are 3653 and take some minutes")

// house is a chain and its checkpoints, with a clock.
type house struct {
	t      testing.TB
	now    time.Time
	table  table.Table
	bucket *dirblob.Bucket
	log    *audit.Log
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, now: time.Date(2026, 3, 1, 12, 10, 0, 0, time.UTC)}
	clock := func() time.Time { return h.now }
	h.table = memtable.New(clock)
	h.log = audittest.New(t, h.table, clock)
	h.bucket = stores.Bucket(t)
	return h
}

func (h *house) service() *checkpoint.Service {
	return &checkpoint.Service{Table: h.table, Bucket: h.bucket, Log: h.log}
}

// broken is the service on stores that fail by a script.
func (h *house) broken(injector *faults.Injector) *checkpoint.Service {
	tb := injector.Table(h.table)
	return &checkpoint.Service{Table: tb, Bucket: injector.Bucket(h.bucket), Log: audittest.New(h.t, tb, func() time.Time { return h.now })}
}

func (h *house) append(tenant string, records int) {
	h.t.Helper()
	for range records {
		if _, err := h.log.Commit(h.t.Context(), audit.Event{Tenant: tenant, Operation: "createBatch"}); err != nil {
			h.t.Fatal(err)
		}
	}
}

// objects reads a tenant's checkpoints in the order of their windows.
func (h *house) objects(tenant string) (all []checkpoint.Checkpoint) {
	h.t.Helper()
	cursor := ""
	for {
		page, err := h.bucket.List(context.WithoutCancel(h.t.Context()), tenant+"/", cursor, 1000)
		if err != nil {
			h.t.Fatal(err)
		}
		for _, info := range page.Objects {
			object, err := h.bucket.Open(h.t.Context(), info.Key, blob.Range{})
			if err != nil {
				h.t.Fatal(err)
			}
			text, err := io.ReadAll(object)
			_ = object.Close()
			if err != nil {
				h.t.Fatal(err)
			}
			var c checkpoint.Checkpoint
			if err := json.Unmarshal(text, &c); err != nil {
				h.t.Fatal(err)
			}
			if want := tenant + "/" + c.Window.Format("2006-01-02T15") + ".json"; info.Key != want {
				h.t.Errorf("got the key %s, want %s", info.Key, want)
			}
			all = append(all, c)
		}
		if cursor = page.Next; cursor == "" {
			return all
		}
	}
}

// sound checks a tenant's checkpoints against its chain, and that their windows follow each other without a gap.
func (h *house) sound(tenant string) []checkpoint.Checkpoint {
	h.t.Helper()
	records := audittest.Records(h.t, h.log, tenant)
	all := h.objects(tenant)
	var tree merkle.Tree
	for i, c := range all {
		for _, hash := range c.Hashes {
			sum, err := hex.DecodeString(hash)
			if err != nil || hash != records[tree.Size()].Hash {
				h.t.Fatalf("window %s: hash %d is not the record's: %v", c.Window, tree.Size()+1, err)
			}
			tree.Append(sum)
		}
		root := tree.Root()
		if c.Size != tree.Size() || c.Root != hex.EncodeToString(root[:]) || c.Size > 0 && c.Head != records[c.Size-1].Hash {
			h.t.Fatalf("window %s: got size %d, root %s and head %s, want those of its records", c.Window, c.Size, c.Root, c.Head)
		}
		if i > 0 && !c.Window.Equal(all[i-1].Window.Add(time.Hour)) {
			h.t.Fatalf("window %s follows %s", c.Window, all[i-1].Window)
		}
		if (c.Previous == strings.Repeat("0", 64)) != (i == 0) {
			h.t.Fatalf("window %s: got the previous %s", c.Window, c.Previous)
		}
	}
	return all
}

func at(hour, minute int) time.Time { return time.Date(2026, 3, 1, hour, minute, 0, 0, time.UTC) }

func TestACheckpointFixesWhatTheChainHas(t *testing.T) {
	h := newHouse(t)
	h.append("main", 3)
	h.append("other", 1)
	for _, step := range []struct {
		scheduled time.Time
		more      int
		want      []uint64 // sizes
	}{
		{at(12, 59), 2, nil},                       // the first hour is not over
		{at(13, 0), 0, []uint64{5}},                // on time
		{at(13, 0), 4, []uint64{5}},                // again
		{at(13, 40), 0, []uint64{5}},               // late, within the next hour
		{at(14, 20), 1, []uint64{5, 9}},            // the next
		{at(12, 0), 0, []uint64{5, 9}},             // one that was long on its way
		{at(17, 0), 0, []uint64{5, 9, 10, 10, 10}}, // two were missed
	} {
		if err := h.service().Write(t.Context(), step.scheduled); err != nil {
			t.Fatal(err)
		}
		var got []uint64
		for _, c := range h.sound("main") {
			got = append(got, c.Size)
		}
		if !slices.Equal(got, step.want) {
			t.Errorf("after %s: got checkpoints of the sizes %v, want %v", step.scheduled.Format("15:04"), got, step.want)
		}
		h.append("main", step.more)
	}
	if got := h.sound("other"); len(got) != 5 || got[4].Size != 1 {
		t.Errorf("another tenant has %+v, want five of size 1", got)
	}
	newest, err := h.service().Newest(t.Context(), "main")
	if err != nil || newest.Size != 10 || !newest.Window.Equal(at(17, 0)) {
		t.Errorf("got the newest %+v and %v, want that of 17 o'clock", newest, err)
	}
}

func TestThereIsNoNewestBeforeTheFirst(t *testing.T) {
	h := newHouse(t)
	if _, err := h.service().Newest(t.Context(), "main"); !errs.Is(err, errs.NotFound) {
		t.Errorf("without a chain: got %v, want not found", err)
	}
	h.append("main", 1)
	if _, err := h.service().Newest(t.Context(), "main"); !errs.Is(err, errs.NotFound) {
		t.Errorf("without a checkpoint: got %v, want not found", err)
	}
}

// Days of fires that come twice, overlap, come late, out of order or not at all, with a clock that is wrong by minutes, while
// the chain grows: every window has one checkpoint, in order.
func TestEveryWindowHasOneCheckpointHoweverTheClockFires(t *testing.T) {
	h := newHouse(t)
	random := rand.New(rand.NewPCG(1, 2))
	begin := time.Date(2028, 2, 27, 0, 0, 0, 0, time.UTC) // a leap day comes, and Europe and America change their clocks
	h.now = begin
	h.append("main", 1)
	hours := *days * 24
	for hour := 1; hour <= hours; hour++ {
		scheduled := begin.Add(time.Duration(hour) * time.Hour)
		h.now = scheduled.Add(time.Duration(random.IntN(600)-300) * time.Second)
		h.append("main", random.IntN(3))
		if random.IntN(10) == 0 && hour != hours {
			continue // missed
		}
		for range 1 + random.IntN(2) {
			fire := scheduled.Add(time.Duration(random.IntN(3000)) * time.Second)
			if random.IntN(8) == 0 {
				fire = fire.Add(-time.Duration(random.IntN(10)) * time.Hour)
			}
			first, second := make(chan error, 1), make(chan error, 1)
			go func() { first <- h.service().Write(t.Context(), fire) }()
			go func() { second <- h.service().Write(t.Context(), scheduled) }()
			if err := <-first; err != nil {
				t.Fatal(err)
			}
			if err := <-second; err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := len(h.sound("main")); got != hours {
		t.Errorf("got %d checkpoints for %d hours", got, hours)
	}
}

// A run dies at every single call it makes, before and after it; the next one makes up for it.
func TestARunThatDiesAnywhereIsMadeUpFor(t *testing.T) {
	for _, moment := range []faults.Moment{faults.Before, faults.After} {
		for n := 1; ; n++ {
			h := newHouse(t)
			h.append("main", 3)
			injector := faults.New(faults.Kill(n, moment))
			err := h.broken(injector).Write(t.Context(), at(15, 0))
			if died := injector.Calls() >= n; died != (err != nil) {
				t.Errorf("killed at call %d: got %v", n, err)
			}
			h.append("main", 1)
			if err := h.service().Write(t.Context(), at(15, 0)); err != nil {
				t.Fatalf("the run after a death at call %d: %v", n, err)
			}
			if got := h.sound("main"); len(got) != 3 {
				t.Errorf("after a death at call %d: got %d checkpoints, want 3", n, len(got))
			}
			if injector.Calls() < n {
				break
			}
		}
	}
}

func TestOneRunIsBounded(t *testing.T) {
	h := newHouse(t)
	h.append("main", 1)
	for run, want := range []int{48, 96, 100} {
		if err := h.service().Write(t.Context(), at(12, 0).Add(100*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got := len(h.sound("main")); got != want {
			t.Errorf("run %d: got %d checkpoints, want %d", run+1, got, want)
		}
	}
}

// change puts something else in the place of an item, as somebody with the rights to the table could.
func (h *house) change(sort string, to func(string) string) {
	h.t.Helper()
	item, err := h.table.Get(h.t.Context(), table.Key{Partition: "main#audit", Sort: sort})
	if err != nil {
		h.t.Fatal(err)
	}
	if to == nil {
		err = h.table.Delete(h.t.Context(), item.Key, table.Any())
	} else {
		err = h.table.Put(h.t.Context(), item.With([]byte(to(string(item.Value)))), table.Version(item.Version))
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

func TestAChainThatDoesNotGoOnIsAnErrorThatNamesTheRecord(t *testing.T) {
	name := func(index int) string { return fmt.Sprintf("record#%020d", index) }
	for what, c := range map[string]struct {
		breaks func(h *house)
		want   string
	}{
		"an edit": {func(h *house) {
			h.change(name(7), func(s string) string { return strings.Replace(s, "createBatch", "deleteBatch", 1) })
		}, "at record 7: its hash"},
		"a hole":        {func(h *house) { h.change(name(6), nil) }, "at record 6"},
		"a missing end": {func(h *house) { h.change(name(8), nil) }, "at record 8: it is missing"},
		"an edited head": {func(h *house) {
			h.change(name(5), func(s string) string { return strings.Replace(s, "createBatch", "deleteBatch", 1) })
		}, ""},
		"a fork":           {func(h *house) { h.fork(4) }, "at or before record 5"},
		"an end cut short": {func(h *house) { h.fork(3); h.cut(4) }, "at record 5: it was there"},
	} {
		h := newHouse(t)
		h.append("main", 5)
		h.append("other", 1)
		if err := h.service().Write(t.Context(), at(13, 0)); err != nil {
			t.Fatal(err)
		}
		h.append("main", 3)
		c.breaks(h)
		err := h.service().Write(t.Context(), at(14, 0))
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: got %v: the link to what was fixed holds, and Verify is for the rest", what, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want it to say %q", what, err, c.want)
		}
		if got := h.objects("other"); len(got) != 2 {
			t.Errorf("%s: got %d checkpoints of another tenant, want 2", what, len(got))
		}
	}
}

// fork throws the chain away from a record on, and writes two others in its place.
func (h *house) fork(kept uint64) {
	h.t.Helper()
	h.cut(kept)
	h.now = h.now.Add(time.Second)
	h.append("main", 2)
}

// cut takes the chain back to its first records.
func (h *house) cut(kept uint64) {
	h.t.Helper()
	head, err := h.log.Head(h.t.Context(), "main")
	if err != nil {
		h.t.Fatal(err)
	}
	last, err := h.log.Get(h.t.Context(), "main", kept)
	if err != nil {
		h.t.Fatal(err)
	}
	for index := kept + 1; index <= head.Index; index++ {
		h.change(fmt.Sprintf("record#%020d", index), nil)
	}
	h.change("head", func(string) string { return fmt.Sprintf(`{"index":%d,"hash":%q}`, last.Index, last.Hash) })
}

// pointer remembers how far the table says that the checkpoints have come, and returns what says so again.
func (h *house) pointer() (takeBack func()) {
	h.t.Helper()
	get := func() table.Item {
		item, err := h.table.Get(h.t.Context(), table.Key{Partition: "main#audit-checkpoints", Sort: "newest"})
		if err != nil {
			h.t.Fatal(err)
		}
		return item
	}
	before := get()
	return func() {
		h.t.Helper()
		now := get()
		if err := h.table.Put(h.t.Context(), now.With(before.Value), table.Version(now.Version)); err != nil {
			h.t.Fatal(err)
		}
	}
}

// Whoever takes the pointer back, with the chain, meets the objects that are there.
func TestAPointerThatWasTakenBackHidesNothing(t *testing.T) {
	h := newHouse(t)
	h.append("main", 2)
	if err := h.service().Write(t.Context(), at(13, 0)); err != nil {
		t.Fatal(err)
	}
	takeBack := h.pointer()
	h.append("main", 3)
	if err := h.service().Write(t.Context(), at(14, 0)); err != nil {
		t.Fatal(err)
	}
	takeBack()
	h.cut(2)
	if newest, err := h.service().Newest(t.Context(), "main"); err != nil || newest.Size != 5 {
		t.Errorf("got the newest of size %d and %v, want 5", newest.Size, err)
	}
	if err := h.service().Write(t.Context(), at(15, 0)); err == nil || !strings.Contains(err.Error(), "at record 3: it was there") {
		t.Errorf("got %v, want the cut named", err)
	}
}

func TestAnObjectThatIsNoCheckpointIsAnError(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":            `{`,
		"another tenant's":   `{"tenant":"other","window":"2026-03-01T13:00:00Z"}`,
		"another window's":   `{"tenant":"main","window":"2026-03-01T14:00:00Z"}`,
		"not a continuation": `{"tenant":"main","window":"2026-03-01T13:00:00Z","previous":"1"}`,
	} {
		h := newHouse(t)
		h.append("main", 1)
		if _, err := h.bucket.Write(t.Context(), "main/2026-03-01T13.json", strings.NewReader(text), blob.WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		if err := h.service().Write(t.Context(), at(13, 0)); err == nil {
			t.Errorf("%s: it was taken for a checkpoint", name)
		}
	}
}
