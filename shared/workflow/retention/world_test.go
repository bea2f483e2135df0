package retention_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/operators"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/trust/vault"
	"github.com/customerai/customerai/shared/workflow/retention"
	"github.com/customerai/customerai/shared/workflow/subjects"
)

const day = 24 * time.Hour

// batches is what a keeper asks of batches, and how often it did.
type batches struct {
	left  int
	asked []time.Time
	err   error

	pages  int // of what there is to tend
	tended []string
}

func (b *batches) Tend(_ context.Context, tenant string, _ time.Time, cursor string, _ int) (string, error) {
	b.tended = append(b.tended, tenant+cursor)
	if b.pages--; b.pages <= 0 {
		return "", b.err
	}
	return fmt.Sprintf("/%d", b.pages), b.err
}

func (b *batches) RemoveBefore(_ context.Context, _ string, before time.Time, limit int) (int, error) {
	b.asked = append(b.asked, before)
	n := min(limit, b.left)
	b.left -= n
	return n, b.err
}

// chains is what a keeper asks of audit chains.
type chains struct {
	left  int // pieces
	asked []string
}

func (c *chains) Expire(_ context.Context, tenant string, before time.Time, _ int) (bool, error) {
	c.asked = append(c.asked, tenant+" "+before.Format(time.DateOnly))
	c.left--
	return c.left > 0, nil
}

type world struct {
	*retention.Keeper
	t       *testing.T
	now     time.Time
	source  *secretstore.Fixed
	table   *memtable.Table
	keys    *memtable.Table
	log     *audit.Log
	batches *batches
	chains  *chains
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2126, 3, 1, 12, 0, 0, 0, time.UTC), source: &secretstore.Fixed{Set: secretstore.Keys()}, batches: &batches{}, chains: &chains{}}
	clock := func() time.Time { return w.now }
	w.table, w.keys = memtable.New(clock), memtable.New(clock)
	w.Keeper = w.over(w.table, w.keys)
	return w
}

func (w *world) over(items, keys table.Table) *retention.Keeper {
	clock := func() time.Time { return w.now }
	w.log = audit.New(audit.Config{Table: items, Secrets: w.source, Now: clock, NewID: rand.Text, Sleep: func(context.Context, time.Duration) {}})
	return &retention.Keeper{
		Table: items, Batches: w.batches, Chains: w.chains, Log: w.log, Now: clock, Results: 365 * day, Records: 2557 * day, Operation: "purge-expired",
		Subjects: &subjects.Service{
			Table: items, Audit: w.log, Now: clock, NewID: rand.Text, Originals: 30 * day,
			Vault: &vault.Vault{Keys: keys, Wrapper: vault.Keyset{Secrets: w.source}, Secrets: w.source, Random: rand.Reader, Now: clock},
		},
	}
}

func (w *world) keep(tenant, subject string) {
	w.t.Helper()
	err := w.Subjects.Keep(w.t.Context(), subjects.Conversation{Tenant: tenant, SubjectID: subject, ID: "c1"},
		audit.Event{Tenant: tenant, Actor: "cli_1", Operation: "anonymiseTexts"}, func(p *operators.Pseudonyms) error {
			p.Operator(nil, "Maria", pii.Person)
			return nil
		})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) run() {
	w.t.Helper()
	if err := w.Run(w.t.Context(), w.now.Truncate(time.Hour)); err != nil {
		w.t.Fatal(err)
	}
}

// held reports whether anything is held of a person.
func (w *world) held(tenant, subject string) bool {
	w.t.Helper()
	page, err := w.Subjects.Export(w.t.Context(), tenant, subject, 10, "")
	if err != nil && !errs.Is(err, errs.NotFound) {
		w.t.Fatal(err)
	}
	return len(page.Items) > 0
}

// left counts what the tables hold of a tenant's people.
func (w *world) left(tenant string) (items, keys int) {
	w.t.Helper()
	subject := func(id string) vault.Subject {
		names, err := w.Subjects.Vault.Subjects(w.t.Context(), tenant, id)
		if err != nil {
			w.t.Fatal(err)
		}
		return names[0]
	}
	for _, id := range []string{"zoe", "max"} {
		found, err := table.All(w.t.Context(), w.table, table.Query{Partition: tenant + "#subject#" + subject(id).Name})
		if err != nil {
			w.t.Fatal(err)
		}
		items += len(found)
		if key, _ := w.Subjects.Vault.Current(w.t.Context(), subject(id)); key != "" {
			keys++
		}
	}
	return items, keys
}

func (w *world) runs(tenant string) (n int) {
	w.t.Helper()
	for _, r := range audittest.Records(w.t, w.log, tenant) {
		if r.Operation == "purge-expired" {
			n++
		}
	}
	return n
}
