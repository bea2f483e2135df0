package vault_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/traces"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/vault"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// source is a secrets.Source whose set, or error, a test may change.
type source struct {
	set secrets.Set
	err error
}

func (s *source) Current(context.Context) (secrets.Set, error) { return s.set, s.err }

// keysets are the managed keysets behind a source, to rotate.
type keysets struct {
	t           *testing.T
	encryption  *keyset.Manager
	pseudonyms  *keyset.Manager
	source      *source
	encryptions []uint32
}

func newKeysets(t *testing.T) *keysets {
	t.Helper()
	k := &keysets{t: t, encryption: keyset.NewManager(), pseudonyms: keyset.NewManager(), source: &source{}}
	k.rotateEncryption()
	k.rotatePseudonyms()
	return k
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func (k *keysets) rotateEncryption() {
	id := must(k.encryption.Add(aead.AES256GCMKeyTemplate()))
	must(0, k.encryption.SetPrimary(id))
	k.encryptions = append(k.encryptions, id)
	k.load()
}

// retireEncryption takes every key of ENCRYPTION_KEY away but the newest.
func (k *keysets) retireEncryption() {
	for _, id := range k.encryptions[:len(k.encryptions)-1] {
		must(0, k.encryption.Delete(id))
	}
	k.encryptions = k.encryptions[len(k.encryptions)-1:]
	k.load()
}

func (k *keysets) rotatePseudonyms() {
	id := must(k.pseudonyms.Add(prf.HMACSHA256PRFKeyTemplate()))
	must(0, k.pseudonyms.SetPrimary(id))
	k.load()
}

func (k *keysets) load() {
	k.t.Helper()
	if handle, err := k.encryption.Handle(); err == nil {
		k.source.set.Encryption = must(aead.New(handle))
	}
	if handle, err := k.pseudonyms.Handle(); err == nil {
		k.source.set.Pseudonyms = *must(prf.NewPRFSet(handle))
	}
}

type fixture struct {
	*vault.Vault
	t    *testing.T
	keys *memtable.Table
	sets *keysets
	now  time.Time
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{t: t, now: start, sets: newKeysets(t)}
	clock := func() time.Time { return f.now }
	f.keys = memtable.New(clock)
	f.Vault = &vault.Vault{
		Keys: f.keys, Wrapper: vault.Keyset{Secrets: f.sets.source}, Secrets: f.sets.source, Random: rand.Reader, Now: clock,
	}
	return f
}

func (f *fixture) subjects(tenant, id string) []vault.Subject {
	f.t.Helper()
	return must(f.Subjects(f.t.Context(), tenant, id))
}

func (f *fixture) create(tenant, id string) *vault.Key {
	f.t.Helper()
	return must(f.FindOrCreate(f.t.Context(), f.subjects(tenant, id)))
}

var place = vault.Place{Table: "mapping", Item: "conversation", Field: "values", Version: 1}

func TestWhatIsSealedOpensUnderTheSameKey(t *testing.T) {
	f := newFixture(t)
	const value = "hunter2hunter2"
	sealed := must(f.create("main", "zoe").Seal(place, []byte(value)))
	if found := traces.Of(value).In(string(sealed)); found != "" {
		t.Fatalf("the value is readable in what was sealed: %s", found)
	}
	key := must(f.Find(t.Context(), f.subjects("main", "zoe")))
	if plain, err := key.Open(place, sealed); err != nil || string(plain) != value {
		t.Errorf("Open = %q, %v, want the value", plain, err)
	}
	if again := f.create("main", "zoe"); again.ID != key.ID {
		t.Errorf("FindOrCreate = key %s, want the one there is, %s", again.ID, key.ID)
	}
}

func TestNobodyHasAKeyUntilOneIsMade(t *testing.T) {
	f := newFixture(t)
	f.create("main", "zoe")
	for name, subjects := range map[string][]vault.Subject{
		"another person":              f.subjects("main", "max"),
		"the same id of another":      f.subjects("other", "zoe"),
		"a list without any":          nil,
		"an id that runs into tenant": f.subjects("mainz", "oe"),
	} {
		if _, err := f.Find(t.Context(), subjects); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: Find = %v, want not found", name, err)
		}
	}
}

