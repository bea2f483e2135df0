// Package audittest gives tests an audit log with a key of its own.
//
// Normal use: the log on the table that the rest of the test has, and what the chain says afterwards.
//
//	log := audittest.New(t, table, now)
//	…
//	records := audittest.Records(t, log, "main") // sound, from the first to the head
//
// It refuses to be part of a product binary.
package audittest

import (
	"context"
	"crypto/rand"
	"sync"
	"testing"
	"time"

	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"

	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/audit/record"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// Secrets is a source that has a pseudonym key and nothing else; one key for a whole process.
type Secrets struct{}

// Current implements secrets.Source.
func (Secrets) Current(context.Context) (secrets.Set, error) {
	set, err := pseudonyms()
	if err != nil {
		return secrets.Set{}, err
	}
	return secrets.Set{Pseudonyms: *set}, nil
}

var pseudonyms = sync.OnceValues(func() (*prf.Set, error) {
	handle, err := keyset.NewHandle(prf.HMACSHA256PRFKeyTemplate())
	if err != nil {
		return nil, err
	}
	return prf.NewPRFSet(handle)
})

// New returns a log on the table. It does not wait between attempts.
func New(tb testing.TB, t table.Table, now func() time.Time) *audit.Log {
	tb.Helper()
	return audit.New(audit.Config{
		Table: t, Secrets: Secrets{}, Now: now, NewID: rand.Text, Sleep: func(context.Context, time.Duration) {},
	})
}

// Records returns a tenant's chain, and ends the test unless it is sound from the first record to the head.
func Records(tb testing.TB, log *audit.Log, tenant string) []record.Record {
	tb.Helper()
	ctx := context.WithoutCancel(tb.Context())
	head, err := log.Head(ctx, tenant)
	if err != nil {
		tb.Fatal(err)
	}
	walk := record.Walk{Tenant: tenant, Next: 1, Previous: record.Start}
	var all []record.Record
	for line, err := range log.Lines(ctx, tenant, 1, head.Index+1) {
		if err != nil {
			tb.Fatal(err)
		}
		r, err := walk.Step(line)
		if err != nil {
			tb.Fatalf("audit record %d: %v", walk.Next, err)
		}
		all = append(all, r)
	}
	if uint64(len(all)) != head.Index || len(all) > 0 && walk.Previous != head.Hash {
		tb.Fatalf("got %d audit records that end in %s, want the head's %d and %s", len(all), walk.Previous, head.Index, head.Hash)
	}
	return all
}

// Outcomes returns what a tenant's chain says was asked for and what came of it: "createBatch allowed".
func Outcomes(tb testing.TB, log *audit.Log, tenant string) []string {
	tb.Helper()
	var all []string
	for _, r := range Records(tb, log, tenant) {
		all = append(all, r.Operation+" "+r.Outcome)
	}
	return all
}

// Pseudonym returns what a record of the tenant calls an id.
func Pseudonym(tb testing.TB, log *audit.Log, tenant, id string) string {
	tb.Helper()
	all, err := log.Pseudonyms(context.WithoutCancel(tb.Context()), tenant, id)
	if err != nil || len(all) != 1 {
		tb.Fatalf("got the pseudonyms %q and %v, want one", all, err)
	}
	return all[0]
}
