package handler_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/customerai/customerai/functions/authorizer/handler"
	"github.com/customerai/customerai/shared/edge/lambdahttp"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/emulators"
	"github.com/customerai/customerai/shared/testkit/race"
	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/testkit/wire"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/secrets/managersecrets"
	"github.com/customerai/customerai/shared/trust/secrets/rotation"
)

// Ten thousand take minutes: go test ./functions/authorizer/handler -run Rotations -interleavings 10000 -timeout 30m
var interleavings = flag.Int("interleavings", 40, "rotations that the drill interleaves with requests")

// TestRotationsRefuseNobodyAndAcceptNobodyTooMany rotates the keys again and again, with crashes in every step, while
// environments come, age and go, sign and verify, the store fails now and then, and strangers send tokens of unknown keys.
func TestRotationsRefuseNobodyAndAcceptNobodyTooMany(t *testing.T) {
	race.Skip(t, "only slows one goroutine")
	base, _, err := secrets.Generate()
	if err != nil {
		t.Fatal(err)
	}
	base[secrets.Clients] = aliceAlone()
	total := tally{}
	for seed := uint64(1); total["rotations"] < *interleavings && !t.Failed(); seed++ {
		w := newWorld(t, base, seed)
		for range 20 { // each leaves one more encryption key in the document
			w.rotate()
		}
		for what, n := range w.tally {
			total[what] += n
		}
	}
	t.Log(total)
	for what, least := range map[string]int{
		"finished": 2, "given up": 20, "crashes": 1, "cold": 1, "signed": 1, "accepted": 1, "bad kids": 1, "retired": 5, "pending": 5, "fetches": 1, "forced": 5, "outages": 10,
		"signed by the key before": 5, "accepted with an old document": 20,
	} {
		if total[what] < *interleavings/least {
			t.Errorf("%d %s in %d rotations: the drill is too tame", total[what], what, *interleavings)
		}
	}
}

type tally map[string]int

// world is a stage: its secret, its environments and everything that they have signed.
type world struct {
	t     *testing.T
	name  string
	rand  *rand.Rand
	at    time.Time
	store *secretstore.Store
	down  bool // the store does not answer environments
	// hectic has more happen while the rotation is fresh
	hectic bool
	tally  tally

	environments [8]*environment // nil: cold
	honest       []honest
	retired      []retiredKey
	rotations    int
}

type environment struct {
	w       *world
	source  *managersecrets.Source
	handler *handler.Handler
	fetched time.Time // when it asked last
	failed  bool      // and how that went
	flooded bool      // whether an unknown key has been seen since
	seen    string    // the version that it holds
}

// honest is a token that the stage has signed, when, and which version of the secret did.
type honest struct {
	token   string
	issued  time.Time
	version string
}

type retiredKey struct {
	set    secrets.Set
	refuse time.Time // from when on nobody may accept it
}

func newWorld(t *testing.T, base secrets.Document, seed uint64) *world {
	text, err := base.JSON()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, name: fmt.Sprint("seed ", seed), rand: rand.New(rand.NewPCG(seed, 0)), at: now, tally: tally{}}
	w.store = secretstore.New(w.now, string(text))
	return w
}

func (w *world) now() time.Time { return w.at }

func (w *world) errorf(format string, args ...any) {
	w.t.Helper()
	w.t.Errorf("%s, rotation %d, %s: %s", w.name, w.rotations, w.at.Sub(now), fmt.Sprintf(format, args...))
}

// client reaches the store through what may go wrong.
type client func(request *http.Request) (*http.Response, error)

func (c client) Do(request *http.Request) (*http.Response, error) { return c(request) }

func (w *world) config(do client) aws.Config {
	config := emulators.Nowhere(w.t)
	config.HTTPClient, config.Retryer = do, func() aws.Retryer { return aws.NopRetryer{} }
	return config
}

