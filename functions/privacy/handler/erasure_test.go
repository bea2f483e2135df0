package handler_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/storage/blob/dirblob"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/emulators"
	"github.com/customerai/customerai/shared/testkit/keyservice"
	"github.com/customerai/customerai/shared/testkit/stores"
	"github.com/customerai/customerai/shared/testkit/traces"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/trust/vault"
	"github.com/customerai/customerai/shared/trust/vault/kmswrapper"
)

// histories is how many random lives of a tenant's data are lived and ended. A thousand take 18 s, and more than a minute
// with the race detector.
var histories = flag.Int("histories", 150, "how many random histories end in erasures")

// tape is a table that remembers everything that was ever written to it: what the best of backups could bring back.
type tape struct {
	table.Table
	items []table.Item
}

func (t *tape) Put(ctx context.Context, item table.Item, c table.Condition) error {
	err := t.Table.Put(ctx, item, c)
	if err == nil {
		t.note(item, c)
	}
	return err
}

func (t *tape) Transact(ctx context.Context, token string, writes []table.Write) error {
	err := t.Table.Transact(ctx, token, writes)
	for _, w := range writes {
		if err == nil && w.Op == table.PutOp {
			t.note(w.Item, w.Condition)
		}
	}
	return err
}

func (t *tape) note(item table.Item, c table.Condition) {
	version, _ := c.AsVersion()
	item.Value, item.Version = bytes.Clone(item.Value), version+1
	t.items = append(t.items, item)
}

// life is one history: people, what each was called in every text, and who is erased.
type life struct {
	*fixture
	random      *rand.Rand
	items, keys *tape
	canaries    map[string][]string // person > values that must be found by nobody once the person is erased
	live        map[string][]string // person > values since the last erasure
	held        map[string]bool
	count       int

	wrapper *turning
	service *keyservice.Service

	uploads, results *dirblob.Bucket
	chunks           stores.Sent // every one that was ever sent
}

// turning is ENCRYPTION_KEY's keyset, as on a laptop and of old on AWS, until KMS takes over from it.
type turning struct{ vault.Wrapper }

func newLife(t *testing.T, seed uint64) *life {
	t.Helper()
	now := new(time.Time)
	*now = noon
	clock := func() time.Time { return *now }
	l := &life{
		random: rand.New(rand.NewPCG(seed, 6)), items: &tape{Table: memtable.New(clock)}, keys: &tape{Table: memtable.New(clock)},
		canaries: map[string][]string{}, live: map[string][]string{}, held: map[string]bool{},
		uploads: stores.Bucket(t), results: stores.Bucket(t),
		wrapper: &turning{vault.Keyset{Secrets: theSource()}}, service: keyservice.New(),
	}
	l.fixture = newFixtureOver(t, now, l.items, l.keys, l.wrapper)
	return l
}

func (l *life) step() {
	person := fmt.Sprintf("canary-person-%d", l.random.IntN(4))
	body := func(s string) string {
		return strings.ReplaceAll(strings.ReplaceAll(s, "customer-17", person), "talk 1", fmt.Sprintf("canary talk %d", l.random.IntN(2)))
	}
	switch l.random.IntN(11) {
	case 0, 1, 2, 3:
		l.count++
		value := fmt.Sprintf("canary%dvalue@example.com", l.count)
		l.must(http.MethodPost, "/v1/privacy/anonymise", body(keepBody("It is "+value)))
		l.canaries[person] = append(l.canaries[person], value)
		l.live[person] = append(l.live[person], value)
	case 4:
		l.do("main", http.MethodPost, "/v1/privacy/restore", body(restoreBody("<EMAIL_ADDRESS_1>")))
	case 5:
		l.do("main", http.MethodGet, "/v1/subjects/"+person+"/export", "")
	case 6:
		l.must(http.MethodPut, "/v1/subjects/"+person+"/hold", `{"reason":"litigation","reference":"canary case"}`)
		l.held[person] = true
	case 7:
		l.must(http.MethodDelete, "/v1/subjects/"+person+"/hold", "")
		delete(l.held, person)
	case 8:
		l.erase(person)
	case 9:
		l.upload(person)
	case 10:
		l.turn()
	}
}

// turn has a new key of KMS wrap, and moves everybody's key to it.
func (l *life) turn() {
	config := kmswrapper.Config{
		AWS: emulators.Nowhere(l.t), Key: l.service.CreateKey(), Secrets: theSource(), Now: func() time.Time { return *l.now }, Logger: slog.New(slog.NewJSONHandler(&l.lines, nil)),
	}
	config.AWS.HTTPClient = l.service
	l.wrapper.Wrapper = kmswrapper.Open(config)
	v := l.vault()
	if _, err := v.Walk(l.t.Context(), "main", "", 1_000, func(ctx context.Context, s vault.Subject) error {
		_, err := v.Rewrap(ctx, s)
		return err
	}); err != nil {
		l.t.Fatal(err)
	}
}

// vault is how the function has it.
func (l *life) vault() *vault.Vault {
	return &vault.Vault{Keys: l.keys, Wrapper: l.wrapper, Secrets: theSource(), Now: func() time.Time { return *l.now }}
}

