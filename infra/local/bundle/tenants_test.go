package bundle_test

import (
	"bytes"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/local/bundle"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/testkit/race"
)

// go test ./infra/local/bundle -run ObservesAnother -sequences 100000 -timeout 60m
var sequences = flag.Int("sequences", 200, "random sequences of two tenants' requests")

// act is a request that a tenant may make. In path, query, body and form, {id} stands for a thing, {page} for a next token.
type act struct {
	operation, object  string
	query, body, again string // again: the idempotency key
	form               url.Values
	dear               bool // costs a password's hash, and is drawn more rarely
}

// acts are the access table's requests, one for every operation with a scope, and variations of them.
var acts = func() []act {
	all := []act{
		{operation: "createBatch", body: `{"fileName":"messages.csv"}`, again: "key-1"},
		{operation: "createBatch", body: `{"fileName":"others.csv"}`, again: "key-1"},
		{operation: "listBatches", query: "?limit=1"},
		{operation: "listBatches", query: "?nextToken={page}"},
		{operation: "listPrincipals", query: "?limit=1"},
		{operation: "listPrincipals", query: "?nextToken={page}"},
		{operation: "listCategories", query: "?limit=1&nextToken={page}"},
		{operation: "listBatchResults", object: "batch", query: "?limit=1"},
		{operation: "listBatchResults", object: "batch", query: "?limit=1&nextToken={page}"},
		{operation: "listAuditRecords", query: "?limit=2"},
		{operation: "listAuditRecords", query: "?limit=2&nextToken={page}"},
		{operation: "anonymiseTexts", body: keepBoth},
		{operation: "anonymiseTexts", object: "subject", body: strings.Replace(keepBoth, bothSubject, "{id}", 1)},
		{operation: "putCategory", object: "category", body: `{"status":"ACTIVE","rule":{"when":{"words":["refund"]}}}`},
		{operation: "putCategory", object: "category", body: `{"version":2,"status":"ACTIVE","rule":{"when":{"words":["refund"]}}}`},
		{operation: "putSentimentSettings", body: `{"version":1,"offsets":{"positive":1,"negative":0,"neutral":0,"mixed":0}}`},
		{operation: "getSentimentSettings", query: "?version=1"},
		{operation: "updatePrincipal", object: "principal", body: `{"status":"disabled"}`},
		{operation: "updatePrincipal", object: "principal", body: `{"roles":["reviewer"]}`},
		{operation: "updatePrincipal", object: "principal", body: `{"newSecret":true}`, dear: true},
		{operation: "createToken", form: url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"{refresh}"}}},
		{operation: "createToken", form: url.Values{"grant_type": {"client_credentials"}, "client_id": {"{client}"}, "client_secret": {"{secret}"}}, dear: true},
		{operation: "createToken", form: url.Values{"grant_type": {"client_credentials"}, "client_id": {"{client}"}, "client_secret": {"wrong"}}, dear: true},
		{operation: "revokeToken", form: url.Values{"token": {"{refresh}"}}},
	}
	for _, operation := range slices.Sorted(maps.Keys(access)) {
		row := access[operation]
		all = append(all, act{operation: operation, object: row.object, body: row.body, dear: operation == "createPrincipal"})
	}
	return all
}()

var routes = func() map[string]manifest.Route {
	all := map[string]manifest.Route{}
	for _, route := range manifest.Routes() {
		all[route.OperationID] = route
	}
	return all
}()

// stage is two tenants in one bundle, on stores that begin anew with each run.
type stage struct {
	t        *testing.T
	seed     *seed
	b        *bundle.Bundle
	stores   [2]*watched
	now      time.Time
	turn     *tenant         // whose request is being answered
	calls    int             // of the stores
	reached  map[string]bool // partitions, and keys of objects
	breakIn  int             // the stores do not answer that call from now on; 0: they do
	answered map[string]int
}

// tenant is one of them in a run. Its ids and randomness are its own, so that they do not tell of the other's.
type tenant struct {
	name string
	holding
	ids    uint64
	random *rand.ChaCha8
}

// shared begin the partitions that are nobody's: before somebody has signed in there is no tenant, an unknown name is looked for as
// a known one is, and the checkpoints of all tenants have one list of chains.
var shared = []string{"#directory#", "#throttle#", "nobody#", "#audit-chains"}