// environment returns one that is warm, or begins: then it reads the document before anything else.
func (w *world) environment() *environment {
	i := w.rand.IntN(len(w.environments))
	if w.environments[i] != nil && w.rand.IntN(8) > 0 {
		return w.environments[i]
	}
	w.tally["cold"]++
	e := &environment{w: w}
	source, err := managersecrets.Open(w.t.Context(), managersecrets.Config{
		AWS: w.config(e.fetch), ID: "bundle", Now: w.now, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		if !w.down {
			w.errorf("an environment does not start: %v", err)
		}
		return nil
	}
	e.source = source
	e.handler = handler.New(handler.Deps{Secrets: source, Table: memtable.New(w.now), Stage: env.Staging, Logger: slog.New(slog.DiscardHandler), Now: w.now})
	w.environments[i] = e
	return e
}

// fetch counts what an environment asks of the store and holds it to the limits.
func (e *environment) fetch(request *http.Request) (*http.Response, error) {
	w := e.w
	if !e.fetched.IsZero() {
		gap, least := w.at.Sub(e.fetched), secrets.MaxAge
		switch {
		case e.failed:
			least = managersecrets.RetryAfter
		case e.flooded:
			least = managersecrets.RenewAfter
			if gap < secrets.MaxAge {
				w.tally["forced"]++
			}
		}
		if gap < least {
			w.errorf("an environment asks again after %s, want at most once in %s", gap, least)
		}
	}
	w.tally["fetches"]++
	e.fetched, e.failed, e.flooded = w.at, w.down, false
	if w.down {
		return wire.Never(nil)
	}
	_, e.seen = w.store.Document(rotation.LabelCurrent)
	return w.store.Do(request)
}

// rotate goes through one rotation, and what happens meanwhile.
func (w *world) rotate() {
	w.rotations++
	w.tally["rotations"]++
	token := fmt.Sprint("token-", w.rotations)
	if !w.store.Begin(token) {
		w.errorf("a rotation cannot begin")
		return
	}
	before, _ := w.store.Document(rotation.LabelCurrent)
	next := 0 // step
	steps := []rotation.Step{rotation.Create, rotation.Set, rotation.Test, rotation.Finish}
	w.hectic = w.rand.IntN(4) > 0
	for events := 30 + w.rand.IntN(40); events > 0 || next < len(steps); events-- {
		if next < len(steps) && w.rand.IntN(4) == 0 {
			if w.step(steps[next], token) == nil {
				next++
			}
			_, pending := w.store.Document(rotation.LabelPending)
			switch text, id := w.store.Document(rotation.LabelCurrent); {
			case id == token && next == len(steps):
				w.tally["finished"]++
				w.retire(before, text)
			case pending != token:
				w.tally["given up"]++
				next = len(steps)
			}
		}
		w.happen()
	}
	w.down = false
	w.at = w.at.Add(rotation.Delay + auth.Lifetime + time.Hour)
	w.expire()
	for range 3 {
		w.happen()
	}
	w.down = false
}

// step takes a step that may end at any of its calls.
func (w *world) step(step rotation.Step, token string) error {
	crash, lost := w.rand.IntN(12), w.rand.IntN(2) == 0
	call := 0
	config := w.config(func(request *http.Request) (*http.Response, error) {
		if call++; call != crash {
			return w.store.Do(request)
		}
		w.tally["crashes"]++
		if lost {
			return wire.Lost(func() (*http.Response, error) { return w.store.Do(request) })
		}
		return wire.Never(nil)
	})
	return rotation.Rotator{Store: managersecrets.OpenVersions(config, "bundle"), Now: w.now}.Step(w.t.Context(), step, token)
}

// retire notes the key that the new document no longer holds.
func (w *world) retire(before, after string) {
	old, err := secrets.Parse([]byte(before))
	fresh, errFresh := secrets.Parse([]byte(after))
	if err = errors.Join(err, errFresh); err != nil {
		w.errorf("%v", err)
		return
	}
	until := secrets.MaxAge
	if w.down { // whoever cannot ask goes on with what it has
		until = secrets.MaxStale
	}
	for _, id := range old.KeyIDs {
		if !slices.Contains(fresh.KeyIDs, id) {
			w.retired = append(w.retired, retiredKey{old.At(time.Time{}), w.at.Add(until)})
		}
	}
}

// pauses are what lies between two events: nothing, and what is on either side of every limit.
var pauses = []time.Duration{
	0, 0, 0, 0, 0, 0, 0, time.Second, time.Second, 20 * time.Second, 29 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute,
	secrets.MaxAge - 1, secrets.MaxAge, 10 * time.Minute, 29 * time.Minute, 59 * time.Minute,
}

func (w *world) happen() {
	longest := len(pauses)
	if w.hectic {
		longest -= 3
	}
	w.at = w.at.Add(pauses[w.rand.IntN(longest)])
	w.expire()
	switch w.rand.IntN(30) {
	case 0:
		w.down = !w.down
		w.tally["outages"]++
		for i := range w.retired {
			w.retired[i].refuse = w.at.Add(secrets.MaxStale)
		}
		return
	case 1:
		w.environments[w.rand.IntN(len(w.environments))] = nil
		return
	}
	e := w.environment()
	if e == nil {
		return
	}
	switch w.rand.IntN(8) {
	case 0, 1, 2:
		e.sign()
	case 3, 4, 5:
		e.verify()
	case 6:
		e.flood()
	default:
		e.forge()
	}
}

// expire forgets the tokens that are no longer alive.
func (w *world) expire() {
	w.honest = slices.DeleteFunc(w.honest, func(h honest) bool { return !w.at.Before(h.issued.Add(auth.Lifetime)) })
}

// sign does what the token function does.
func (e *environment) sign() {
	set, err := e.source.Current(e.w.t.Context())
	switch {
	case errs.Is(err, errs.Unavailable) && (e.w.down || e.failed):
		return
	case err != nil:
		e.w.errorf("an environment does not sign: %v", err)
		return
	}
	token := e.w.mint(set)
	e.w.tally["signed"]++
	if _, err := (auth.Tokens{MAC: set.Signing, Stage: env.Staging}).Verify(token, e.w.at); err != nil {
		e.w.errorf("an environment does not accept its own token: %v", err)
	}
	if e.seen != "first" && e.w.at.Before(e.w.effective(e.seen)) {
		e.w.tally["signed by the key before"]++
	}
	e.w.honest = append(e.w.honest, honest{token, e.w.at, e.seen})
}

func (w *world) effective(version string) time.Time {
	text, id := w.store.Document(rotation.LabelCurrent)
	if id != version {
		return time.Time{}
	}
	document, err := secrets.ParseDocument([]byte(text))
	if err != nil {
		w.errorf("%v", err)
	}
	schedule, _ := document.Schedule()
	return schedule.Effective
}

func (w *world) mint(set secrets.Set) string {
	token, err := auth.Tokens{MAC: set.Signing, Stage: env.Staging}.Mint(alice, "tok_1", w.at)
	if err != nil {
		w.t.Fatal(err)
	}
	return token
}

// verify sends an honest token to the real authorizer.
func (e *environment) verify() {
	w := e.w
	if len(w.honest) == 0 {
		return
	}
	sent := w.honest[w.rand.IntN(len(w.honest))]
	err := e.authorize(sent.token)
	switch {
	case err == nil:
		w.tally["accepted"]++
		if e.seen != sent.version {
			w.tally["accepted with an old document"]++
		}
	case errors.Is(err, lambdahttp.ErrUnauthorized):
		w.errorf("a token that %s signed %s ago is refused by an environment that holds %s", sent.version, w.at.Sub(sent.issued), e.seen)
	case !w.down && !e.failed:
		w.errorf("a token is not decided: %v", err)
	}
}

func (e *environment) authorize(token string) error {
	_, err := e.handler.Handle(context.Background(), events.APIGatewayCustomAuthorizerRequestTypeRequest{
		MethodArn: "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/production/GET/", Headers: map[string]string{"Authorization": "Bearer " + token},
	})
	return err
}

var strangers = func() secrets.Set {
	document, _, err := secrets.Generate()
	if err != nil {
		panic(err)
	}
	set, _ := document.Open()
	return set
}()

// flood sends tokens of keys that nobody knows, at a few a second.
func (e *environment) flood() {
	w := e.w
	for range 1 + w.rand.IntN(20) {
		e.flooded = true
		w.tally["bad kids"]++
		if e.authorize(w.mint(strangers)) == nil {
			w.errorf("a stranger's token is accepted")
		}
		w.at = w.at.Add(time.Duration(w.rand.IntN(5000)) * time.Millisecond)
	}
	w.expire()
}

// forge sends tokens of the key that is pending, and of those that are gone.
func (e *environment) forge() {
	w := e.w
	if text, id := w.store.Document(rotation.LabelPending); text != "" && id != e.seen {
		if _, inForce := w.store.Document(rotation.LabelCurrent); id != inForce {
			set, err := secrets.Parse([]byte(text))
			if err != nil {
				w.errorf("%v", err)
				return
			}
			w.tally["pending"]++
			e.flooded = true
			if e.authorize(w.mint(set)) == nil { // by its primary: it is not yet the one that makes
				w.errorf("a token of a pending key is accepted")
			}
		}
	}
	for _, key := range w.retired[max(0, len(w.retired)-3):] {
		if w.at.Before(key.refuse) {
			continue
		}
		w.tally["retired"]++
		e.flooded = true
		if e.authorize(w.mint(key.set)) == nil {
			w.errorf("a token of a retired key is accepted")
		}
	}
}
