package kmswrapper_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"log/slog"
	randv2 "math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/emulators"
	"github.com/customerai/customerai/shared/testkit/keyservice"
	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/testkit/wire"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/vault"
	"github.com/customerai/customerai/shared/trust/vault/kmswrapper"
	"github.com/customerai/customerai/shared/trust/vault/wrappertest"
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

func TestItIsAWrapper(t *testing.T) {
	wrappertest.Run(t, func(t *testing.T) wrappertest.Stage {
		h := newHouse(t)
		return wrappertest.Stage{
			Wrapper: h.Wrapper,
			Renew: func() vault.Wrapper {
				h.config.Key = h.service.CreateKey()
				return kmswrapper.Open(h.config)
			},
			Outage: func() { h.service.Fault = always(wire.Refuse(http.StatusInternalServerError, "KMSInternalException")) },
		}
	})
}

// The emulator authenticates nothing, so that it is not held to the suite.
func TestTheEmulatorsKeyWrapsAndItsStatesHaveTheirCodes(t *testing.T) {
	h := newHouse(t)
	h.config.AWS = emulators.AWS(t)
	client := kms.NewFromConfig(h.config.AWS)
	created := must(client.CreateKey(t.Context(), &kms.CreateKeyInput{}))
	h.config.Key = *created.KeyMetadata.Arn
	h.restart()
	key := must(h.FindOrCreate(t.Context(), h.of(t, "zoe")))
	sealed := must(key.Seal(vault.Place{Table: "t"}, []byte("hunter2")))
	find := func() error {
		h.restart()
		key, err := h.Find(t.Context(), h.of(t, "zoe"))
		if err == nil {
			if plain, err := key.Open(vault.Place{Table: "t"}, sealed); err != nil || string(plain) != "hunter2" {
				t.Errorf("Open = %q, %v, want the value", plain, err)
			}
		}
		return err
	}
	if err := find(); err != nil {
		t.Errorf("Find = %v, want the key", err)
	}
	item := must(h.keys.Get(t.Context(), h.kept(t)[0].Key))
	stolen := item
	stolen.Sort, stolen.Partition = h.of(t, "max")[0].Name, "main#keys#"+h.of(t, "max")[0].Name[4:5]
	stolen.Version = 0
	must(0, h.keys.Put(t.Context(), stolen, table.Absent()))
	if _, err := h.Find(t.Context(), h.of(t, "max")); !errs.Is(err, errs.Internal) {
		t.Errorf("Find of another's key = %v, want a refusal for good", err)
	}
	must(client.DisableKey(t.Context(), &kms.DisableKeyInput{KeyId: &h.config.Key}))
	if err := find(); !errs.Is(err, errs.Unavailable) {
		t.Errorf("Find with a disabled key = %v, want unavailable", err)
	}
	must(client.EnableKey(t.Context(), &kms.EnableKeyInput{KeyId: &h.config.Key}))
	if err := find(); err != nil {
		t.Errorf("Find = %v, want the key again", err)
	}
	must(client.ScheduleKeyDeletion(t.Context(), &kms.ScheduleKeyDeletionInput{KeyId: &h.config.Key}))
	if err := find(); !errs.Is(err, errs.Unavailable) {
		t.Errorf("Find with a key that is pending deletion = %v, want unavailable", err)
	}
}

// hangs answers nobody.
func hangs(request *http.Request) (*http.Response, error) {
	<-request.Context().Done()
	return nil, request.Context().Err()
}

type clientFunc func(*http.Request) (*http.Response, error)

func (f clientFunc) Do(request *http.Request) (*http.Response, error) { return f(request) }

