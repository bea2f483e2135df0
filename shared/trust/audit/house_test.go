package audit_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/audit/record"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func now() time.Time { return start }

func newTable() *memtable.Table { return memtable.New(now) }

// newLog is a process of its own on a table that others may share.
func newLog(t table.Table) *audit.Log {
	return audit.New(config(t))
}

var ids atomic.Int64

func config(t table.Table) audit.Config {
	return audit.Config{
		Table: t, Secrets: secretstore.Fixed{Set: secretstore.Keys()}, Now: now,
		NewID: func() string { return fmt.Sprintf("token-%d", ids.Add(1)) },
		Sleep: func(context.Context, time.Duration) {},
	}
}

// event is one that lacks nothing.
func event(target string) audit.Event {
	return audit.Event{Tenant: "main", Actor: "cli_ann", Operation: "createBatch", Target: target, RequestID: "request-0001"}
}

// effect puts an item that must not be there yet.
func effect(name string) table.Write {
	return table.Put(table.Item{Key: effectKey(name), Value: []byte("effect")}, table.Absent())
}

func effectKey(name string) table.Key { return table.Key{Partition: "main#effects", Sort: name} }

// chain reads a tenant's whole chain and fails the test when it is not sound to its head.
func chain(t testing.TB, log *audit.Log, tenant string) []record.Record {
	t.Helper()
	head, err := log.Head(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	walk := record.Walk{Tenant: tenant, Next: 1, Previous: record.Start}
	var all []record.Record
	for line, err := range log.Lines(t.Context(), tenant, 1, head.Index+1) {
		if err != nil {
			t.Fatal(err)
		}
		r, err := walk.Step(line)
		if err != nil {
			t.Fatalf("record %d: %v", walk.Next, err)
		}
		all = append(all, r)
	}
	if got := uint64(len(all)); got != head.Index || len(all) > 0 && walk.Previous != head.Hash {
		t.Fatalf("got %d records that end in %s, want the head's %d and %s", got, walk.Previous, head.Index, head.Hash)
	}
	return all
}

// there reports whether an effect has been made.
func there(t testing.TB, tb table.Table, name string) bool {
	t.Helper()
	_, err := tb.Get(context.WithoutCancel(t.Context()), effectKey(name))
	return err == nil
}

// pseudonym computes what the package comment of record says.
func pseudonym(t testing.TB, tenant, id string) string {
	t.Helper()
	set := secretstore.Keys().Pseudonyms
	output, err := set.PRFs[set.PrimaryID].ComputePRF([]byte("audit\x00"+tenant+"\x00"+id), 16)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("ps_%08x_%s", set.PrimaryID, hex.EncodeToString(output))
}