func TestDestroyedKeysOpenNothingAndComeBackDifferent(t *testing.T) {
	f := newFixture(t)
	sealed := must(f.create("main", "zoe").Seal(place, []byte("hunter2")))
	for range 2 { // the second time is a no-op
		if err := f.Destroy(t.Context(), f.subjects("main", "zoe")[0]); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.Find(t.Context(), f.subjects("main", "zoe")); !errs.Is(err, errs.NotFound) {
		t.Errorf("Find after Destroy = %v, want not found", err)
	}
	if plain, err := f.create("main", "zoe").Open(place, sealed); err == nil {
		t.Errorf("the subject that came back reads %q, want nothing", plain)
	}
}

func TestTheTableOfKeysNamesNobodyAndShowsNoKey(t *testing.T) {
	f := newFixture(t)
	f.Random = io.MultiReader(strings.NewReader("hunter2hunter2hunter2hunter2hunt"), rand.Reader)
	f.create("main", "canary-person@example.com")
	leaks := traces.Of("canary-person", "hunter2hunter2")
	seen := 0
	for _, item := range dump(t, f.keys, "main") {
		seen++
		if found := leaks.In(item.Partition + item.Sort + string(item.Value)); found != "" {
			t.Errorf("item %s shows an id or a key: %s", item.Sort, found)
		}
		if !strings.HasPrefix(item.Partition, "main#") {
			t.Errorf("partition %q does not begin with the tenant", item.Partition)
		}
	}
	if seen != 1 {
		t.Errorf("%d items, want one", seen)
	}
}

// dump returns every item of a tenant's keys.
func dump(t *testing.T, keys table.Table, tenant string) (items []table.Item) {
	t.Helper()
	for _, shard := range "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" {
		items = append(items, must(table.All(t.Context(), keys, table.Query{Partition: tenant + "#keys#" + string(shard)}))...)
	}
	return items
}

func TestAPersonKeepsTheNameFromBeforeARotation(t *testing.T) {
	f := newFixture(t)
	before := f.create("main", "zoe")
	f.sets.rotatePseudonyms()
	subjects := f.subjects("main", "zoe")
	if len(subjects) != 2 || subjects[1] != before.Subject {
		t.Fatalf("Subjects = %v, want the new name and then %s", subjects, before.Subject.Name)
	}
	if after := f.create("main", "zoe"); after.ID != before.ID {
		t.Errorf("FindOrCreate = key %s, want %s of before the rotation", after.ID, before.ID)
	}
	if fresh := f.create("main", "max"); fresh.Subject != f.subjects("main", "max")[0] {
		t.Errorf("a new subject is %s, want the first of its names", fresh.Subject.Name)
	}
}

func TestTwoAtOnceMakeOneKey(t *testing.T) {
	f := newFixture(t)
	ids := make(chan string, 16)
	for range cap(ids) {
		go func() {
			key, err := f.FindOrCreate(t.Context(), f.subjects("main", "zoe"))
			if err != nil {
				t.Error(err)
				ids <- ""
				return
			}
			ids <- key.ID
		}()
	}
	first := <-ids
	for range cap(ids) - 1 {
		if id := <-ids; id != first {
			t.Errorf("got keys %s and %s, want one", first, id)
		}
	}
}

func TestWithoutRandomnessNothingIsMade(t *testing.T) {
	f := newFixture(t)
	for n := range 48 { // a key and its id take as many bytes
		f.Random = io.MultiReader(strings.NewReader(strings.Repeat("x", n)), failing{})
		if key, err := f.FindOrCreate(t.Context(), f.subjects("main", "zoe")); key != nil || err == nil {
			t.Errorf("with %d random bytes FindOrCreate = %v, %v, want an error", n, key, err)
		}
	}
	if items := dump(t, f.keys, "main"); len(items) != 0 {
		t.Errorf("%d items were written, want none", len(items))
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("no entropy") }

func TestAKeyIsNotPrintedByAccident(t *testing.T) {
	f := newFixture(t)
	f.Random = io.MultiReader(strings.NewReader("hunter2hunter2hunter2hunter2hunt"), rand.Reader)
	key := f.create("main", "zoe")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q", "%d"} {
		if got := fmt.Sprintf(verb, key); got != key.ID {
			t.Errorf("%s prints %q, want the key's id", verb, got)
		}
	}
}

func TestAKeyThatIsNotUsedIsRetiredInTwoSteps(t *testing.T) {
	const grace = time.Hour
	for name, test := range map[string]struct {
		between func(*fixture)
		want    bool
	}{
		"nobody asks and grace has passed": {func(f *fixture) { f.now = f.now.Add(grace) }, true},
		"grace has not passed":             {func(f *fixture) { f.now = f.now.Add(grace - time.Second) }, false},
		"somebody asks": {func(f *fixture) {
			f.now = f.now.Add(grace)
			f.create("main", "zoe")
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			subject := f.create("main", "zoe").Subject
			if gone, err := f.Retire(t.Context(), subject, grace); err != nil || gone {
				t.Fatalf("first Retire = %v, %v, want the key to stay", gone, err)
			}
			test.between(f)
			if gone, err := f.Retire(t.Context(), subject, grace); err != nil || gone != test.want {
				t.Errorf("second Retire = %v, %v, want %v", gone, err, test.want)
			}
			if _, err := f.Find(t.Context(), []vault.Subject{subject}); errs.Is(err, errs.NotFound) != test.want {
				t.Errorf("Find = %v, want gone %v", err, test.want)
			}
		})
	}
	f := newFixture(t)
	if gone, err := f.Retire(t.Context(), f.subjects("main", "nobody")[0], grace); err != nil || !gone {
		t.Errorf("Retire of no key = %v, %v, want gone", gone, err)
	}
}