// What KMS can suffer, beside the states of a key.
var sufferings = map[string]struct {
	fault wire.Fault
	want  errs.Code
}{
	"throttled":                        {wire.Refuse(http.StatusBadRequest, "ThrottlingException"), errs.Unavailable},
	"over the limit of requests":       {wire.Refuse(http.StatusBadRequest, "LimitExceededException"), errs.Unavailable},
	"an error of its own":              {wire.Refuse(http.StatusInternalServerError, "KMSInternalException"), errs.Unavailable},
	"a key store that does not answer": {wire.Refuse(http.StatusInternalServerError, "KeyUnavailableException"), errs.Unavailable},
	"a dependency out of time":         {wire.Refuse(http.StatusServiceUnavailable, "DependencyTimeoutException"), errs.Unavailable},
	"an error without a name":          {wire.Answer(http.StatusBadGateway, "<html>Bad gateway</html>"), errs.Unavailable},
	"a request lost on its way":        {wire.Never, errs.Unavailable},
	"an answer lost on its way":        {wire.Lost, errs.Unavailable},
	"garbage":                          {wire.Answer(http.StatusOK, "garbage"), errs.Unavailable},
	"a page":                           {wire.Answer(http.StatusOK, "<html>Sign in</html>"), errs.Unavailable},
	"an empty answer":                  {wire.Answer(http.StatusOK, ""), errs.Unavailable},
	"an answer with nothing in it":     {wire.Answer(http.StatusOK, "{}"), errs.Unavailable},
	"half an answer":                   {wire.Answer(http.StatusOK, `{"CiphertextBlob":"aGFs`), errs.Unavailable},
	"access denied":                    {wire.Refuse(http.StatusBadRequest, "AccessDeniedException"), errs.Internal},
	"a key of another kind":            {wire.Refuse(http.StatusBadRequest, "InvalidKeyUsageException"), errs.Internal},
	"a name that is none":              {wire.Refuse(http.StatusBadRequest, "InvalidArnException"), errs.Internal},
	"a request that is none":           {wire.Refuse(http.StatusBadRequest, "ValidationException"), errs.Internal},
}

// states are those of a key.
var states = map[keyservice.State]errs.Code{
	keyservice.Disabled: errs.Unavailable, keyservice.PendingDeletion: errs.Unavailable, keyservice.PendingImport: errs.Unavailable,
	keyservice.OutOfReach: errs.Unavailable, keyservice.Denied: errs.Internal, keyservice.Gone: errs.Internal,
}

func TestEveryStateOfKMSHasItsCodeAndNothingIsKeptInTheClear(t *testing.T) {
	type trouble struct {
		begin func(h *house)
		want  errs.Code
	}
	troubles := map[string]trouble{}
	for state, want := range states {
		troubles["a key that is "+string(state)] = trouble{func(h *house) { h.service.Set(h.config.Key, state) }, want}
	}
	for name, s := range sufferings {
		troubles[name] = trouble{func(h *house) { h.service.Fault = always(s.fault) }, s.want}
	}
	material := strings.Repeat("hunter2.", 4)
	for name, trouble := range troubles {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			must(h.FindOrCreate(t.Context(), h.of(t, "zoe")))
			before := *h.Vault
			before.Wrapper = vault.Keyset{Secrets: h.Secrets}
			must(before.FindOrCreate(t.Context(), h.of(t, "old")))
			was := h.kept(t)
			h.restart()
			trouble.begin(h)
			h.Random = strings.NewReader(material + material)
			wantCode := func(what string, err error) {
				t.Helper()
				if got := errs.CodeOf(err); got != trouble.want {
					t.Errorf("%s = %v, want code %q", what, err, trouble.want)
				}
				if err != nil && strings.Contains(err.Error(), "hunter2") {
					t.Errorf("%s: the error shows the key", what)
				}
			}
			key, err := h.Find(t.Context(), h.of(t, "zoe"))
			wantCode("Find", err)
			made, err := h.FindOrCreate(t.Context(), h.of(t, "max"))
			wantCode("FindOrCreate", err)
			done, err := h.Rewrap(t.Context(), h.of(t, "old")[0])
			wantCode("Rewrap", err)
			if key != nil || made != nil || done {
				t.Error("got a key, or a re-wrap, want none")
			}
			if _, err := h.Find(t.Context(), h.of(t, "old")); err != nil { // KMS has no part in it yet
				t.Errorf("Find of a key of before = %v, want the key", err)
			}
			wantSame(t, h.kept(t), was)
			if got := strings.Count(h.log.String(), `"keyServiceErrors":1`); got != 3 || strings.Contains(h.log.String(), "hunter2") {
				t.Errorf("got %d lines for the alarm, want 3 without the key:\n%s", got, h.log)
			}
		})
	}
}

