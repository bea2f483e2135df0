package batch

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/gzipped"
	"github.com/customerai/customerai/shared/testkit/race"
	"github.com/customerai/customerai/shared/workflow/batch/ledger"
)

// uploadsOf are the two ways that a file takes: cut by range, and cut into objects of their own.
func uploadsOf() map[string]string {
	return map[string]string{"main/messages.csv": sample(), "main/messages.csv.gz": gzipped.String(sample())}
}

func TestABatchThatDiesAtAnyStepEndsTheSame(t *testing.T) {
	race.Skip(t, "only slows one goroutine")
	for key, content := range uploadsOf() {
		want := reference(t, key, content)
		for _, moment := range []faults.Moment{faults.Before, faults.After} {
			t.Run(fmt.Sprintf("%s %d", key, moment), func(t *testing.T) {
				t.Parallel()
				for n := 1; ; n++ {
					h := newHouse(t, nil)
					h.put(key, content)
					injector := faults.New(faults.Kill(n, moment))
					died := h.broken(injector).process(key) != nil
					if len(h.keys(h.uploads, "")) == 0 {
						if d := h.only(); d.Status != ledger.Completed || d.Chunks.Done != d.Chunks.Total {
							t.Fatalf("after dying at step %d the original is gone and the batch is %+v", n, d)
						}
					}
					h.mustProcess(key) // what was not acknowledged comes again
					if got := h.outcome(h.only().BatchID); got != want {
						t.Fatalf("after dying at step %d\ngot  %s\nwant %s", n, got, want)
					}
					if injector.Calls() < n {
						if died || n < 20 {
							t.Fatalf("only %d steps; died at none of them: %v", n, died)
						}
						return
					}
				}
			})
		}
	}
}

func TestABatchThatStumblesAtEveryStepInTurnEndsTheSame(t *testing.T) {
	t.Parallel()
	for key, content := range uploadsOf() {
		want := reference(t, key, content)
		h := newHouse(t, nil)
		h.put(key, content)
		fail := 0
		for seed := range uint64(40) {
			random := rand.New(rand.NewPCG(seed, 1))
			injector := faults.New(func(faults.Call) faults.Moment {
				return []faults.Moment{faults.Never, faults.Never, faults.Never, faults.Before, faults.After}[random.IntN(5)]
			})
			if h.broken(injector).process(key) != nil {
				fail++
			}
		}
		h.mustProcess(key)
		if got := h.outcome(h.only().BatchID); got != want {
			t.Errorf("%s after %d failures\ngot  %s\nwant %s", key, fail, got, want)
		}
		if fail == 0 {
			t.Error("nothing ever failed")
		}
	}
}

func TestMessagesThatComeTwiceAndInAnyOrderChangeNothing(t *testing.T) {
	t.Parallel()
	for key, content := range uploadsOf() {
		want := reference(t, key, content)
		for seed := range uint64(10) {
			h := newHouse(t, rand.New(rand.NewPCG(seed, 2)))
			h.put(key, content)
			for range 2 {
				if err := h.splitter().Split(t.Context(), key); err != nil {
					t.Fatal(err)
				}
			}
			h.mustProcess(key)
			if got := h.outcome(h.only().BatchID); got != want {
				t.Fatalf("%s with seed %d\ngot  %s\nwant %s", key, seed, got, want)
			}
			h.mustProcess(key) // a notification that comes when all is done
			if got := h.outcome(h.only().BatchID); got != want {
				t.Fatalf("%s with seed %d, told again\ngot  %s\nwant %s", key, seed, got, want)
			}
		}
	}
}

// forgetful is a table on which a chunk that is finished looks as if it were not, as it does to one that looked just before.
type forgetful struct{ table.Table }

func (f forgetful) Get(ctx context.Context, key table.Key) (table.Item, error) {
	if strings.HasPrefix(key.Sort, "chunk#") {
		return table.Item{}, errs.New(errs.NotFound, "no such item")
	}
	return f.Table.Get(ctx, key)
}

func TestAChunkThatSomebodyElseFinishedMeanwhileIsDone(t *testing.T) {
	h := newHouse(t, nil)
	now := noon
	h.table = forgetful{memtable.New(func() time.Time { return now })}
	h.put("main/a.csv", "text\n"+strings.Repeat("fine\n", 8)) // two chunks
	if err := h.splitter().Split(t.Context(), "main/a.csv"); err != nil {
		t.Fatal(err)
	}
	deliveries, err := h.queue.Receive(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := h.analyzer().Analyze(t.Context(), deliveries[0].Body); err != nil {
			t.Fatal(err)
		}
		now = now.Add(table.TokenLifetime + time.Minute) // the table no longer knows that it did this before
	}
	if d := h.only(); d.Chunks.Done != 1 || d.Summary.Rows != 6 {
		t.Errorf("%+v, want one chunk of six rows", d)
	}
}

func TestSplittersAndAnalyzersMayWorkAtOnce(t *testing.T) {
	t.Parallel()
	for key, content := range uploadsOf() {
		want := reference(t, key, content)
		h := newHouse(t, nil)
		h.put(key, content)
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for range 3 {
					err := h.splitter().Split(t.Context(), key)
					if err != nil && !errs.Is(err, errs.Conflict) { // the notification comes again
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		for range 4 {
			all.Go(func() {
				for {
					deliveries, err := h.queue.Receive(t.Context(), 1)
					if err != nil || len(deliveries) == 0 {
						return
					}
					if err := h.analyzer().Analyze(t.Context(), deliveries[0].Body); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		if got := h.outcome(h.only().BatchID); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", key, got, want)
		}
	}
}
