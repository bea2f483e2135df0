// Package rules holds what every table engine enforces in the same words: limits, conditions, expiry, cursors and the
// fingerprint of a transaction.
//
// Normal use: an engine calls Put, Delete, Query or Transact before it touches its store, so that a request one engine
// refuses is refused by all of them.
//
// It refuses to know any engine. Its errors name the field and its limit and never the value.
package rules

import (
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
)

// MaxToken is the longest transaction token, in bytes; DynamoDB's.
const MaxToken = 36

// Key checks the sizes of both parts.
func Key(key table.Key) error {
	if err := partitionKey(key.Partition); err != nil {
		return err
	}
	if len(key.Sort) < 1 || len(key.Sort) > table.MaxSortKey {
		return errs.New(errs.Invalid, fmt.Sprintf("the sort key must have 1 to %d bytes", table.MaxSortKey))
	}
	return nil
}

func partitionKey(partition string) error {
	if len(partition) < 1 || len(partition) > table.MaxPartitionKey {
		return errs.New(errs.Invalid, fmt.Sprintf("the partition key must have 1 to %d bytes", table.MaxPartitionKey))
	}
	return nil
}

// Put checks a put: its key, its condition and its size.
func Put(item table.Item, condition table.Condition) error {
	if err := Key(item.Key); err != nil {
		return err
	}
	if err := selective(condition, "put"); err != nil {
		return err
	}
	if Size(item) > table.MaxItem {
		return errs.New(errs.TooLarge, fmt.Sprintf("the item must have at most %d bytes", table.MaxItem))
	}
	return nil
}

// Delete checks a delete: its key and that it has a condition.
func Delete(key table.Key, condition table.Condition) error {
	if err := Key(key); err != nil {
		return err
	}
	if condition == (table.Condition{}) {
		return errs.New(errs.Invalid, "a delete needs a condition")
	}
	return nil
}

// selective refuses the conditions that always hold, or were never chosen.
func selective(condition table.Condition, op string) error {
	if _, ok := condition.AsVersion(); ok || condition.IsAbsent() {
		return nil
	}
	return errs.New(errs.Invalid, "a "+op+" needs the condition absent or version")
}

// Transact checks a transaction: token, number of writes, each write, distinct keys, size.
func Transact(token string, writes []table.Write) error {
	if len(token) < 1 || len(token) > MaxToken {
		return errs.New(errs.Invalid, fmt.Sprintf("the transaction token must have 1 to %d bytes", MaxToken))
	}
	if len(writes) < 1 || len(writes) > table.MaxTransaction {
		return errs.New(errs.Invalid, fmt.Sprintf("a transaction must have 1 to %d writes", table.MaxTransaction))
	}
	total := 0
	seen := make(map[table.Key]bool, len(writes))
	for i, w := range writes {
		if err := write(w); err != nil {
			return fmt.Errorf("write %d: %w", i, err)
		}
		if seen[w.Item.Key] {
			return fmt.Errorf("write %d: %w", i, errs.New(errs.Invalid, "a transaction must name each key once"))
		}
		seen[w.Item.Key] = true
		total += Size(w.Item)
	}
	if total > table.MaxTransactBytes {
		return errs.New(errs.TooLarge, fmt.Sprintf("a transaction must have at most %d bytes", table.MaxTransactBytes))
	}
	return nil
}

func write(w table.Write) error {
	switch w.Op {
	case table.PutOp:
		return Put(w.Item, w.Condition)
	case table.DeleteOp:
		return Delete(w.Item.Key, w.Condition)
	case table.CheckOp:
		if err := Key(w.Item.Key); err != nil {
			return err
		}
		return selective(w.Condition, "check")
	}
	return errs.New(errs.Invalid, "a write must be a put, a delete or a check")
}

// Size is what an item counts against the limits: both keys and the value, in bytes.
func Size(item table.Item) int {
	return len(item.Partition) + len(item.Sort) + len(item.Value)
}

// Seconds is how an engine stores an expiry: Unix seconds, 0 for never. A moment before 1970 is long past, and must not
// turn into never.
func Seconds(expires time.Time) int64 {
	if expires.IsZero() {
		return 0
	}
	return max(expires.Unix(), 1)
}

// Expires is the inverse of Seconds.
func Expires(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// Live reports whether an item stored with this expiry is there for a reader.
func Live(seconds int64, now time.Time) bool {
	return seconds == 0 || seconds > now.Unix()
}
