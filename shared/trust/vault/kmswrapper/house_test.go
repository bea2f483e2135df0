package kmswrapper_test

import (
	"bytes"
	"crypto/rand"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"

	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/emulators"
	"github.com/customerai/customerai/shared/testkit/keyservice"
	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/testkit/wire"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/vault"
	"github.com/customerai/customerai/shared/trust/vault/kmswrapper"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// newSet returns secrets with keysets of their own.
func newSet() secrets.Set {
	encryption, pseudonyms := must(keyset.NewHandle(aead.AES256GCMKeyTemplate())), must(keyset.NewHandle(prf.HMACSHA256PRFKeyTemplate()))
	return secrets.Set{Encryption: must(aead.New(encryption)), Pseudonyms: *must(prf.NewPRFSet(pseudonyms))}
}

// house is a vault whose keys KMS wraps.
type house struct {
	*vault.Vault
	service *keyservice.Service
	config  kmswrapper.Config
	keys    *memtable.Table
	set     secrets.Set
	now     time.Time
	log     *lines
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{service: keyservice.New(), now: start, set: newSet(), log: &lines{}}
	clock := func() time.Time { return h.now }
	source := secretstore.Fixed{Set: h.set}
	h.config = kmswrapper.Config{
		AWS: emulators.Nowhere(t), Key: h.service.CreateKey(), Secrets: source, Now: clock, Logger: slog.New(slog.NewJSONHandler(h.log, nil)),
	}
	h.config.AWS.HTTPClient, h.config.AWS.Retryer = h.service, func() aws.Retryer { return aws.NopRetryer{} }
	h.keys = memtable.New(clock)
	h.Vault = &vault.Vault{Keys: h.keys, Wrapper: kmswrapper.Open(h.config), Secrets: source, Random: rand.Reader, Now: clock}
	return h
}

// restart forgets what the wrapper remembers, as another instance of a function knows nothing of this one.
func (h *house) restart() { h.Wrapper = kmswrapper.Open(h.config) }

func (h *house) of(t *testing.T, person string) []vault.Subject {
	t.Helper()
	return must(h.Subjects(t.Context(), "main", person))
}

// kept is everything in the table of keys.
func (h *house) kept(t *testing.T) (items []table.Item) {
	t.Helper()
	for _, shard := range "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" {
		page := must(h.keys.Query(t.Context(), table.Query{Partition: "main#keys#" + string(shard)}))
		items = append(items, page.Items...)
	}
	return items
}

// lines is a log that many may write to.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func always(fault wire.Fault) func(string) wire.Fault {
	return func(string) wire.Fault { return fault }
}
