package retention_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/vault"
)

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
