package bundle_test

import (
	"context"
	"encoding/base32"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/principals"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/sessions"
	"github.com/customerai/customerai/shared/workflow/batch"
)

// A hundred thousand take half a minute: go test ./infra/local/bundle -run Observes -sequences 100000
var sequences = flag.Int("sequences", 5_000, "random sequences of two tenants' operations")

var sequenceTime = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func sequenceClock() time.Time { return sequenceTime }

// fenced is a table that reports every key which is not the tenant's own.
type fenced struct {
	table.Table
	t      *testing.T
	tenant string
	calls  *int
}

// chains is where the audit log notes which tenants have a chain, for the checkpoints of all of them.
const chains = "#audit-chains"

func (f fenced) hold(partition string) {
	*f.calls++
	if !strings.HasPrefix(partition, f.tenant+"#") && partition != chains {
		f.t.Errorf("an operation of %s reaches for %q", f.tenant, partition)
	}
}

func (f fenced) Get(ctx context.Context, key table.Key) (table.Item, error) {
	f.hold(key.Partition)
	return f.Table.Get(ctx, key)
}

func (f fenced) Put(ctx context.Context, item table.Item, condition table.Condition) error {
	f.hold(item.Partition)
	return f.Table.Put(ctx, item, condition)
}

func (f fenced) Delete(ctx context.Context, key table.Key, condition table.Condition) error {
	f.hold(key.Partition)
	return f.Table.Delete(ctx, key, condition)
}

func (f fenced) Query(ctx context.Context, query table.Query) (table.Page, error) {
	f.hold(query.Partition)
	return f.Table.Query(ctx, query)
}

func (f fenced) Transact(ctx context.Context, token string, writes []table.Write) error {
	for _, w := range writes {
		f.hold(w.Item.Partition)
	}
	return f.Table.Transact(ctx, token, writes)
}

type nowhere struct{}

func (nowhere) PresignPut(context.Context, string, int64, time.Time) (string, error) {
	return "https://uploads", nil
}

// tenantHouse is what one tenant reaches of the services, on a table that both have.
type tenantHouse struct {
	tenant   string
	actor    auth.Principal
	batches  *batch.Service
	people   *principals.Service
	sessions *sessions.Service
	set      secrets.Set
	token    string // of the newest session
}

func ids32(prefix byte) func() string {
	n := 0
	return func() string {
		n++
		return strings.Repeat(string(prefix), 22) + base32.StdEncoding.EncodeToString([]byte{byte(n >> 8), byte(n), 0})[:4]
	}
}

// seeds are the items of one person in each tenant, made once: a password's hash takes longer than a thousand sequences.
var seeds = sync.OnceValues(func() (secrets.Set, map[string][]table.Item) {
	document, _, err := secrets.Generate()
	if err != nil {
		panic(err)
	}
	set, problems := document.Open()
	if len(problems) > 0 {
		panic(secrets.Join(problems))
	}
	items := map[string][]table.Item{}
	for _, tenant := range []string{"main", rival} {
		m := memtable.New(sequenceClock)
		id := ids32(tenant[0] - 32)
		service := &principals.Service{Table: m, Audit: audittest.New(&testing.T{}, m, sequenceClock), Now: sequenceClock, NewID: id}
		actor := auth.Principal{Subject: "operator", Tenant: tenant, Scopes: manifest.Scopes()}
		if _, _, err := service.Create(context.Background(), set, actor, principals.Draft{Kind: principals.Client, Roles: []string{"client"}}); err != nil {
			panic(err)
		}
		page, err := m.Query(context.Background(), table.Query{Partition: tenant + "#principals"})
		if err != nil {
			panic(err)
		}
		items[tenant] = page.Items
	}
	return set, items
})

func newTenant(t *testing.T, m *memtable.Table, tenant string, calls *int) *tenantHouse {
	set, items := seeds()
	for _, item := range items[tenant] {
		if err := m.Put(t.Context(), item, table.Absent()); err != nil {
			t.Fatal(err)
		}
	}
	f, id := fenced{m, t, tenant, calls}, ids32(tenant[0]-32)
	log := audittest.New(t, f, sequenceClock)
	return &tenantHouse{
		tenant: tenant, set: set, actor: auth.Principal{Subject: "operator", Tenant: tenant, Scopes: manifest.Scopes()},
		batches:  &batch.Service{Table: f, Uploads: nowhere{}, Now: sequenceClock, NewID: id, Audit: log},
		people:   &principals.Service{Table: f, Audit: log, Now: sequenceClock, NewID: id},
		sessions: &sessions.Service{Table: f, Now: sequenceClock, NewID: id},
	}
}

