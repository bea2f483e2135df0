package faults_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/blob/blobtest"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/storage/queue"
	"github.com/customerai/customerai/shared/storage/queue/memqueue"
	"github.com/customerai/customerai/shared/storage/queue/queuetest"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/storage/table/tabletest"
	"github.com/customerai/customerai/shared/testkit/stores"
)

func clock() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func newTable() table.Table { return memtable.New(clock) }

func newQueue() queue.Queue {
	return memqueue.New(memqueue.Config{Visibility: time.Minute, Now: clock})
}

func never(faults.Call) faults.Moment { return faults.Never }

func TestWithoutAFaultEveryStoreIsAsBefore(t *testing.T) {
	tabletest.Run(t, func(_ *testing.T, now func() time.Time) table.Table {
		return faults.New(never).Table(memtable.New(now))
	})
	blobtest.Run(t, func(t *testing.T) blob.Bucket { return faults.New(never).Bucket(stores.Bucket(t)) })
	queuetest.Run(t, func(*testing.T) queuetest.Engine {
		now := clock()
		q := memqueue.New(memqueue.Config{Visibility: time.Minute, MaxReceive: 3, Now: func() time.Time { return now }})
		return queuetest.Engine{
			Queue: faults.New(never).Queue(q), MaxReceive: 3, Pass: func() { now = now.Add(time.Minute) },
			DeadLetters: func() (bodies []string) {
				for _, letter := range q.DeadLetters() {
					bodies = append(bodies, letter.Body)
				}
				return bodies
			},
		}
	})
}

// engines is a table, a bucket and a queue that a program writes to.
type engines struct {
	table  table.Table
	bucket blob.Bucket
	queue  queue.Queue
}

func newEngines(t *testing.T) engines { return engines{newTable(), stores.Bucket(t), newQueue()} }

func (s engines) behind(i *faults.Injector) engines {
	return engines{i.Table(s.table), i.Bucket(s.bucket), i.Queue(s.queue)}
}

// steps is one call of every kind, each returning its error. What each writes can be seen by wrote.
func (s engines) steps(ctx context.Context) []func() error {
	key := func(sort string) table.Key { return table.Key{Partition: "p", Sort: sort} }
	return []func() error{
		func() error { return s.table.Put(ctx, table.Item{Key: key("put")}, table.Absent()) },
		func() error {
			return s.table.Transact(ctx, "token", []table.Write{table.Put(table.Item{Key: key("transact")}, table.Absent())})
		},
		func() error { return s.table.Delete(ctx, key("put"), table.Any()) },
		func() error { _, err := s.table.Get(ctx, key("transact")); return err },
		func() error { _, err := s.table.Query(ctx, table.Query{Partition: "p"}); return err },
		func() error {
			_, err := s.bucket.Write(ctx, "main/write", strings.NewReader("x"), blob.WriteOptions{})
			return err
		},
		func() error { _, err := s.bucket.Stat(ctx, "main/write"); return err },
		func() error {
			object, err := s.bucket.Open(ctx, "main/write", blob.Range{})
			if err == nil {
				err = object.Close()
			}
			return err
		},
		func() error { _, err := s.bucket.List(ctx, "", "", 1); return err },
		func() error { return s.bucket.Delete(ctx, "main/write", blob.EveryVersion) },
		func() error { return s.queue.Send(ctx, "send") },
		func() error { _, err := s.queue.Receive(ctx, 1); return err },
		func() error { return s.queue.Delete(ctx, "2") },
	}
}

// broken runs every step behind an injector and returns the numbers, from 1, of those that met its fault.
func broken(t *testing.T, injector *faults.Injector) (numbers []int) {
	t.Helper()
	for i, step := range newEngines(t).behind(injector).steps(t.Context()) {
		err := step() // may also be what a missing step before it leads to
		if !errors.Is(err, faults.ErrInjected) {
			continue
		}
		if got, want := errs.CodeOf(err), errs.Unavailable; got != want {
			t.Errorf("step %d: got %q, want %q", i+1, got, want)
		}
		numbers = append(numbers, i+1)
	}
	return numbers
}

