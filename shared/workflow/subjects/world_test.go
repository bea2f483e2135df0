package subjects_test

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/operators"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/vault"
	"github.com/customerai/customerai/shared/workflow/subjects"
)

func theSource() secretstore.Fixed { return secretstore.Fixed{Set: secretstore.Keys()} }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// world is a service over stores in memory, with a clock that a test moves.
type world struct {
	*subjects.Service
	t           *testing.T
	ctx         context.Context
	now         time.Time
	source      secretstore.Fixed
	table, keys *memtable.Table
	log         *audit.Log
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, ctx: t.Context(), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), source: theSource()}
	clock := func() time.Time { return w.now }
	w.table, w.keys = memtable.New(clock), memtable.New(clock)
	w.Service = w.over(w.table, w.keys)
	return w
}

// over returns the service on other ways to the stores.
func (w *world) over(t, keys table.Table) *subjects.Service {
	clock := func() time.Time { return w.now }
	w.log = audit.New(audit.Config{
		Table: t, Secrets: w.source, Now: clock, NewID: rand.Text, Sleep: func(context.Context, time.Duration) {},
	})
	return &subjects.Service{
		Table: t, Audit: w.log, Now: clock, NewID: rand.Text, Originals: kept,
		Vault: &vault.Vault{Keys: keys, Wrapper: vault.Keyset{Secrets: w.source}, Secrets: w.source, Random: rand.Reader, Now: clock},
	}
}

func event(operation, subject string) audit.Event {
	return audit.Event{Tenant: "main", Actor: "cli_1", Operation: operation, Target: subject, RequestID: "REQUESTREQUESTREQUEST"}
}

func talk(subject, id string) subjects.Conversation {
	return subjects.Conversation{Tenant: "main", SubjectID: subject, ID: id}
}

// keep gives names pseudonyms in a conversation and returns them.
func (w *world) keep(s *subjects.Service, c subjects.Conversation, names ...string) (given []string, err error) {
	e := event("anonymiseTexts", c.SubjectID)
	e.Tenant = c.Tenant
	err = s.Keep(w.ctx, c, e, func(p *operators.Pseudonyms) error {
		given = nil
		for _, name := range names {
			given = append(given, string(p.Operator(nil, name, pii.Person)))
		}
		return nil
	})
	return given, err
}

func (w *world) mustKeep(c subjects.Conversation, names ...string) []string {
	w.t.Helper()
	return must(w.keep(w.Service, c, names...))
}

func (w *world) restore(c subjects.Conversation, text string) (string, error) {
	e := event("restoreTexts", c.SubjectID)
	e.Tenant, e.Reason = c.Tenant, "support_case"
	texts, err := w.Restore(w.ctx, c, e, text)
	return strings.Join(texts, ""), err
}

func (w *world) mustErase(subject string) subjects.Erasure {
	w.t.Helper()
	return must(w.Erase(w.ctx, "main", subject, event("eraseSubject", subject)))
}

// records is how many records the tenant's chain has.
func (w *world) records(tenant string) uint64 {
	w.t.Helper()
	return must(w.log.Head(w.ctx, tenant)).Index
}

// items returns everything in a partition.
func (w *world) items(partition string) []table.Item {
	w.t.Helper()
	return must(table.All(w.ctx, w.table, table.Query{Partition: partition}))
}

func (w *world) name(subject string) vault.Subject {
	w.t.Helper()
	return must(w.Vault.Subjects(w.ctx, "main", subject))[0]
}