// do does one operation, about an id of either tenant's where it is about one, and returns all that the tenant observes.
func (h *tenantHouse) do(ctx context.Context, operation, which int) string {
	other := string("MR"[which%2]) // ids of both tenants are known to both
	batchID := "bat_" + strings.Repeat(other, 22) + base32.StdEncoding.EncodeToString([]byte{0, byte(1 + which%3), 0})[:4]
	principalID := "cli_" + strings.Repeat(other, 22) + base32.StdEncoding.EncodeToString([]byte{0, 1, 0})[:4]
	switch operation {
	case 0:
		upload, err := h.batches.Create(ctx, h.tenant, "messages.csv")
		return observed(upload, err)
	case 1:
		page, err := h.batches.List(ctx, h.tenant, 10, "")
		return observed(page, err)
	case 2:
		detail, err := h.batches.Get(ctx, h.tenant, batchID)
		return observed(detail, err)
	case 3:
		page, _, err := h.people.List(ctx, h.set, h.actor, 10, "")
		return observed(page, err)
	case 4:
		p, err := h.people.Get(ctx, h.set, h.actor, principalID)
		return observed(p, err)
	case 5:
		status := []principals.Status{principals.Active, principals.Disabled}[which/2%2]
		p, _, err := h.people.Update(ctx, h.set, h.actor, principalID, principals.Change{Status: status})
		return observed(p, err)
	case 6:
		session, token, err := h.sessions.Start(ctx, auth.Principal{Subject: principalID, Tenant: h.tenant, Scopes: []string{"analyze"}, Epoch: 1}, "")
		h.token = token
		return observed(session.ID, err)
	case 7:
		session, err := h.sessions.Find(ctx, h.token, "")
		return observed(session.ID, err)
	}
	p, err := h.people.Check(ctx, h.set, auth.Principal{Subject: principalID, Tenant: h.tenant, Scopes: []string{"analyze"}, Epoch: int64(1 + which%2), TokenID: "tok"})
	return observed(p.Subject, err)
}

const operations = 9

func observed(value any, err error) string {
	text, errMarshal := json.Marshal(value)
	return fmt.Sprint(string(text), errs.CodeOf(err), errs.Public(errs.Wrap(errs.CodeOf(err), fmt.Sprint(err), nil)).Message, errMarshal)
}

type step struct{ tenant, operation, which int }

// runSteps does the steps of the tenants that are meant and returns what the second observes.
func runSteps(t *testing.T, steps []step, both bool, calls *int) []string {
	m := memtable.New(sequenceClock)
	houses := []*tenantHouse{newTenant(t, m, "main", calls), newTenant(t, m, rival, calls)}
	var seen []string
	for _, s := range steps {
		if s.tenant == 0 && !both {
			continue
		}
		observation := houses[s.tenant].do(t.Context(), s.operation, s.which)
		if s.tenant == 1 {
			seen = append(seen, observation)
		}
	}
	return seen
}

// Whatever the first tenant does, with its own ids and with the second's: the second sees what it would have seen alone.
func TestNoTenantObservesAnother(t *testing.T) {
	random := rand.New(rand.NewPCG(26, 1))
	total, calls, ok := 0, 0, 0
	for n := range *sequences {
		steps := make([]step, 2+random.IntN(5))
		for i := range steps {
			steps[i] = step{random.IntN(2), random.IntN(operations), random.IntN(12)}
		}
		with, alone := runSteps(t, steps, true, &calls), runSteps(t, steps, false, &calls)
		total += len(steps)
		for _, observation := range with {
			if !strings.Contains(observation, "not_found") && !strings.Contains(observation, "unauthorized") {
				ok++
			}
		}
		if !slices.Equal(with, alone) {
			t.Fatalf("sequence %d, %v: the second tenant sees\n%s\nand alone\n%s", n, steps, strings.Join(with, "\n"), strings.Join(alone, "\n"))
		}
	}
	if ok == 0 || calls == 0 {
		t.Error("nothing was done")
	}
	t.Logf("%d sequences, %d operations, %d calls of the table, %d observations of success", *sequences, total, calls, ok)
}
