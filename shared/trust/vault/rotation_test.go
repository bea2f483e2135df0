package vault_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/trust/vault"
)

// go test ./shared/trust/vault -run Crash -crashes 10000
var crashes = flag.Int("crashes", 1_000, "random histories of rotations that crash")

// rewrapAll walks over a tenant's keys until the walk ends or breaks.
func rewrapAll(ctx context.Context, v *vault.Vault, cursor string, limit int) (string, int, error) {
	count := 0
	for {
		next, err := v.Walk(ctx, "main", cursor, limit, func(ctx context.Context, s vault.Subject) error {
			done, err := v.Rewrap(ctx, s)
			if done {
				count++
			}
			return err
		})
		if err != nil || next == "" {
			return cursor, count, err
		}
		cursor = next
	}
}

// people are who is kept, and a value of each as it was sealed.
type people map[string][]byte

func (p people) join(f *fixture, name string) {
	p[name] = must(f.create("main", name).Seal(place, []byte(name)))
}

// settled checks after a retirement that everybody's value opens and that nothing lies under a key that is gone.
func (p people) settled(f *fixture, when string) {
	f.t.Helper()
	for name, value := range p {
		key, err := f.Find(f.t.Context(), f.subjects("main", name))
		if err != nil {
			f.t.Fatalf("%s: %v", when, err)
		}
		if plain, err := key.Open(place, value); err != nil || string(plain) != name {
			f.t.Fatalf("%s: Open = %v, want the value", when, err)
		}
	}
	if _, again, err := rewrapAll(f.t.Context(), f.Vault, "", 100); again > 0 || err != nil {
		f.t.Fatalf("%s: %d keys lay under a key that is gone (%v)", when, again, err)
	}
}

func TestARotationIsFinishedAfterACrashAtEveryStep(t *testing.T) {
	const all = 8
	for _, moment := range []faults.Moment{faults.Before, faults.After} {
		for kill := 1; ; kill++ {
			f, kept := newFixture(t), people{}
			for n := range all {
				kept.join(f, fmt.Sprint("person ", n))
			}
			f.sets.rotateEncryption()
			injector := faults.New(faults.Kill(kill, moment))
			dying := *f.Vault
			dying.Keys = injector.Table(f.keys)
			cursor, before, _ := rewrapAll(t.Context(), &dying, "", 3)
			_, after, err := rewrapAll(t.Context(), f.Vault, cursor, 3)
			if total := before + after; err != nil || total < all-1 || total > all { // the one that died after it wrote is not counted
				t.Fatalf("killed at %d: %d keys were wrapped anew (%v), want %d", kill, total, err, all)
			}
			f.sets.retireEncryption()
			kept.settled(f, fmt.Sprint("killed at ", kill))
			if injector.Calls() < kill {
				break
			}
		}
	}
}

// Rotations follow each other and crash again and again, at any call and before or after it, while people come, are read and are
// erased; a crash may also lose how far the walk had come.
func TestNothingIsLostHoweverOftenRotationsCrash(t *testing.T) {
	died := 0
	for seed := range *crashes {
		random := rand.New(rand.NewPCG(uint64(seed), 5))
		f, kept := newFixture(t), people{}
		for n := range 1 + random.IntN(6) {
			kept.join(f, fmt.Sprint("person ", n))
		}
		for rotation := range 1 + random.IntN(3) {
			f.sets.rotateEncryption()
			cursor := ""
			for {
				injector := faults.New(faults.Kill(1+random.IntN(80), []faults.Moment{faults.Before, faults.After}[random.IntN(2)]))
				dying := *f.Vault
				dying.Keys = injector.Table(f.keys)
				var err error
				if cursor, _, err = rewrapAll(t.Context(), &dying, cursor, 1+random.IntN(4)); err == nil {
					break
				}
				died++
				if random.IntN(3) == 0 {
					cursor = ""
				}
				kept.meanwhile(f, random, fmt.Sprint("late ", rotation, died))
			}
			f.sets.retireEncryption()
			kept.settled(f, fmt.Sprint("seed ", seed))
		}
	}
	if died < *crashes {
		t.Errorf("%d crashes in %d histories: too tame", died, *crashes)
	}
	t.Logf("%d histories, %d crashes", *crashes, died)
}

// meanwhile is what others do between a crash and the next run.
func (p people) meanwhile(f *fixture, random *rand.Rand, name string) {
	f.t.Helper()
	if random.IntN(2) == 0 {
		p.join(f, name)
		return
	}
	names := slices.Sorted(maps.Keys(p))
	if len(names) == 0 {
		return
	}
	gone := names[random.IntN(len(names))]
	if err := f.Destroy(f.t.Context(), f.subjects("main", gone)[0]); err != nil {
		f.t.Fatal(err)
	}
	delete(p, gone)
	if _, err := f.Find(f.t.Context(), f.subjects("main", gone)); !errs.Is(err, errs.NotFound) {
		f.t.Fatalf("Find of who was erased = %v, want not found", err)
	}
}
