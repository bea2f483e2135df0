// Package wrappertest holds every vault.Wrapper to the port's meaning.
//
// Normal use, in the wrapper's tests:
//
//	wrappertest.Run(t, func(t *testing.T) wrappertest.Stage { … })
//
// It refuses to know how a wrapper works: it changes what was wrapped blindly, and looks at what comes back.
package wrappertest

import (
	"bytes"
	"crypto/rand"
	"encoding/base32"
	"sync"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/vault"
)

// Stage is a wrapper and what a test needs beside the port.
type Stage struct {
	Wrapper vault.Wrapper
	Renew   func() vault.Wrapper // as of now another key wraps; the one of before still unwraps
	Outage  func()               // as of now what the wrapper asks for does not answer
}

// Run runs the suite, each case on a stage of its own.
func Run(t *testing.T, open func(t *testing.T) Stage) {
	for name, check := range map[string]func(*testing.T, Stage){
		"what is wrapped unwraps for its subject, as often as one likes": unwraps,
		"what is wrapped does not show the key, and never looks alike":   hides,
		"nobody else's key unwraps":                                      bindsSubjects,
		"every changed bit is refused":                                   refusesChanges,
		"what is cut off, longer or nothing at all is refused":           refusesLengths,
		"what another key wrapped is stale and unwraps":                  staleAfterRenewal,
		"without what it asks for it does nothing":                       outage,
		"a key that is handed out is the caller's own":                   handsOutCopies,
		"many may use it at once":                                        concurrent,
	} {
		t.Run(name, func(t *testing.T) { check(t, open(t)) })
	}
}

// Subject returns a person of a tenant, under a name of the form that the vault gives. The same person has the same name.
func Subject(tenant, person string) vault.Subject {
	var name [16]byte
	copy(name[:], person)
	return vault.Subject{Tenant: tenant, Name: "sub_" + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(name[:])}
}

var zoe = Subject("main", "zoe")

func dataKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails: it ends the process instead
	return key
}

func wrap(t *testing.T, w vault.Wrapper, of vault.Subject, key []byte) []byte {
	t.Helper()
	wrapped, err := w.Wrap(t.Context(), of, key)
	if err != nil {
		t.Fatalf("Wrap = %v, want a wrapped key", err)
	}
	return wrapped
}

func wantKey(t *testing.T, w vault.Wrapper, of vault.Subject, wrapped, want []byte) {
	t.Helper()
	key, err := w.Unwrap(t.Context(), of, wrapped)
	if err != nil || !bytes.Equal(key, want) {
		t.Fatalf("Unwrap = %d bytes, %v, want the key that was wrapped", len(key), err)
	}
}

// wantRefused fails unless nothing unwraps, with the code for what no later attempt mends.
func wantRefused(t *testing.T, what string, w vault.Wrapper, of vault.Subject, wrapped []byte) {
	t.Helper()
	key, err := w.Unwrap(t.Context(), of, wrapped)
	if key != nil || !errs.Is(err, errs.Internal) {
		t.Fatalf("%s: Unwrap = %d bytes, %v, want a refusal for good", what, len(key), err)
	}
}

func unwraps(t *testing.T, s Stage) {
	key := dataKey()
	wrapped := wrap(t, s.Wrapper, zoe, key)
	for range 3 {
		wantKey(t, s.Wrapper, zoe, wrapped, key)
	}
	if stale, err := s.Wrapper.Stale(t.Context(), wrapped); stale || err != nil {
		t.Errorf("Stale = %v, %v of what was wrapped just now, want false", stale, err)
	}
}

func hides(t *testing.T, s Stage) {
	key := dataKey()
	one, two := wrap(t, s.Wrapper, zoe, key), wrap(t, s.Wrapper, zoe, key)
	if bytes.Contains(one, key) {
		t.Error("the key is readable in what was wrapped")
	}
	if bytes.Equal(one, two) {
		t.Error("the same key wrapped twice looks alike: whoever sees both knows that they are one")
	}
}

func bindsSubjects(t *testing.T, s Stage) {
	people := []vault.Subject{zoe, Subject("main", "max"), Subject("other", "zoe"), Subject("mai", "zoe"), Subject("", "zoe")}
	for _, from := range people {
		key := dataKey()
		wrapped := wrap(t, s.Wrapper, from, key)
		wantKey(t, s.Wrapper, from, wrapped, key)
		for _, to := range people {
			if to != from {
				wantRefused(t, "as another's", s.Wrapper, to, wrapped)
			}
		}
		wantKey(t, s.Wrapper, from, wrapped, key) // the attempts of others have not spoilt it
	}
}