func wantSame(t *testing.T, got, want []table.Item) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d keys are kept, want the %d of before", len(got), len(want))
	}
	for i := range got {
		if got[i].Version != want[i].Version || !bytes.Equal(got[i].Value, want[i].Value) {
			t.Errorf("a key was written: %s", got[i].Value)
		}
	}
}

func TestAServiceThatDoesNotEncryptIsNotBelieved(t *testing.T) {
	h := newHouse(t)
	material := strings.Repeat("hunter2.", 6)
	h.service.Fault = always(wire.Answer(http.StatusOK, `{"KeyId":"x","CiphertextBlob":"aHVudGVyMi5odW50ZXIyLmh1bnRlcjIuaHVudGVyMi4="}`))
	h.Random = strings.NewReader(material)
	if _, err := h.FindOrCreate(t.Context(), h.of(t, "zoe")); !errs.Is(err, errs.Unavailable) {
		t.Errorf("FindOrCreate = %v, want unavailable", err)
	}
	wantSame(t, h.kept(t), nil)
}

func TestWhoeverDoesNotAnswerIsWaitedForAWhile(t *testing.T) {
	for name, test := range map[string]struct {
		within time.Duration
		want   func(error) bool
		lines  int
	}{
		"the service's time runs out": {time.Minute, func(err error) bool { return errs.Is(err, errs.Unavailable) }, 2},
		"the caller's time runs out":  {time.Second, func(err error) bool { return errors.Is(err, context.DeadlineExceeded) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHouse(t)
				of := h.of(t, "zoe")[0]
				wrapped := must(h.Wrapper.Wrap(t.Context(), of, []byte("a key")))
				h.config.AWS.HTTPClient = clientFunc(hangs)
				h.restart()
				for what, call := range map[string]func(ctx context.Context) error{
					"Wrap":   func(ctx context.Context) error { _, err := h.Wrapper.Wrap(ctx, of, []byte("a key")); return err },
					"Unwrap": func(ctx context.Context) error { _, err := h.Wrapper.Unwrap(ctx, of, wrapped); return err },
				} {
					ctx, cancel := context.WithTimeout(t.Context(), test.within)
					begun := time.Now()
					err := call(ctx)
					cancel()
					if took := time.Since(begun); !test.want(err) || took > 5*time.Second {
						t.Errorf("%s = %v after %v", what, err, took)
					}
				}
				if got := strings.Count(h.log.String(), "keyServiceErrors"); got != test.lines {
					t.Errorf("got %d lines for the alarm, want %d", got, test.lines)
				}
			})
		})
	}
}

// With the functions' own retries: what passes is not noticed.
func TestWhatPassesIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.config.AWS.Retryer = emulators.Nowhere(t).Retryer
		h.restart()
		calls := 0
		h.service.Fault = func(string) wire.Fault {
			calls++
			return []wire.Fault{
				wire.Refuse(http.StatusBadRequest, "ThrottlingException"), wire.Never, wire.Refuse(http.StatusInternalServerError, "KMSInternalException"), wire.Through,
			}[min(calls-1, 3)]
		}
		if _, err := h.FindOrCreate(t.Context(), h.of(t, "zoe")); err != nil || calls != 4 {
			t.Errorf("FindOrCreate = %v after %d calls, want the key after the fourth", err, calls)
		}
		if h.log.String() != "" {
			t.Errorf("got the log %s, want none of what has passed", h.log)
		}
	})
}

