package tabletest_test

import (
	"context"
	"crypto/rand"
	"flag"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/mutant"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/storage/table/tabletest"
)

// broken is a right engine with some methods put wrong.
type broken struct {
	table.Table
	get      func(ctx context.Context, t table.Table, key table.Key) (table.Item, error)
	put      func(ctx context.Context, t table.Table, item table.Item, condition table.Condition) error
	delete   func(ctx context.Context, t table.Table, key table.Key, condition table.Condition) error
	query    func(ctx context.Context, t table.Table, query table.Query) (table.Page, error)
	transact func(ctx context.Context, t table.Table, token string, writes []table.Write) error
}

func (b broken) Get(ctx context.Context, key table.Key) (table.Item, error) {
	if b.get == nil {
		return b.Table.Get(ctx, key)
	}
	return b.get(ctx, b.Table, key)
}

func (b broken) Put(ctx context.Context, item table.Item, condition table.Condition) error {
	if b.put == nil {
		return b.Table.Put(ctx, item, condition)
	}
	return b.put(ctx, b.Table, item, condition)
}

func (b broken) Delete(ctx context.Context, key table.Key, condition table.Condition) error {
	if b.delete == nil {
		return b.Table.Delete(ctx, key, condition)
	}
	return b.delete(ctx, b.Table, key, condition)
}

func (b broken) Query(ctx context.Context, query table.Query) (table.Page, error) {
	if b.query == nil {
		return b.Table.Query(ctx, query)
	}
	return b.query(ctx, b.Table, query)
}

func (b broken) Transact(ctx context.Context, token string, writes []table.Write) error {
	if b.transact == nil {
		return b.Table.Transact(ctx, token, writes)
	}
	return b.transact(ctx, b.Table, token, writes)
}

var mutants = map[string]broken{
	"the version never grows": {get: func(ctx context.Context, t table.Table, key table.Key) (table.Item, error) {
		item, err := t.Get(ctx, key)
		item.Version = min(item.Version, 1)
		return item, err
	}},
	"the last writer wins": {put: func(ctx context.Context, t table.Table, item table.Item, condition table.Condition) error {
		if now, err := t.Get(ctx, item.Key); err == nil && !condition.IsAbsent() {
			condition = table.Version(now.Version)
		}
		return t.Put(ctx, item, condition)
	}},
	"put takes any": {put: func(ctx context.Context, t table.Table, item table.Item, condition table.Condition) error {
		if condition.IsAny() {
			condition = table.Absent()
		}
		return t.Put(ctx, item, condition)
	}},
	"the expiry is lost": {put: func(ctx context.Context, t table.Table, item table.Item, condition table.Condition) error {
		item.Expires = time.Time{}
		return t.Put(ctx, item, condition)
	}},
	"keys are text": {put: func(ctx context.Context, t table.Table, item table.Item, condition table.Condition) error {
		item.Sort = strings.ToValidUTF8(item.Sort, "\uFFFD")
		return t.Put(ctx, item, condition)
	}},
	"deleting nothing is not found": {delete: func(ctx context.Context, t table.Table, key table.Key, condition table.Condition) error {
		if _, err := t.Get(ctx, key); err != nil {
			return err
		}
		return t.Delete(ctx, key, condition)
	}},
	"a delete looks at nothing": {delete: func(ctx context.Context, t table.Table, key table.Key, _ table.Condition) error {
		return t.Delete(ctx, key, table.Any())
	}},
	"a query knows one direction": {query: func(ctx context.Context, t table.Table, query table.Query) (table.Page, error) {
		query.Reverse = false
		return t.Query(ctx, query)
	}},
	"the last bound is included": {query: func(ctx context.Context, t table.Table, query table.Query) (table.Page, error) {
		if query.To != "" && len(query.To) < table.MaxSortKey {
			query.To += "\x00"
		}
		return t.Query(ctx, query)
	}},
	"a page is one too long": {query: func(ctx context.Context, t table.Table, query table.Query) (table.Page, error) {
		if query.Limit > 0 {
			query.Limit++
		}
		return t.Query(ctx, query)
	}},
	"what does not fit the page is lost": {query: func(ctx context.Context, t table.Table, query table.Query) (table.Page, error) {
		page, err := t.Query(ctx, query)
		if query.Limit == 0 {
			page.Next = ""
		}
		return page, err
	}},
	"any cursor will do": {query: func(ctx context.Context, t table.Table, query table.Query) (table.Page, error) {
		page, err := t.Query(ctx, query)
		if query.Cursor != "" && errs.Is(err, errs.Invalid) {
			return table.Page{}, nil
		}
		return page, err
	}},
	"a transaction is a loop": {transact: func(ctx context.Context, t table.Table, _ string, writes []table.Write) error {
		for _, w := range writes {
			if err := t.Transact(ctx, rand.Text(), []table.Write{w}); err != nil {
				return err
			}
		}
		return nil
	}},
	"tokens are ignored": {transact: func(ctx context.Context, t table.Table, token string, writes []table.Write) error {
		if token != "" && len(token) <= 36 {
			token = rand.Text()
		}
		return t.Transact(ctx, token, writes)
	}},
	"checks are ignored": {transact: func(ctx context.Context, t table.Table, token string, writes []table.Write) error {
		var rest []table.Write
		for _, w := range writes {
			if w.Op != table.CheckOp || len(writes) == 1 {
				rest = append(rest, w)
			}
		}
		return t.Transact(ctx, token, rest)
	}},
	"contexts are ignored": {put: func(_ context.Context, t table.Table, item table.Item, condition table.Condition) error {
		return t.Put(context.Background(), item, condition)
	}},
}

func TestTheSuiteCatches(t *testing.T) {
	suites := make(map[string]func(*testing.T))
	for name, b := range mutants {
		suites[name] = func(t *testing.T) {
			tabletest.Run(t, func(_ *testing.T, now func() time.Time) table.Table {
				b.Table = memtable.New(now)
				return b
			})
		}
	}
	suites["the clock stands still"] = func(t *testing.T) {
		tabletest.Run(t, func(_ *testing.T, now func() time.Time) table.Table {
			start := now()
			return memtable.New(func() time.Time { return start })
		})
	}
	mutant.Catch(t, suites)
}

func TestAgreeCatches(t *testing.T) {
	right := func(_ *testing.T, now func() time.Time) table.Table { return memtable.New(now) }
	suites := make(map[string]func(*testing.T))
	for _, name := range []string{"the last writer wins", "the expiry is lost", "the last bound is included", "tokens are ignored"} {
		suites[name] = func(t *testing.T) {
			for name, value := range map[string]string{"rapid.shrinktime": "1ms", "rapid.nofailfile": "true"} {
				if err := flag.Set(name, value); err != nil { // nobody will read what was found
					t.Fatal(err)
				}
			}
			tabletest.Agree(t, 10, right, func(_ *testing.T, now func() time.Time) table.Table {
				b := mutants[name]
				b.Table = memtable.New(now)
				return b
			})
		}
	}
	mutant.Catch(t, suites)
}

func TestARightEnginePasses(t *testing.T) {
	right := func(_ *testing.T, now func() time.Time) table.Table { return memtable.New(now) }
	tabletest.Run(t, right)
	tabletest.Agree(t, 10, right, right)
}
