// Package table is the narrow waist of everything that is kept: one port with DynamoDB's meaning.
//
// Normal use: a domain package owns its key builders and its encoding; it asks for a Table and never for an engine.
//
//	item, err := t.Get(ctx, table.Key{Partition: "main#batches", Sort: id})
//	err = t.Put(ctx, table.Item{Key: key, Value: value}, table.Absent())
//	err = t.Put(ctx, item.With(value), table.Version(item.Version))
//
// Engines live below this folder (memtable, sqlitetable, dynamotable) and all pass tabletest.Run.
//
// It refuses writes without a condition: two writers can never overwrite each other unseen. It refuses clever queries:
// a secondary access path is an index item written in the same transaction.
package table

import (
	"context"
	"time"
)

// Limits of every engine, taken from DynamoDB's. Of its 400 KiB an item and 4 MiB a transaction, one KiB an item is kept
// back for the names, the version and the expiry that DynamoDB counts too; of its 100 writes, one for the token.
const (
	MaxPartitionKey  = 2048                           // bytes
	MaxSortKey       = 1024                           // bytes
	MaxItem          = 400<<10 - 1<<10                // bytes of both keys and the value together
	MaxPage          = 1 << 20                        // bytes of items read for one page
	MaxTransaction   = 99                             // writes
	MaxTransactBytes = 4<<20 - (MaxTransaction+1)<<10 // bytes of all items of a transaction
	TokenLifetime    = 10 * time.Minute
)

// Key names an item. Both parts may hold any bytes; neither may be empty. Sort keys order by their bytes.
type Key struct {
	Partition string
	Sort      string
}

// Item is a value under a key. A zero Expires never expires; any other is cut to the second, comes back in UTC, and from
// that second on the item is absent. No value and an empty one are the same.
type Item struct {
	Key
	Value   []byte
	Version int64 // 1 when first put, one more with every put; set by the table and ignored in a Put
	Expires time.Time
}

// With returns the item with another value, for a put that follows a read.
func (i Item) With(value []byte) Item {
	i.Value = value
	return i
}

// Condition must hold for a write to happen. There is no zero condition: use Absent, Version or, for a delete, Any.
type Condition struct {
	kind    conditionKind
	version int64
}

type conditionKind int

const (
	invalidCondition conditionKind = iota
	absentCondition
	versionCondition
	anyCondition
)

// Absent holds when there is no such item, or it has expired.
func Absent() Condition { return Condition{kind: absentCondition} }

// Version holds when the item is there, has not expired and has this version.
func Version(version int64) Condition { return Condition{kind: versionCondition, version: version} }

// Any always holds. Only a delete accepts it, because only a delete gives the same result when repeated.
func Any() Condition { return Condition{kind: anyCondition} }

// Holds decides a condition against the live item's version; 0 stands for no live item.
func (c Condition) Holds(version int64) bool {
	switch c.kind {
	case absentCondition:
		return version == 0
	case versionCondition:
		return version != 0 && version == c.version
	case anyCondition:
		return true
	case invalidCondition:
	}
	return false
}

// IsAbsent reports whether the condition is Absent. With IsAny and AsVersion it lets an engine translate a condition into
// its own words.
func (c Condition) IsAbsent() bool { return c.kind == absentCondition }

// IsAny reports whether the condition is Any.
func (c Condition) IsAny() bool { return c.kind == anyCondition }

// AsVersion returns the version asked for, and whether one is.
func (c Condition) AsVersion() (int64, bool) { return c.version, c.kind == versionCondition }

// Query asks for the items of one partition in the order of their sort keys.
type Query struct {
	Partition string
	From, To  string // From <= sort key < To; an empty bound is open
	Reverse   bool
	Limit     int    // at most so many items; 0 for as many as a page holds
	Cursor    string // Page.Next of the previous page; opaque; bound to this engine's format, not to its process
}

// Prefix returns the query's bounds for all sort keys that begin with prefix.
func Prefix(partition, prefix string) Query {
	return Query{Partition: partition, From: prefix, To: prefixEnd(prefix)}
}

// prefixEnd is the smallest key after every key with the prefix, or "" when there is none.
func prefixEnd(prefix string) string {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] != 0xff {
			return prefix[:i] + string([]byte{prefix[i] + 1})
		}
	}
	return ""
}

// Page is one page of a query. It may hold fewer items than asked for, even none, and still have a Next.
type Page struct {
	Items []Item
	Next  string // "" after the last page
}

// Write is one step of a transaction: a put, a delete or a check.
type Write struct {
	Op        Op
	Item      Item // its Key for all; Value and Expires for a put
	Condition Condition
}

// Op is the kind of a Write.
type Op int

// The three kinds of Write. The zero Op is not one.
const (
	PutOp Op = iota + 1
	DeleteOp
	CheckOp // the condition must hold; nothing is written
)

// Put returns a put for a transaction.
func Put(item Item, condition Condition) Write { return Write{PutOp, item, condition} }

// Delete returns a delete for a transaction.
func Delete(key Key, condition Condition) Write { return Write{DeleteOp, Item{Key: key}, condition} }

// Check returns a condition for a transaction that must hold on an item that the transaction does not write.
func Check(key Key, condition Condition) Write { return Write{CheckOp, Item{Key: key}, condition} }

// Table keeps items. It is safe for concurrent use. An expired item is absent to every method.
//
// Every method may also return errs.Invalid (an empty or oversized key, a put or check with Any or no condition, a foreign
// cursor), errs.Unavailable (the engine did not answer; the write may or may not have happened) and the context's error.
type Table interface {
	// Get returns the item, or errs.NotFound. It reads its own process's and every other's completed writes.
	Get(ctx context.Context, key Key) (Item, error)

	// Put writes the item if the condition holds, else returns errs.Conflict. Absent gives version 1, Version(n) gives
	// n+1. errs.TooLarge over MaxItem.
	Put(ctx context.Context, item Item, condition Condition) error

	// Delete removes the item if the condition holds, else returns errs.Conflict. With Any, deleting nothing succeeds.
	Delete(ctx context.Context, key Key, condition Condition) error

	// Query returns one page. A partition without items is an empty page, not an error.
	Query(ctx context.Context, query Query) (Page, error)

	// Transact makes all writes or none. errs.Conflict when a condition does not hold; errs.Invalid for no writes, more
	// than MaxTransaction or the same key twice; errs.TooLarge over MaxTransactBytes. A transaction repeated with its
	// token (1 to 36 bytes) within TokenLifetime succeeds without writing again; the token with other writes is
	// errs.Conflict.
	Transact(ctx context.Context, token string, writes []Write) error
}

// All returns every item of a query, following its pages.
func All(ctx context.Context, t Table, query Query) ([]Item, error) {
	var items []Item
	for {
		page, err := t.Query(ctx, query)
		if err != nil {
			return nil, err
		}
		items = append(items, page.Items...)
		if page.Next == "" {
			return items, nil
		}
		query.Cursor = page.Next
	}
}
