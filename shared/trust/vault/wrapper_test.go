package vault_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/testkit/traces"
	"github.com/customerai/customerai/shared/trust/vault"
	"github.com/customerai/customerai/shared/trust/vault/wrappertest"
)

// broken is a Wrapper in a state that a key service can be in.
type broken struct{ err error }

func (b broken) Wrap(context.Context, vault.Subject, []byte) ([]byte, error)   { return nil, b.err }
func (b broken) Unwrap(context.Context, vault.Subject, []byte) ([]byte, error) { return nil, b.err }
func (b broken) Stale(context.Context, []byte) (bool, error)                   { return false, b.err }

func TestAWrapperThatDoesNotWorkStopsEverything(t *testing.T) {
	for name, err := range map[string]error{
		"unavailable": errs.New(errs.Unavailable, "the key service does not serve"),
		"refused":     errs.New(errs.Internal, "the key service refuses"),
		"out of time": fmt.Errorf("unwrap: %w", context.DeadlineExceeded),
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			f.create("main", "zoe")
			f.Wrapper = broken{err}
			const material = "hunter2."
			f.Random = strings.NewReader(strings.Repeat(material, 6))
			if _, got := f.Find(t.Context(), f.subjects("main", "zoe")); !errors.Is(got, err) {
				t.Errorf("Find = %v, want %v", got, err)
			}
			if _, got := f.FindOrCreate(t.Context(), f.subjects("main", "max")); !errors.Is(got, err) {
				t.Errorf("FindOrCreate = %v, want %v", got, err)
			}
			if _, got := f.Rewrap(t.Context(), f.subjects("main", "zoe")[0]); !errors.Is(got, err) {
				t.Errorf("Rewrap = %v, want %v", got, err)
			}
			items := dump(t, f.keys, "main")
			if len(items) != 1 || traces.Of(material).In(string(items[0].Value)) != "" {
				t.Errorf("%d keys are kept, want the one of before and none in the clear", len(items))
			}
		})
	}
}

func TestTheKeysetIsAWrapper(t *testing.T) {
	wrappertest.Run(t, func(t *testing.T) wrappertest.Stage {
		sets := newKeysets(t)
		wrapper := vault.Keyset{Secrets: sets.source}
		return wrappertest.Stage{
			Wrapper: wrapper,
			Renew:   func() vault.Wrapper { sets.rotateEncryption(); return wrapper },
			Outage:  func() { sets.source.err = errs.New(errs.Unavailable, "the secrets are too old") },
		}
	})
}

func TestTheKeysetHasACodeForEveryState(t *testing.T) {
	f := newFixture(t)
	key := must(f.FindOrCreate(t.Context(), f.subjects("main", "zoe")))
	wrapper := vault.Keyset{Secrets: f.sets.source}
	wrapped := must(wrapper.Wrap(t.Context(), key.Subject, []byte("hunter2")))
	unwrap := func(of vault.Subject, wrapped []byte) error {
		plain, err := wrapper.Unwrap(t.Context(), of, wrapped)
		if err == nil && string(plain) != "hunter2" {
			t.Errorf("Unwrap = %q, want the key", plain)
		}
		return err
	}
	for name, test := range map[string]struct {
		err  error
		want errs.Code
	}{
		"its own":             {unwrap(key.Subject, wrapped), ""},
		"of another subject":  {unwrap(f.subjects("main", "max")[0], wrapped), errs.Internal},
		"of another tenant":   {unwrap(vault.Subject{Tenant: "other", Name: key.Subject.Name}, wrapped), errs.Internal},
		"damaged":             {unwrap(key.Subject, append([]byte{}, wrapped[:len(wrapped)-1]...)), errs.Internal},
		"not even a prefix":   {unwrap(key.Subject, []byte{1}), errs.Internal},
		"with a disabled key": {whileDisabled(f, func() error { return unwrap(key.Subject, wrapped) }), errs.Internal},
		"once more":           {unwrap(key.Subject, wrapped), ""},
		"with a retired key":  {afterRetirement(f, func() error { return unwrap(key.Subject, wrapped) }), errs.Internal},
		"without the secrets": {withoutSecrets(f, func() error { return unwrap(key.Subject, wrapped) }), errs.Unavailable},
	} {
		if got := errs.CodeOf(test.err); got != test.want {
			t.Errorf("%s: Unwrap = %v, want code %q", name, test.err, test.want)
		}
	}
	for name, err := range map[string]error{
		"Wrap":     withoutSecrets(f, func() error { _, err := wrapper.Wrap(t.Context(), key.Subject, nil); return err }),
		"Stale":    withoutSecrets(f, func() error { _, err := wrapper.Stale(t.Context(), wrapped); return err }),
		"Subjects": withoutSecrets(f, func() error { _, err := f.Subjects(t.Context(), "main", "zoe"); return err }),
	} {
		if !errs.Is(err, errs.Unavailable) {
			t.Errorf("%s without the secrets = %v, want unavailable", name, err)
		}
	}
}

func afterRetirement(f *fixture, do func() error) error {
	f.sets.rotateEncryption()
	f.sets.retireEncryption()
	return do()
}

func whileDisabled(f *fixture, do func() error) error {
	f.sets.rotateEncryption()
	id := f.sets.encryptions[0]
	must(0, f.sets.encryption.Disable(id))
	f.sets.load()
	defer func() {
		must(0, f.sets.encryption.Enable(id))
		f.sets.load()
	}()
	return do()
}

func withoutSecrets(f *fixture, do func() error) error {
	defer func(before source) { *f.sets.source = before }(*f.sets.source)
	f.sets.source.err = errs.New(errs.Unavailable, "the secrets are too old")
	return do()
}

func TestAWalkVisitsEveryKeyOnceInBoundedSteps(t *testing.T) {
	f := newFixture(t)
	for n := range 100 {
		f.create("main", strconv.Itoa(n))
		f.create("other", strconv.Itoa(n))
	}
	for _, limit := range []int{1, 9, 1000} {
		seen := map[vault.Subject]int{}
		for cursor := ""; ; {
			visited := 0
			next, err := f.Walk(t.Context(), "main", cursor, limit, func(_ context.Context, s vault.Subject) error {
				seen[s]++
				visited++
				return nil
			})
			if err != nil || visited > limit {
				t.Fatalf("Walk = %d visits, %v, want at most %d", visited, err, limit)
			}
			if cursor = next; next == "" {
				break
			}
		}
		for subject, times := range seen {
			if subject.Tenant != "main" || times != 1 {
				t.Errorf("limit %d: %s was visited %d times, want once", limit, subject.Name, times)
			}
		}
		if len(seen) != 100 {
			t.Errorf("limit %d: %d visited, want 100", limit, len(seen))
		}
	}
	if _, err := f.Walk(t.Context(), "main", "", 5, func(context.Context, vault.Subject) error { return errors.New("stop") }); err == nil {
		t.Error("Walk = no error, want the visitor's")
	}
}
