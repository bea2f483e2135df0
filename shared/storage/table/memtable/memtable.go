// Package memtable is the table engine in memory: for tests, for simulation, and the plainest statement of what the
// other engines must do.
//
// Normal use:
//
//	t := memtable.New(clock.Now)
//
// Expired items stay in memory until they are overwritten or deleted, and count towards a page's limit, as they do on
// DynamoDB for up to days: pages are short there too, and whoever forgets it learns it here.
//
// It refuses nothing that the port allows, and keeps nothing after the process.
package memtable

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/rules"
)

// Table is a table.Table in memory. Make it with New.
type Table struct {
	now func() time.Time

	mu         sync.RWMutex
	partitions map[string][]*row // each ordered by sort key
	tokens     tokens
}

// row is a stored item. It is never changed, only replaced, so that readers may hold it without the lock.
type row struct {
	sort    string
	value   []byte
	version int64
	expires int64 // Unix seconds; 0 never
}

// New returns an empty table that asks now for the time.
func New(now func() time.Time) *Table {
	return &Table{now: now, partitions: make(map[string][]*row)}
}

// Get implements table.Table.
func (t *Table) Get(ctx context.Context, key table.Key) (table.Item, error) {
	if err := cmp.Or(ctx.Err(), rules.Key(key)); err != nil {
		return table.Item{}, err
	}
	now := t.now()
	t.mu.RLock()
	found := t.live(key, now)
	t.mu.RUnlock()
	if found == nil {
		return table.Item{}, errs.New(errs.NotFound, "no such item")
	}
	return found.item(key.Partition), nil
}

// Put implements table.Table.
func (t *Table) Put(ctx context.Context, item table.Item, condition table.Condition) error {
	if err := cmp.Or(ctx.Err(), rules.Put(item, condition)); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.apply(t.now(), table.Put(item, condition))
}

// Delete implements table.Table.
func (t *Table) Delete(ctx context.Context, key table.Key, condition table.Condition) error {
	if err := cmp.Or(ctx.Err(), rules.Delete(key, condition)); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.apply(t.now(), table.Delete(key, condition))
}

// Transact implements table.Table.
func (t *Table) Transact(ctx context.Context, token string, writes []table.Write) error {
	if err := cmp.Or(ctx.Err(), rules.Transact(token, writes)); err != nil {
		return err
	}
	fingerprint := rules.Fingerprint(writes)
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if first, known := t.tokens.find(token, now); known {
		if first != fingerprint {
			return errs.New(errs.Conflict, "the transaction token was used for other writes")
		}
		return nil
	}
	if err := t.apply(now, writes...); err != nil {
		return err
	}
	t.tokens.add(token, fingerprint, now)
	return nil
}

// Query implements table.Table.
func (t *Table) Query(ctx context.Context, query table.Query) (table.Page, error) {
	if err := ctx.Err(); err != nil {
		return table.Page{}, err
	}
	r, err := rules.Query(query)
	if err != nil {
		return table.Page{}, err
	}
	now := t.now()
	read, more := t.read(query, r)
	var page table.Page
	for _, row := range read {
		if rules.Live(row.expires, now) {
			page.Items = append(page.Items, row.item(query.Partition))
		}
	}
	if more {
		page.Next = rules.Next(query, read[len(read)-1].sort)
	}
	return page, nil
}

// read returns the rows that one page covers, expired ones included, and whether there are more.
func (t *Table) read(query table.Query, r rules.Range) (read []*row, more bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	rows := t.partitions[query.Partition]
	from, _ := find(rows, r.From)
	to, _ := find(rows, r.To)
	rows = rows[from:max(from, to)]
	size := 0
	for i := range rows {
		next := rows[i]
		if query.Reverse {
			next = rows[len(rows)-1-i]
		}
		size += len(query.Partition) + len(next.sort) + len(next.value)
		if size > table.MaxPage || (query.Limit > 0 && i == query.Limit) {
			return read, true
		}
		read = append(read, next)
	}
	return read, false
}

// apply makes all writes, or none when a condition does not hold.
func (t *Table) apply(now time.Time, writes ...table.Write) error {
	for _, w := range writes {
		version := int64(0)
		if found := t.live(w.Item.Key, now); found != nil {
			version = found.version
		}
		if !w.Condition.Holds(version) {
			return errs.New(errs.Conflict, "the condition does not hold")
		}
	}
	for _, w := range writes {
		switch w.Op {
		case table.PutOp:
			t.put(w)
		case table.DeleteOp:
			t.delete(w.Item.Key)
		case table.CheckOp:
		}
	}
	return nil
}

func (t *Table) put(w table.Write) {
	version, _ := w.Condition.AsVersion() // 0 for absent
	stored := &row{
		sort:    w.Item.Sort,
		value:   append([]byte{}, w.Item.Value...),
		version: version + 1,
		expires: rules.Seconds(w.Item.Expires),
	}
	rows := t.partitions[w.Item.Partition]
	if i, there := find(rows, w.Item.Sort); there {
		rows[i] = stored
	} else {
		t.partitions[w.Item.Partition] = slices.Insert(rows, i, stored)
	}
}

func (t *Table) delete(key table.Key) {
	rows := t.partitions[key.Partition]
	i, there := find(rows, key.Sort)
	switch {
	case !there:
	case len(rows) == 1:
		delete(t.partitions, key.Partition)
	default:
		t.partitions[key.Partition] = slices.Delete(rows, i, i+1)
	}
}

// live returns the row that a reader sees under key, or nil.
func (t *Table) live(key table.Key, now time.Time) *row {
	rows := t.partitions[key.Partition]
	if i, there := find(rows, key.Sort); there && rules.Live(rows[i].expires, now) {
		return rows[i]
	}
	return nil
}

func find(rows []*row, sort string) (index int, there bool) {
	return slices.BinarySearchFunc(rows, sort, func(r *row, sort string) int { return cmp.Compare(r.sort, sort) })
}

func (r *row) item(partition string) table.Item {
	return table.Item{
		Key:     table.Key{Partition: partition, Sort: r.sort},
		Value:   bytes.Clone(r.value),
		Version: r.version,
		Expires: rules.Expires(r.expires),
	}
}