// erase erases a person, and reports whether that was allowed.
func (l *life) erase(person string) bool {
	l.t.Helper()
	status, answer := l.do("main", http.MethodDelete, "/v1/subjects/"+person, "")
	if want := map[bool]int{true: http.StatusConflict, false: http.StatusOK}[l.held[person]]; status != want {
		l.t.Fatalf("erasure = %d %s, want %d", status, answer, want)
	}
	if status == http.StatusOK {
		delete(l.live, person)
	}
	return status == http.StatusOK
}

// TestNothingOfAnErasedPersonCanBeReadByAnybody lives random histories over the real handlers, erases people, brings back
// every item that was ever written, as the best of backups would, and tries every key that is left on all of it.
func TestNothingOfAnErasedPersonCanBeReadByAnybody(t *testing.T) {
	erased, survived, tried, waited, analysed, wrapped := 0, 0, 0, 0, 0, 0
	for seed := range uint64(*histories) {
		l := newLife(t, seed)
		for range 4 + l.random.IntN(12) {
			l.step()
		}
		for _, person := range slices.Sorted(maps.Keys(l.canaries)) { // in an order that the seed repeats
			if l.random.IntN(2) == 0 && l.erase(person) {
				erased++
				if status, _ := l.do("main", http.MethodGet, "/v1/subjects/"+person+"/export", ""); status != http.StatusNotFound {
					t.Fatalf("seed %d: export after the erasure = %d, want 404", seed, status)
				}
				if l.random.IntN(2) == 0 { // comes back, under the very same ids
					l.must(http.MethodPost, "/v1/privacy/anonymise", strings.ReplaceAll(keepBody("It is back@example.com"), "customer-17", person))
					l.live[person] = []string{"back@example.com"}
				}
			}
		}
		audittest.Records(t, l.log, "main")
		waited, analysed = waited+l.waiting(), analysed+bytes.Count(l.files(), []byte(`"text":"It is [EMAIL_ADDRESS] again"`))
		wrapped += l.service.Calls("Encrypt")
		l.endFiles()
		wantNoneShown(t, seed, l)
		tried += wantNoneOpens(t, seed, l)
		for person, values := range l.live {
			_, export := l.do("main", http.MethodGet, "/v1/subjects/"+person+"/export", "")
			for _, value := range values {
				survived++
				if !strings.Contains(export, value) {
					t.Fatalf("seed %d: a person who is not erased has lost a value", seed)
				}
			}
		}
	}
	if erased < *histories/2 || survived < *histories || tried < 10**histories || waited < *histories/10 || analysed < *histories || wrapped < *histories {
		t.Errorf("%d erased, %d values survived, %d keys tried, %d files waited, %d rows analysed, %d keys wrapped by KMS: too few to say anything",
			erased, survived, tried, waited, analysed, wrapped)
	}
}

// planted are the parts that all values and ids of a history have in common.
var planted = traces.Of("canary-person-", "canary talk", "canary case", "canary note", "canary time", "value@example.com")

// wantNoneShown fails if a value or an id of anybody stands in the clear in anything that was ever kept or logged.
func wantNoneShown(t *testing.T, seed uint64, l *life) {
	t.Helper()
	var dump bytes.Buffer
	for _, item := range slices.Concat(l.items.items, l.keys.items) {
		dump.WriteString(item.Partition + " " + item.Sort + " ")
		dump.Write(item.Value)
	}
	dump.Write(l.lines.Bytes())
	dump.Write(l.files())
	dump.WriteString(strings.Join(l.chunks, ""))
	for _, context := range l.service.Contexts() { // which CloudTrail writes down
		fmt.Fprint(&dump, context)
	}
	if found := planted.In(dump.String()); found != "" {
		t.Fatalf("seed %d: what is kept, sent or logged has %s", seed, found)
	}
}

// wantNoneOpens tries every key that is left on everything that was ever sealed, and returns how often.
func wantNoneOpens(t *testing.T, seed uint64, l *life) (tried int) {
	t.Helper()
	v := l.vault()
	var keys []*vault.Key
	for cursor := "-"; cursor != ""; {
		next, err := v.Walk(t.Context(), "main", strings.TrimPrefix(cursor, "-"), 100, func(ctx context.Context, s vault.Subject) error {
			key, err := v.Find(ctx, []vault.Subject{s})
			keys = append(keys, key)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		cursor = next
	}
	alive := map[string]bool{}
	for _, values := range l.live {
		for _, value := range values {
			alive[value] = true
		}
	}
	for _, item := range l.items.items {
		var kept struct{ Sealed []byte }
		if !strings.Contains(item.Partition, "#subject#") || json.Unmarshal(item.Value, &kept) != nil || kept.Sealed == nil {
			continue
		}
		for _, key := range keys {
			for _, place := range []vault.Place{
				{Table: "conversation", Item: item.Sort, Field: "originals", Version: item.Version},
				{Table: "hold", Item: item.Sort, Field: "reference", Version: item.Version},
			} {
				tried++
				plain, err := key.Open(place, kept.Sealed)
				if err != nil {
					continue
				}
				for person, values := range l.canaries {
					for _, value := range values {
						if bytes.Contains(plain, []byte(`"`+value+`"`)) && !alive[value] {
							t.Fatalf("seed %d: a value of %s opens after the erasure", seed, person)
						}
					}
				}
			}
		}
	}
	return tried
}