// go test ./shared/trust/vault/kmswrapper -run Elsewhere -transplants 10000
var transplants = flag.Int("transplants", 1_000, "wrapped keys that are moved along each axis")

// TestNothingUnwrapsElsewhere moves wrapped keys along each axis of what they are bound to, before a service that holds a
// context to be the one of the encryption, as KMS does.
func TestNothingUnwrapsElsewhere(t *testing.T) {
	h := newHouse(t)
	random := randv2.New(randv2.NewPCG(1, 2))
	tenants, other := []string{"main", "mai", "other", "main2", ""}, h.service.CreateKey()
	type moved struct {
		of      vault.Subject
		wrapped []byte
	}
	var all []moved
	for n := range 300 {
		of := wrappertest.Subject(tenants[n%len(tenants)], string(rune('a'+n/len(tenants))))
		all = append(all, moved{of, must(h.Wrapper.Wrap(t.Context(), of, must(io32())))})
	}
	for axis, to := range map[string]func(m moved) moved{
		"tenant":  func(m moved) moved { m.of.Tenant = tenants[random.IntN(len(tenants))]; return m },
		"subject": func(m moved) moved { m.of.Name = all[random.IntN(len(all))].of.Name; return m },
		"tenant and subject": func(m moved) moved {
			m.of = all[random.IntN(len(all))].of
			return m
		},
		"key of KMS": func(m moved) moved {
			m.wrapped = bytes.Replace(m.wrapped, []byte(h.config.Key), []byte(other), 1) // in what says which key it was
			return m
		},
	} {
		for n, tried := 0, 0; tried < *transplants; n++ {
			from := all[random.IntN(len(all))]
			if n%50 == 0 {
				must(h.Wrapper.Unwrap(t.Context(), from.of, from.wrapped)) // remembered, and yet nobody else's
			}
			target := to(from)
			if target.of == from.of && bytes.Equal(target.wrapped, from.wrapped) {
				continue
			}
			tried++
			if key, err := h.Wrapper.Unwrap(t.Context(), target.of, target.wrapped); key != nil || !errs.Is(err, errs.Internal) {
				t.Fatalf("%s: Unwrap = %d bytes, %v, want a refusal for good", axis, len(key), err)
			}
		}
	}
}

func io32() ([]byte, error) {
	key := make([]byte, 32)
	_, err := rand.Read(key)
	return key, err
}

func TestKMSIsToldPseudonymsAlone(t *testing.T) {
	h := newHouse(t)
	must(h.FindOrCreate(t.Context(), h.of(t, "zoe@example.com")))
	h.restart()
	must(h.Find(t.Context(), h.of(t, "zoe@example.com")))
	contexts := h.service.Contexts()
	if len(contexts) != 2 {
		t.Fatalf("got %d calls, want an encryption and a decryption", len(contexts))
	}
	for _, context := range contexts {
		if name := h.of(t, "zoe@example.com")[0].Name; len(context) != 2 || context["tenant"] != "main" || context["subject"] != name || strings.Contains(name, "zoe") {
			t.Errorf("got the context %v, want the tenant and %s", context, name)
		}
	}
	wrapped := must(h.Wrapper.Wrap(t.Context(), h.of(t, "zoe")[0], []byte("a key")))
	for _, name := range []string{"zoe@example.com", "", "sub_", "sub_zoe", "ZOE4567ZOE4567ZOE4567ZOE45", h.of(t, "zoe")[0].Name + "A"} {
		calls := len(h.service.Contexts())
		if _, err := h.Wrapper.Wrap(t.Context(), vault.Subject{Tenant: "main", Name: name}, []byte("a key")); !errs.Is(err, errs.Internal) {
			t.Errorf("Wrap for %q = %v, want a refusal", name, err)
		}
		if _, err := h.Wrapper.Unwrap(t.Context(), vault.Subject{Tenant: "main", Name: name}, wrapped); !errs.Is(err, errs.Internal) {
			t.Errorf("Unwrap for %q = %v, want a refusal", name, err)
		}
		if len(h.service.Contexts()) != calls {
			t.Errorf("KMS was told %q", name)
		}
	}
}

