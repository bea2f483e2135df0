package retention_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/operators"
	"github.com/customerai/customerai/shared/storage/faults"
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
		audit.Event{Tenant: tenant, Actor: "cli_1", Operation: "anonymiseTexts"}, func(p *operators.Pseudonyms) { p.Operator(nil, "Maria", pii.Person) })
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

func TestWhatIsOverGoesAndWhatIsHeldStays(t *testing.T) {
	w := newWorld(t)
	w.keep("main", "zoe")
	w.keep("main", "max")
	w.keep("other", "zoe")
	if _, err := w.Subjects.Hold(t.Context(), "main", "max", subjects.Hold{Reason: "litigation"}, audit.Event{Tenant: "main", Actor: "cli_1", Operation: "holdSubject"}); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(20 * day)
	w.keep("other", "max")
	w.run()
	if items, _ := w.left("main"); items != 3 {
		t.Errorf("%d items before anything is over, want 3", items)
	}
	w.now = w.now.Add(11 * day)
	w.run()
	if w.held("main", "zoe") || w.held("other", "zoe") || !w.held("main", "max") || !w.held("other", "max") {
		t.Error("a run kept what is over, or removed what is not, or is held")
	}
	w.now = w.now.Add(2 * day)
	w.run()
	w.now = w.now.Add(2 * day)
	w.run()
	if _, keys := w.left("main"); keys != 1 {
		t.Errorf("%d keys, want the one of the person under a hold", keys)
	}
}

func TestARunHasOneRecordForEachTenantHoweverOftenItIsRepeated(t *testing.T) {
	w := newWorld(t)
	w.keep("main", "zoe")
	w.keep("other", "zoe")
	for range 3 {
		w.run()
	}
	w.now = w.now.Add(time.Hour)
	w.run()
	for _, tenant := range []string{"main", "other"} {
		if got := w.runs(tenant); got != 2 {
			t.Errorf("%s: %d records of two runs, want 2", tenant, got)
		}
	}
}

func TestOldBatchesGoPieceByPiece(t *testing.T) {
	w := newWorld(t)
	w.keep("main", "zoe")
	w.batches.left = 12
	w.run()
	if got, want := fmt.Sprint(w.batches.left, len(w.batches.asked)), "0 3"; got != want {
		t.Errorf("left and asked = %s, want %s", got, want)
	}
	if got, want := w.batches.asked[0], w.now.Add(-365*day); !got.Equal(want) {
		t.Errorf("removed before %v, want %v", got, want)
	}
}

func TestBatchesAreTendedToTheLastPage(t *testing.T) {
	w := newWorld(t)
	w.keep("main", "zoe")
	w.batches.pages = 3
	w.run()
	if got, want := strings.Join(w.batches.tended, " "), "main main/2 main/1"; got != want {
		t.Errorf("tended from %q, want %q", got, want)
	}
}

func TestAuditRecordsEndPieceByPieceUnlessAnybodyIsHeld(t *testing.T) {
	w := newWorld(t)
	w.keep("main", "zoe")
	w.chains.left = 2
	w.run()
	if got, want := strings.Join(w.chains.asked, ", "), "main 2119-03-01, main 2119-03-01"; got != want {
		t.Errorf("asked for %s, want %s", got, want)
	}
	hold := audit.Event{Tenant: "main", Actor: "usr_1", Operation: "holdSubject"}
	if _, err := w.Subjects.Hold(t.Context(), "main", "ann", subjects.Hold{Reason: "litigation", Reference: "7"}, hold); err != nil {
		t.Fatal(err)
	}
	w.chains.asked = nil
	w.run()
	if len(w.chains.asked) != 0 {
		t.Errorf("asked for %v under a hold, want nothing", w.chains.asked)
	}
	if err := w.Subjects.Release(t.Context(), "main", "ann", audit.Event{Tenant: "main", Actor: "usr_1", Operation: "releaseSubject"}); err != nil {
		t.Fatal(err)
	}
	w.run()
	if len(w.chains.asked) == 0 {
		t.Error("asked for nothing once the hold is released")
	}
}

func TestWithoutTimeARunStopsAndTheNextGoesOn(t *testing.T) {
	w := newWorld(t)
	w.keep("main", "zoe")
	w.now = w.now.Add(31 * day)
	if err := w.Run(deadline{t.Context(), w.now.Add(10 * time.Second)}, w.now); err != nil {
		t.Fatal(err)
	}
	if items, _ := w.left("main"); items != 1 {
		t.Errorf("%d items, want the one that there was no time for", items)
	}
	w.now = w.now.Add(time.Hour)
	w.run()
	if items, _ := w.left("main"); items != 0 {
		t.Errorf("%d items, want none", items)
	}
}

// deadline is a context that says when it ends, by the test's clock, which is far ahead of any other.
type deadline struct {
	context.Context
	end time.Time
}

func (d deadline) Deadline() (time.Time, bool) { return d.end, true }

func TestATenantThatFailsDoesNotStopTheOthers(t *testing.T) {
	w := newWorld(t)
	w.keep("main", "zoe")
	w.keep("other", "zoe")
	w.now = w.now.Add(31 * day)
	w.batches.err = errors.New("broken")
	err := w.Run(t.Context(), w.now)
	if err == nil || !strings.Contains(err.Error(), "tenant main") || !strings.Contains(err.Error(), "tenant other") {
		t.Errorf("Run = %v, want both named", err)
	}
	for _, tenant := range []string{"main", "other"} {
		if items, _ := w.left(tenant); items != 0 {
			t.Errorf("%s: %d items, want none", tenant, items)
		}
	}
}

