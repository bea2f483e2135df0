package handler_test

import (
	"flag"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/testkit/race"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// Ten thousand take minutes: go test ./functions/authorizer/handler -run Rotations -interleavings 10000 -timeout 30m
var interleavings = flag.Int("interleavings", 40, "rotations that the drill interleaves with requests")

// TestRotationsRefuseNobodyAndAcceptNobodyTooMany rotates the keys again and again, with crashes in every step, while
// environments come, age and go, sign and verify, the store fails now and then, and strangers send tokens of unknown keys.
func TestRotationsRefuseNobodyAndAcceptNobodyTooMany(t *testing.T) {
	race.Skip(t, "only slows one goroutine")
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // a rotation leaves much behind and keeps little
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
