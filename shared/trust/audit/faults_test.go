package audit_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"strconv"
	"sync"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/trust/audit"
)

var (
	seeds  = flag.Int("seeds", 1_000, "random histories of requests under faults; a million take a few minutes")
	crowds = flag.Int("crowds", 10, "random crowds of sixteen requests at once, under faults")
)

// story is a request: its effects, and how often it tries, at its own, before the edge closes it.
type story struct {
	id      string
	effects []string
	tries   int
}

// live runs the story as the edge does, and reports whether the request has a record, as far as the edge knows.
func (s story) live(ctx context.Context, log *audit.Log) bool {
	ctx = log.Begin(ctx, "main", "cli_ann", "createBatch", "", s.id)
	code := errs.Internal
	for range s.tries {
		var writes []table.Write
		for _, name := range s.effects {
			writes = append(writes, table.Put(table.Item{Key: effectKey(name), Value: []byte(s.id)}, table.Absent()))
		}
		if _, err := log.Commit(ctx, audit.Event{}, writes...); err == nil {
			break
		} else if code = errs.CodeOf(err); code == errs.Conflict {
			break
		}
	}
	return log.Record(ctx, code) == nil
}

// agree checks that every effect has its record and every record its effects.
func agree(t testing.TB, tb table.Table, stories []story, promised map[string]bool) {
	t.Helper()
	outcomes := map[string]string{}
	for _, r := range chain(t, newLog(tb), "main") {
		if outcomes[r.RequestID] != "" {
			t.Fatalf("request %s has two records", r.RequestID)
		}
		outcomes[r.RequestID] = r.Outcome
	}
	for _, s := range stories {
		if promised[s.id] && outcomes[s.id] == "" {
			t.Fatalf("request %s was answered and has no record", s.id)
		}
		for _, name := range s.effects {
			item, err := tb.Get(t.Context(), effectKey(name))
			if mine := err == nil && string(item.Value) == s.id; mine != (outcomes[s.id] == "allowed") {
				t.Fatalf("request %s: the record says %q, its effect is there: %t", s.id, outcomes[s.id], mine)
			}
		}
	}
}

func TestNoFaultLeavesAnEffectWithoutItsRecordOrARecordWithoutItsEffect(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // a history leaves much behind and keeps little
	for seed := range *seeds {
		random := rand.New(rand.NewPCG(uint64(seed), 1))
		injector := faults.New(func(faults.Call) faults.Moment {
			return []faults.Moment{faults.Never, faults.Before, faults.After}[max(0, random.IntN(6)-3)]
		})
		tb := memtable.New(now)
		logs := []*audit.Log{newLog(injector.Table(tb)), newLog(injector.Table(tb))}
		var stories []story
		promised := map[string]bool{}
		for i := range 4 {
			s := story{id: fmt.Sprintf("request-%04d", i), effects: []string{strconv.Itoa(random.IntN(6)), strconv.Itoa(6 + random.IntN(6))}, tries: random.IntN(3)}
			if s.tries == 0 {
				s.effects = nil
			}
			stories = append(stories, s)
			promised[s.id] = s.live(t.Context(), logs[random.IntN(2)])
		}
		agree(t, tb, stories, promised)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// The same at every single call, before and after it.
func TestEveryCallToTheTableMayFail(t *testing.T) {
	for _, moment := range []faults.Moment{faults.Before, faults.After} {
		for _, script := range []func(int, faults.Moment) faults.Script{faults.Once, faults.Kill} {
			for n := 1; ; n++ {
				injector := faults.New(script(n, moment))
				tb := memtable.New(now)
				stories := []story{{"request-0001", []string{"a"}, 2}, {"request-0002", []string{"a", "b"}, 2}, {"request-0003", nil, 0}}
				promised := map[string]bool{}
				for _, s := range stories {
					promised[s.id] = s.live(t.Context(), newLog(injector.Table(tb)))
				}
				agree(t, tb, stories, promised)
				if injector.Calls() < n {
					break
				}
			}
		}
	}
}

func TestFaultsUnderConcurrentRequestsLeaveNoOrphansEither(t *testing.T) {
	for seed := range *crowds {
		random := rand.New(rand.NewPCG(uint64(seed), 2))
		injector := faults.New(func(faults.Call) faults.Moment {
			return []faults.Moment{faults.Never, faults.Before, faults.After}[max(0, random.IntN(8)-5)]
		})
		tb := memtable.New(now)
		logs := []*audit.Log{newLog(injector.Table(tb)), newLog(injector.Table(tb))}
		var stories []story
		for i := range 16 {
			stories = append(stories, story{fmt.Sprintf("request-%04d", i), []string{strconv.Itoa(i / 2)}, 2})
		}
		var all sync.WaitGroup
		var mu sync.Mutex
		promised := map[string]bool{}
		for i, s := range stories {
			all.Go(func() {
				kept := s.live(t.Context(), logs[i%2])
				mu.Lock()
				defer mu.Unlock()
				promised[s.id] = kept
			})
		}
		all.Wait()
		agree(t, tb, stories, promised)
	}
}