func TestAnOpenKeyIsRememberedForFiveMinutesAndAHundredUsesAtMost(t *testing.T) {
	h := newHouse(t)
	must(h.FindOrCreate(t.Context(), h.of(t, "zoe")))
	asked := func(what string, want int) {
		t.Helper()
		before := h.service.Calls("Decrypt")
		must(h.Find(t.Context(), h.of(t, "zoe")))
		if got := h.service.Calls("Decrypt") - before; got != want {
			t.Errorf("%s: KMS was asked %d times, want %d", what, got, want)
		}
	}
	asked("for the first time", 1)
	asked("again", 0)
	h.now = h.now.Add(kmswrapper.Remembered - time.Nanosecond)
	asked("just before its end", 0)
	h.now = h.now.Add(time.Nanosecond)
	asked("at its end", 1)
	for range kmswrapper.MostUses - 1 {
		asked("once more", 0)
	}
	asked("after a hundred uses", 1)
	h.restart()
	asked("in another instance", 1)
	if kmswrapper.Remembered > 5*time.Minute || kmswrapper.MostUses > 100 {
		t.Errorf("a key is remembered for %v and %d uses, want five minutes and a bound", kmswrapper.Remembered, kmswrapper.MostUses)
	}
}

func TestAKeyThatIsDestroyedIsGoneForEveryInstanceAtOnce(t *testing.T) {
	h := newHouse(t)
	must(h.FindOrCreate(t.Context(), h.of(t, "zoe")))
	other := *h.Vault
	other.Wrapper = kmswrapper.Open(h.config)
	for _, v := range []*vault.Vault{h.Vault, &other} { // both remember it
		must(v.Find(t.Context(), h.of(t, "zoe")))
	}
	must(0, h.Destroy(t.Context(), h.of(t, "zoe")[0]))
	for _, v := range []*vault.Vault{h.Vault, &other} {
		if _, err := v.Find(t.Context(), h.of(t, "zoe")); !errs.Is(err, errs.NotFound) {
			t.Errorf("Find = %v, want not found", err)
		}
	}
}

func TestAKeyOfKMSThatIsTakenAwayOpensNothingAfterFiveMinutes(t *testing.T) {
	for state := range states {
		h := newHouse(t)
		must(h.FindOrCreate(t.Context(), h.of(t, "zoe")))
		must(h.Find(t.Context(), h.of(t, "zoe")))
		h.service.Set(h.config.Key, state)
		if _, err := h.Find(t.Context(), h.of(t, "zoe")); err != nil {
			t.Errorf("%s: Find = %v, want the key that is remembered", state, err)
		}
		h.now = h.now.Add(5 * time.Minute)
		if key, err := h.Find(t.Context(), h.of(t, "zoe")); key != nil || err == nil {
			t.Errorf("%s: five minutes later Find = %v, want a refusal", state, err)
		}
	}
}

func TestTheMemoryIsBounded(t *testing.T) {
	h := newHouse(t)
	first := wrappertest.Subject("main", "first")
	wrapped := must(h.Wrapper.Wrap(t.Context(), first, []byte("a key")))
	must(h.Wrapper.Unwrap(t.Context(), first, wrapped))
	for n := range 1_000 {
		of := wrappertest.Subject("main", "person "+string(rune(n+300)))
		must(h.Wrapper.Unwrap(t.Context(), of, must(h.Wrapper.Wrap(t.Context(), of, []byte("a key")))))
	}
	before := h.service.Calls("Decrypt")
	must(h.Wrapper.Unwrap(t.Context(), first, wrapped))
	if got := h.service.Calls("Decrypt") - before; got != 1 {
		t.Errorf("KMS was asked %d times for who came a thousand people ago, want once", got)
	}
}
