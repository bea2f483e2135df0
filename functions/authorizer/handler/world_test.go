package handler_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/testkit/wire"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/secrets/managersecrets"
	"github.com/customerai/customerai/shared/trust/secrets/rotation"
)

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