func newStage(t *testing.T, logger *slog.Logger) *stage {
	t.Helper()
	s := &stage{t: t, seed: newSeed(t), answered: map[string]int{}, reached: map[string]bool{}}
	clock := func() time.Time { return s.now }
	reach := func(separator string) func(string) {
		return func(key string) {
			s.calls++
			s.reached[key] = true
			if !strings.HasPrefix(key, s.turn.name+separator) && !slices.ContainsFunc(shared, func(begin string) bool { return strings.HasPrefix(key, begin) }) {
				t.Errorf("a request of %s reaches for %q", s.turn.name, key)
			}
		}
	}
	s.stores = [2]*watched{{reach: reach("#")}, {reach: reach("#")}}
	uploads, results := &readBucket{s.seed.uploads, t, reach("/")}, &readBucket{s.seed.results, t, reach("/")}
	config := memoryConfig(clock)
	config.Logger, config.Origins = logger, []string{app}
	injector := faults.New(func(faults.Call) faults.Moment {
		if s.breakIn--; s.breakIn == 0 {
			return faults.Before
		}
		return faults.Never
	})
	var err error
	s.b, err = bundle.Over(t.Context(), config, s.seed.source, injector.Table(s.stores[0]), injector.Table(s.stores[1]), injector.Bucket(uploads),
		injector.Bucket(results), s.newID, s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *stage) newID() string {
	s.turn.ids++
	n := binary.BigEndian.AppendUint64(nil, s.turn.ids)
	return strings.ToUpper(strings.Repeat(s.turn.name[:1], 13)) + base32.StdEncoding.EncodeToString(n)[:13]
}

// Read implements io.Reader: the randomness of keys.
func (s *stage) Read(p []byte) (int, error) { return s.turn.random.Read(p) }

// begin makes the tenants of a run, on stores with nothing but the seed.
func (s *stage) begin() (tenants [2]*tenant) {
	for i, store := range s.stores {
		store.Table = restore(s.t, s.seed.items[i], func() time.Time { return s.now })
	}
	s.now = s.seed.at
	for i, name := range []string{"main", rival} {
		own, other := s.seed.tenants[name], s.seed.tenants[[]string{rival, "main"}[i]]
		tenants[i] = &tenant{name: name, holding: *own, random: rand.NewChaCha8([32]byte{byte(i)})}
		tenants[i].holding.ids = map[string][]string{}
		for kind := range own.ids { // what is the other's is known
			tenants[i].holding.ids[kind] = slices.Concat(own.ids[kind], other.ids[kind])
		}
		tenants[i].pages = slices.Concat(own.pages, other.pages)
	}
	return tenants
}

// do makes a request and returns the whole of the answer. Which says what it is about.
func (s *stage) do(who *tenant, a act, which int) string {
	s.turn = who
	fill := strings.NewReplacer("{refresh}", who.refresh, "{client}", who.client, "{secret}", who.secret, "{page}", who.pages[which%len(who.pages)])
	id := ""
	if a.object != "" {
		known := who.holding.ids[a.object]
		id = known[which%len(known)]
	}
	route := routes[a.operation]
	body, mediaType := strings.NewReplacer("{id}", id, "{version}", "0").Replace(a.body), "application/json"
	if a.form != nil {
		form := url.Values{}
		for name, values := range a.form {
			form.Set(name, fill.Replace(values[0]))
		}
		body, mediaType = form.Encode(), "application/x-www-form-urlencoded"
	}
	request := httptest.NewRequestWithContext(s.t.Context(), route.Method, parameter.ReplaceAllString(route.Path, id)+fill.Replace(a.query), strings.NewReader(body))
	request.RemoteAddr = map[string]string{"main": "192.0.2.1:1", rival: "198.51.100.1:1"}[who.name]
	if body != "" {
		request.Header.Set("Content-Type", mediaType)
	}
	if a.again != "" {
		request.Header.Set("Idempotency-Key", a.again)
	}
	if route.Scope != "" {
		request.Header.Set("Authorization", "Bearer "+who.access)
	}
	recorder := httptest.NewRecorder()
	s.b.Handler.ServeHTTP(recorder, request)
	s.now = s.now.Add(time.Second / 4)
	who.learn(recorder.Body.Bytes())
	if recorder.Code < 300 {
		s.answered[a.operation]++
	}
	var said bytes.Buffer
	fmt.Fprintln(&said, a.operation, recorder.Code, recorder.Body)
	_ = recorder.Header().Write(&said) // a buffer takes everything
	if !bytes.Contains(said.Bytes(), []byte(`"secret":`)) && !bytes.Contains(said.Bytes(), []byte(`"refresh_token":`)) {
		return said.String() // of nearly all of them, at a fraction of the expression's cost
	}
	return drawn.ReplaceAllString(said.String(), `"$1":"…`)
}

// drawn are the secrets that an answer tells once. They come from nowhere else than the system's randomness.
var drawn = regexp.MustCompile(`"(secret|refresh_token)":"[^"]*`)

// learn remembers what later requests may name.
func (who *tenant) learn(body []byte) {
	var answer struct {
		BatchID, PrincipalID, NextToken string
		RefreshToken                    string `json:"refresh_token"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return
	}
	for kind, id := range map[string]string{"batch": answer.BatchID, "principal": answer.PrincipalID} {
		if id != "" && !slices.Contains(who.holding.ids[kind], id) {
			who.holding.ids[kind] = append(slices.Clip(who.holding.ids[kind]), id)
		}
	}
	if answer.NextToken != "" {
		who.pages = append(slices.Clip(who.pages), answer.NextToken)
	}
	if answer.RefreshToken != "" {
		who.refresh = answer.RefreshToken
	}
}

type step struct{ tenant, act, which int }

// lastLook is what the second tenant looks at when everything is done.
var lastLook = []act{
	{operation: "listBatches"},
	{operation: "listPrincipals"},
	{operation: "listCategories"},
	{operation: "getSentimentSettings"},
	{operation: "exportSubject", object: "subject"},
	{operation: "getBatch", object: "batch"},
	{operation: "verifyAudit"},
	{operation: "exportAudit"},
}

// run does the steps and returns what the second tenant observes. The first one's requests are left out when it is alone, and the
// time they take passes.
func (s *stage) run(steps []step, alone bool) (seen []string) {
	tenants := s.begin()
	for _, each := range steps {
		switch who := tenants[each.tenant]; {
		case each.tenant == 1:
			seen = append(seen, s.do(who, acts[each.act], each.which))
		case alone:
			s.now = s.now.Add(time.Second / 4)
		default:
			s.do(who, acts[each.act], each.which)
			for kind, known := range tenants[1].holding.ids { // the first may know all that the second does
				for _, id := range known {
					if !slices.Contains(who.holding.ids[kind], id) {
						who.holding.ids[kind] = append(slices.Clip(who.holding.ids[kind]), id)
					}
				}
			}
		}
	}
	for _, a := range lastLook {
		seen = append(seen, s.do(tenants[1], a, 0))
	}
	return seen
}

// Whatever the first tenant asks for, with its own ids and with the second's: the second is answered, to the byte, what it would
// have been answered alone, and no request of either reaches for anything of the other's.
func TestNoTenantObservesAnother(t *testing.T) {
	race.Skip(t, "slows request after request, one at a time")
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // next to the models that stay, what a sequence leaves behind is little
	s := newStage(t, slog.New(slog.DiscardHandler))
	random := rand.New(rand.NewPCG(26, 1))
	total := 0
	for n := range *sequences {
		steps := make([]step, 2+random.IntN(8))
		for i := range steps {
			steps[i] = step{random.IntN(2), random.IntN(len(acts)), random.IntN(24)}
			for acts[steps[i].act].dear && random.IntN(60) > 0 {
				steps[i].act = random.IntN(len(acts))
			}
		}
		with, alone := s.run(steps, false), s.run(steps, true)
		total += len(steps)
		for i := range with {
			if with[i] != alone[i] {
				t.Fatalf("sequence %d, %v: the second tenant is answered\n%s\nand alone\n%s", n, steps, with[i], alone[i])
			}
		}
		if t.Failed() {
			t.Fatalf("sequence %d, %v", n, steps)
		}
	}
	for _, a := range acts {
		if s.answered[a.operation] == 0 && !a.dear {
			t.Errorf("%s never succeeded: the sequences are too tame", a.operation)
		}
	}
	t.Logf("%d sequences, %d requests and the last looks, %d calls of the stores; successes %v", *sequences, total, s.calls, s.answered)
}
