package wrappertest_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"sync"
	"testing"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/mutant"
	"github.com/customerai/customerai/shared/trust/vault"
	"github.com/customerai/customerai/shared/trust/vault/wrappertest"
)

// simple wraps with today's key, whose number comes first; every key up to today's unwraps.
type simple struct {
	today byte
	down  *bool
	bound func(of vault.Subject) string
}

var errDown = errs.New(errs.Unavailable, "down")

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func numbered(number byte) *subtle.AESGCM {
	material := sha256.Sum256([]byte{number})
	return must(subtle.NewAESGCM(material[:]))
}

func (s simple) Wrap(_ context.Context, of vault.Subject, key []byte) ([]byte, error) {
	if *s.down {
		return nil, errDown
	}
	return append([]byte{s.today}, must(numbered(s.today).Encrypt(key, []byte(s.bound(of))))...), nil
}

func (s simple) Unwrap(_ context.Context, of vault.Subject, wrapped []byte) ([]byte, error) {
	if *s.down {
		return nil, errDown
	}
	if len(wrapped) > 0 && wrapped[0] > 0 && wrapped[0] <= s.today {
		if key, err := numbered(wrapped[0]).Decrypt(wrapped[1:], []byte(s.bound(of))); err == nil {
			return key, nil
		}
	}
	return nil, errs.New(errs.Internal, "it does not open")
}

func (s simple) Stale(_ context.Context, wrapped []byte) (bool, error) {
	return !bytes.HasPrefix(wrapped, []byte{s.today}), nil
}

// broken is a simple wrapper with some methods put wrong.
type broken struct {
	simple
	wrap   func(s simple, of vault.Subject, key []byte) ([]byte, error)
	unwrap func(s simple, of vault.Subject, wrapped []byte) ([]byte, error)
	stale  func(s simple, wrapped []byte) bool
}

func (b broken) Wrap(ctx context.Context, of vault.Subject, key []byte) ([]byte, error) {
	if b.wrap == nil {
		return b.simple.Wrap(ctx, of, key)
	}
	return b.wrap(b.simple, of, key)
}

func (b broken) Unwrap(ctx context.Context, of vault.Subject, wrapped []byte) ([]byte, error) {
	if b.unwrap == nil {
		return b.simple.Unwrap(ctx, of, wrapped)
	}
	return b.unwrap(b.simple, of, wrapped)
}

func (b broken) Stale(ctx context.Context, wrapped []byte) (bool, error) {
	if b.stale == nil {
		return b.simple.Stale(ctx, wrapped)
	}
	return b.stale(b.simple, wrapped), nil
}

func whole(of vault.Subject) string { return of.Tenant + "\x00" + of.Name }

func stage(b broken) func(*testing.T) wrappertest.Stage {
	return func(*testing.T) wrappertest.Stage {
		b.down, b.today = new(bool), 1
		if b.bound == nil {
			b.bound = whole
		}
		return wrappertest.Stage{Wrapper: b, Outage: func() { *b.down = true }, Renew: func() vault.Wrapper {
			b.today = 2
			return b
		}}
	}
}

// remembering unwraps once, and then gives out what it remembers under a name.
func remembering(name func(of vault.Subject, wrapped []byte) string, give func([]byte) []byte) func(simple, vault.Subject, []byte) ([]byte, error) {
	var mu sync.Mutex
	known := map[string][]byte{}
	return func(s simple, of vault.Subject, wrapped []byte) ([]byte, error) {
		mu.Lock()
		defer mu.Unlock()
		if key := known[name(of, wrapped)]; key != nil && !*s.down {
			return give(key), nil
		}
		key, err := s.Unwrap(context.Background(), of, wrapped)
		if err == nil {
			known[name(of, wrapped)] = bytes.Clone(key)
		}
		return key, err
	}
}

func TestTheSuiteCatches(t *testing.T) {
	background := context.Background()
	suites := map[string]func(*testing.T){}
	for name, b := range map[string]broken{
		"the tenant is not bound":  {simple: simple{bound: func(of vault.Subject) string { return of.Name }}},
		"the subject is not bound": {simple: simple{bound: func(of vault.Subject) string { return of.Tenant }}},
		"keys stay in the clear while it is down": {wrap: func(s simple, of vault.Subject, key []byte) ([]byte, error) {
			if wrapped, err := s.Wrap(background, of, key); err == nil {
				return wrapped, nil
			}
			return key, nil
		}},
		"the key lies beside what was wrapped": {
			wrap: func(s simple, of vault.Subject, key []byte) ([]byte, error) {
				wrapped, err := s.Wrap(background, of, key)
				return append(wrapped, key...), err
			},
			unwrap: func(s simple, of vault.Subject, wrapped []byte) ([]byte, error) {
				return s.Unwrap(background, of, wrapped[:max(0, len(wrapped)-32)])
			},
		},
		"nobody looks at the end": {unwrap: func(s simple, of vault.Subject, wrapped []byte) ([]byte, error) {
			return s.Unwrap(background, of, wrapped[:min(len(wrapped), 61)])
		}},
		"what is no wrapped key is taken for a key": {unwrap: func(s simple, of vault.Subject, wrapped []byte) ([]byte, error) {
			if key, err := s.Unwrap(background, of, wrapped); err == nil || len(wrapped) != 32 {
				return key, err
			}
			return wrapped, nil
		}},
		"what is damaged is tried again": {unwrap: func(s simple, of vault.Subject, wrapped []byte) ([]byte, error) {
			key, err := s.Unwrap(background, of, wrapped)
			if err != nil {
				err = errDown
			}
			return key, err
		}},
		"what the key of before wrapped is lost": {unwrap: func(s simple, of vault.Subject, wrapped []byte) ([]byte, error) {
			if !bytes.HasPrefix(wrapped, []byte{s.today}) {
				return nil, errs.New(errs.Internal, "it does not open")
			}
			return s.Unwrap(background, of, wrapped)
		}},
		"nothing is ever stale":    {stale: func(simple, []byte) bool { return false }},
		"everything is stale":      {stale: func(simple, []byte) bool { return true }},
		"it does not say it works": {wrap: func(simple, vault.Subject, []byte) ([]byte, error) { return nil, nil }},
		"a remembered key is anybody's": {unwrap: remembering(
			func(_ vault.Subject, wrapped []byte) string { return string(wrapped) }, bytes.Clone,
		)},
		"a remembered key is lent": {unwrap: remembering(
			func(of vault.Subject, wrapped []byte) string { return whole(of) + string(wrapped) }, func(key []byte) []byte { return key },
		)},
	} {
		suites[name] = func(t *testing.T) { wrappertest.Run(t, stage(b)) }
	}
	mutant.Catch(t, suites)
}

func TestARightWrapperPasses(t *testing.T) {
	wrappertest.Run(t, stage(broken{}))
	wrappertest.Run(t, stage(broken{unwrap: remembering(
		func(of vault.Subject, wrapped []byte) string { return whole(of) + string(wrapped) }, bytes.Clone,
	)}))
}