// damage makes a person's wrapped key one that nothing opens.
func (w *world) damage(tenant, person string) {
	w.t.Helper()
	names, err := w.Subjects.Vault.Subjects(w.t.Context(), tenant, person)
	if err != nil {
		w.t.Fatal(err)
	}
	item, err := w.keys.Get(w.t.Context(), table.Key{Partition: tenant + "#keys#" + names[0].Name[4:5], Sort: names[0].Name})
	if err != nil {
		w.t.Fatal(err)
	}
	var key map[string]any
	if err := json.Unmarshal(item.Value, &key); err != nil {
		w.t.Fatal(err)
	}
	key["wrapped"] = []byte("damaged")
	value, err := json.Marshal(key)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.keys.Put(w.t.Context(), item.With(value), table.Version(item.Version)); err != nil {
		w.t.Fatal(err)
	}
}

// always takes every key for stale, and counts those that it wraps and those that it does not unwrap.
type always struct {
	vault.Wrapper
	wrapped, failed int
}

func (a *always) Stale(context.Context, []byte) (bool, error) { return true, nil }

func (a *always) Wrap(ctx context.Context, of vault.Subject, key []byte) ([]byte, error) {
	a.wrapped++
	return a.Wrapper.Wrap(ctx, of, key)
}

func (a *always) Unwrap(ctx context.Context, of vault.Subject, wrapped []byte) ([]byte, error) {
	key, err := a.Wrapper.Unwrap(ctx, of, wrapped)
	if err != nil {
		a.failed++
	}
	return key, err
}

// Each of some people's keys is damaged in turn, so that others lie behind it in the order of the walk.
func TestAKeyThatNothingOpensKeepsNoOtherFromBeingTended(t *testing.T) {
	const people = 4
	for damaged := range people {
		w := newWorld(t)
		for person := range people {
			w.keep("main", fmt.Sprint("person ", person))
		}
		w.damage("main", fmt.Sprint("person ", damaged))
		wrapper := &always{Wrapper: w.Subjects.Vault.Wrapper}
		w.Subjects.Vault.Wrapper = wrapper
		err := w.Run(t.Context(), w.now)
		if err == nil || strings.Count(err.Error(), "unwrap key of sub_") != 1 || wrapper.wrapped != people-1 {
			t.Errorf("Run = %v after %d keys, want %d and the one that does not open named", err, wrapper.wrapped, people-1)
		}
		w.now = w.now.Add(time.Hour)
		w.run() // and once a day is enough to say so
	}
}

// More than ten keys that do not open have one cause, which somebody should look at before the rest is tried.
func TestManyKeysThatNothingOpensEndARunAndTheNextGoesOn(t *testing.T) {
	w := newWorld(t)
	for person := range 15 {
		w.keep("main", fmt.Sprint("person ", person))
		w.damage("main", fmt.Sprint("person ", person))
	}
	wrapper := &always{Wrapper: w.Subjects.Vault.Wrapper}
	w.Subjects.Vault.Wrapper = wrapper
	if err := w.Run(t.Context(), w.now); err == nil || wrapper.failed != 11 {
		t.Errorf("Run = %v after %d keys that do not open, want an error after 11", err, wrapper.failed)
	}
	w.now = w.now.Add(time.Hour)
	if err := w.Run(t.Context(), w.now); err == nil || wrapper.failed < 15 {
		t.Errorf("the next run = %v, and %d keys were tried, want an error after all 15", err, wrapper.failed)
	}
	w.now = w.now.Add(time.Hour)
	w.run() // once a day is enough to say so
}

// TestKeysAreWrappedAnewAfterARotation kills runs at every step and lets the next ones finish, then takes the old key away.
func TestKeysAreWrappedAnewAfterARotation(t *testing.T) {
	for kill := 1; ; kill += 5 {
		w := newWorld(t)
		manager := keyset.NewManager()
		rotate := func() {
			id, err := manager.Add(aead.AES256GCMKeyTemplate())
			if err == nil {
				err = manager.SetPrimary(id)
			}
			handle, failed := manager.Handle()
			if err = errors.Join(err, failed); err == nil {
				w.source.Set.Encryption, err = aead.New(handle)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		rotate()
		w.keep("main", "zoe")
		w.keep("main", "max")
		first, err := manager.Handle()
		if err != nil {
			t.Fatal(err)
		}
		old, err := first.Primary()
		if err != nil {
			t.Fatal(err)
		}
		rotate()
		injector := faults.New(faults.Kill(kill, faults.After))
		_ = w.over(injector.Table(w.table), injector.Table(w.keys)).Run(t.Context(), w.now)
		w.Keeper = w.over(w.table, w.keys)
		w.now = w.now.Add(time.Hour)
		w.run()
		if err := manager.Delete(old.KeyID()); err != nil {
			t.Fatal(err)
		}
		handle, err := manager.Handle()
		if err != nil {
			t.Fatal(err)
		}
		if w.source.Set.Encryption, err = aead.New(handle); err != nil {
			t.Fatal(err)
		}
		if !w.held("main", "zoe") || !w.held("main", "max") {
			t.Fatalf("killed at %d: a person cannot be read without the old key", kill)
		}
		if injector.Calls() < kill {
			return
		}
	}
}