func refusesChanges(t *testing.T, s Stage) {
	key := dataKey()
	wrapped := wrap(t, s.Wrapper, zoe, key)
	wantKey(t, s.Wrapper, zoe, wrapped, key)
	for bit := range 8 * len(wrapped) {
		wrapped[bit/8] ^= 1 << (bit % 8)
		wantRefused(t, "a changed bit", s.Wrapper, zoe, wrapped)
		wrapped[bit/8] ^= 1 << (bit % 8)
	}
	wantKey(t, s.Wrapper, zoe, wrapped, key)
}

func refusesLengths(t *testing.T, s Stage) {
	wrapped := wrap(t, s.Wrapper, zoe, dataKey())
	for length := range wrapped {
		wantRefused(t, "cut off", s.Wrapper, zoe, wrapped[:length])
	}
	wantRefused(t, "longer", s.Wrapper, zoe, append(bytes.Clone(wrapped), 0))
	wantRefused(t, "a key in the clear", s.Wrapper, zoe, dataKey())
	wantRefused(t, "nil", s.Wrapper, zoe, nil)
}

func staleAfterRenewal(t *testing.T, s Stage) {
	key := dataKey()
	before := wrap(t, s.Wrapper, zoe, key)
	w := s.Renew()
	if stale, err := w.Stale(t.Context(), before); !stale || err != nil {
		t.Errorf("Stale = %v, %v of what the key of before wrapped, want true", stale, err)
	}
	wantKey(t, w, zoe, before, key)
	after := wrap(t, w, zoe, key)
	wantKey(t, w, zoe, after, key)
	if stale, err := w.Stale(t.Context(), after); stale || err != nil {
		t.Errorf("Stale = %v, %v of what today's key wrapped, want false", stale, err)
	}
	for _, nothing := range [][]byte{nil, {0}, before[:1]} {
		if stale, err := w.Stale(t.Context(), nothing); !stale || err != nil {
			t.Errorf("Stale = %v, %v of %d bytes, want true", stale, err, len(nothing))
		}
	}
}

func outage(t *testing.T, s Stage) {
	key := dataKey()
	wrapped := wrap(t, s.Wrapper, zoe, key)
	s.Outage()
	if got, err := s.Wrapper.Wrap(t.Context(), zoe, key); got != nil || !errs.Is(err, errs.Unavailable) {
		t.Errorf("Wrap = %d bytes, %v, want unavailable", len(got), err)
	}
	if got, err := s.Wrapper.Unwrap(t.Context(), zoe, wrapped); got != nil || !errs.Is(err, errs.Unavailable) {
		t.Errorf("Unwrap = %d bytes, %v, want unavailable", len(got), err)
	}
	if stale, err := s.Wrapper.Stale(t.Context(), wrapped); stale || err != nil && !errs.Is(err, errs.Unavailable) {
		t.Errorf("Stale = %v, %v, want false or unavailable", stale, err)
	}
}

func handsOutCopies(t *testing.T, s Stage) {
	key := dataKey()
	wrapped := wrap(t, s.Wrapper, zoe, key)
	got, err := s.Wrapper.Unwrap(t.Context(), zoe, wrapped)
	if err != nil {
		t.Fatal(err)
	}
	clear(got)
	wantKey(t, s.Wrapper, zoe, wrapped, key)
	again, err := s.Wrapper.Unwrap(t.Context(), zoe, wrapped)
	if err != nil {
		t.Fatal(err)
	}
	clear(again)
	wantKey(t, s.Wrapper, zoe, wrapped, key)
}

func concurrent(t *testing.T, s Stage) {
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			of, key := Subject("main", string(rune('a'+n%3))), dataKey()
			wrapped, err := s.Wrapper.Wrap(t.Context(), of, key)
			if err != nil {
				t.Errorf("Wrap = %v, want a wrapped key", err)
			}
			for range 20 {
				if got, err := s.Wrapper.Unwrap(t.Context(), of, wrapped); err != nil || !bytes.Equal(got, key) {
					t.Errorf("Unwrap = %d bytes, %v, want the key", len(got), err)
				}
			}
		})
	}
	all.Wait()
}
