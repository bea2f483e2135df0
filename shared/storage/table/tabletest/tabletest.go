// Package tabletest holds every table engine to DynamoDB's meaning.
//
// Normal use, in the engine's tests:
//
//	tabletest.Run(t, func(t *testing.T, now func() time.Time) table.Table { return memtable.New(now) })
//	tabletest.Agree(t, openThis, openMemory)
//
// It refuses to ask for more than the port promises: a page may always be short, and only following the cursors tells
// what a query holds.
package tabletest

import (
	"bytes"
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
)

// Open returns an empty table that asks now for the time and is closed with the test.
type Open func(t *testing.T, now func() time.Time) table.Table

// Run runs the suite, each case on a table of its own.
func Run(t *testing.T, open Open) {
	cases := make(map[string]func(*testing.T, table.Table, *clock))
	for _, group := range []map[string]func(*testing.T, table.Table, *clock){
		itemCases, limitCases, expiryCases, queryCases, pageCases, transactionCases, tokenCases, raceCases, contextCases,
	} {
		maps.Copy(cases, group)
	}
	for name, check := range cases {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			check(t, open(t, c.now), c)
		})
	}
}

// clock stands still until it is moved.
type clock struct {
	mu   sync.Mutex
	time time.Time
}

func newClock() *clock { return &clock{time: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.time
}

func (c *clock) step(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.time = c.time.Add(d)
}

// at returns an item of the partition "p".
func at(sort, value string) table.Item {
	return table.Item{Key: key(sort), Value: []byte(value)}
}

func key(sort string) table.Key { return table.Key{Partition: "p", Sort: sort} }

func put(t *testing.T, tb table.Table, items ...table.Item) {
	t.Helper()
	for _, item := range items {
		if err := tb.Put(t.Context(), item, table.Absent()); err != nil {
			t.Fatalf("put %q: %v", item.Sort, err)
		}
	}
}

func get(t *testing.T, tb table.Table, key table.Key) table.Item {
	t.Helper()
	item, err := tb.Get(t.Context(), key)
	if err != nil {
		t.Fatalf("get %q: %v", key.Sort, err)
	}
	return item
}

func all(t *testing.T, tb table.Table, query table.Query) []table.Item {
	t.Helper()
	items, err := table.All(t.Context(), tb, query)
	if err != nil {
		t.Fatalf("query: %v", err)
	}
	return items
}

func sorts(items []table.Item) (keys []string) {
	for _, item := range items {
		keys = append(keys, item.Sort)
	}
	return keys
}

func wantCode(t *testing.T, what string, err error, want errs.Code) {
	t.Helper()
	if got := errs.CodeOf(err); got != want {
		t.Errorf("%s: got %q (%v), want %q", what, got, err, want)
	}
}

func wantAbsent(t *testing.T, tb table.Table, key table.Key) {
	t.Helper()
	_, err := tb.Get(t.Context(), key)
	wantCode(t, fmt.Sprintf("get %q", key.Sort), err, errs.NotFound)
}

// wantItem checks an item's value and version.
func wantItem(t *testing.T, tb table.Table, key table.Key, value string, version int64) {
	t.Helper()
	item := get(t, tb, key)
	if item.Key != key || !bytes.Equal(item.Value, []byte(value)) || item.Version != version {
		t.Errorf("got key %q, value %q, version %d, want %q, %q, %d", item.Key, item.Value, item.Version, key, value, version)
	}
}