func TestOnceBreaksOneCallAndNoOther(t *testing.T) {
	for _, moment := range []faults.Moment{faults.Before, faults.After} {
		for n := 1; n <= len(newEngines(t).steps(t.Context())); n++ {
			if got, want := broken(t, faults.New(faults.Once(n, moment))), []int{n}; !slices.Equal(got, want) {
				t.Errorf("got %v broken, want %v", got, want)
			}
		}
	}
}

func TestAFaultBeforeWritesNothingAndOneAfterWritesAll(t *testing.T) {
	for moment, want := range map[faults.Moment]bool{faults.Never: true, faults.Before: false, faults.After: true} {
		s := newEngines(t)
		faulty := s.behind(faults.New(func(faults.Call) faults.Moment { return moment }))
		_ = faulty.table.Put(t.Context(), table.Item{Key: table.Key{Partition: "p", Sort: "s"}}, table.Absent())
		_, _ = faulty.bucket.Write(t.Context(), "main/write", strings.NewReader("x"), blob.WriteOptions{})
		_ = faulty.queue.Send(t.Context(), "send")

		_, err := s.table.Get(t.Context(), table.Key{Partition: "p", Sort: "s"})
		if got := err == nil; got != want {
			t.Errorf("moment %d: table: got written %v, want %v", moment, got, want)
		}
		_, err = s.bucket.Stat(t.Context(), "main/write")
		if got := err == nil; got != want {
			t.Errorf("moment %d: bucket: got written %v, want %v", moment, got, want)
		}
		batch, err := s.queue.Receive(t.Context(), 1)
		if got := len(batch) == 1; err != nil || got != want {
			t.Errorf("moment %d: queue: got sent %v (%v), want %v", moment, got, err, want)
		}
	}
}

func TestKillBreaksEveryCallFromTheNth(t *testing.T) {
	steps := len(newEngines(t).steps(t.Context()))
	for n := 1; ; n++ {
		injector := faults.New(faults.Kill(n, faults.After))
		got := broken(t, injector)
		var want []int
		for i := n; i <= steps; i++ {
			want = append(want, i)
		}
		if !slices.Equal(got, want) {
			t.Errorf("killed at %d: got %v broken, want %v", n, got, want)
		}
		if injector.Calls() < n {
			if n != steps+1 {
				t.Errorf("got %d kills, want one for each of %d steps", n-1, steps)
			}
			return
		}
	}
}

func TestAScriptSeesEveryCallByNumberStoreAndOperation(t *testing.T) {
	var seen []faults.Call
	injector := faults.New(func(call faults.Call) faults.Moment {
		seen = append(seen, call)
		return faults.Never
	})
	for i, step := range newEngines(t).behind(injector).steps(t.Context()) {
		if err := step(); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
	want := []faults.Call{
		{1, "table", "Put"},
		{2, "table", "Transact"},
		{3, "table", "Delete"},
		{4, "table", "Get"},
		{5, "table", "Query"},
		{6, "bucket", "Write"},
		{7, "bucket", "Stat"},
		{8, "bucket", "Open"},
		{9, "bucket", "List"},
		{10, "bucket", "Delete"},
		{11, "queue", "Send"},
		{12, "queue", "Receive"},
		{13, "queue", "Delete"},
	}
	if !slices.Equal(seen, want) {
		t.Errorf("got %v, want %v", seen, want)
	}
}

func TestCallsAreCountedAcrossGoroutines(t *testing.T) {
	injector := faults.New(never)
	tb := injector.Table(newTable())
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 25 {
				if _, err := tb.Query(t.Context(), table.Query{Partition: "p"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if got, want := injector.Calls(), 200; got != want {
		t.Errorf("got %d calls, want %d", got, want)
	}
}
