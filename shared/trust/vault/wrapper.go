package vault

import (
	"bytes"
	"context"
	"fmt"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// Wrapper encrypts data keys for keeping. It is safe for concurrent use. Its methods return errs.Unavailable when a later
// attempt may succeed, and errs.Internal when none will: the wrapped key is another's, damaged, or was made with a key
// that is retired. No error holds a part of a key.
type Wrapper interface {
	// Wrap encrypts a subject's data key.
	Wrap(ctx context.Context, of Subject, key []byte) ([]byte, error)

	// Unwrap returns the key that was wrapped for this very subject.
	Unwrap(ctx context.Context, of Subject, wrapped []byte) ([]byte, error)

	// Stale reports whether Wrap would use another key today than it did for wrapped.
	Stale(ctx context.Context, wrapped []byte) (bool, error)
}

// Keyset wraps with ENCRYPTION_KEY of the secret document: its primary wraps, every enabled key unwraps. It is the wrapper of a
// laptop; package kmswrapper has that of AWS.
type Keyset struct{ Secrets secrets.Source }

// Wrap implements Wrapper.
func (k Keyset) Wrap(ctx context.Context, of Subject, key []byte) ([]byte, error) {
	set, err := k.Secrets.Current(ctx)
	if err != nil {
		return nil, fmt.Errorf("the keyset: %w", err)
	}
	wrapped, err := set.Encryption.Encrypt(key, bind(wrapLabel, of.Tenant, of.Name))
	if err != nil {
		return nil, errs.New(errs.Internal, "the keyset does not encrypt")
	}
	return wrapped, nil
}

// Unwrap implements Wrapper.
func (k Keyset) Unwrap(ctx context.Context, of Subject, wrapped []byte) ([]byte, error) {
	set, err := k.Secrets.Current(ctx)
	if err != nil {
		return nil, fmt.Errorf("the keyset: %w", err)
	}
	key, err := set.Encryption.Decrypt(wrapped, bind(wrapLabel, of.Tenant, of.Name))
	if err != nil {
		return nil, errs.Wrap(errs.Internal, "the keyset does not unwrap the key", errSealed)
	}
	return key, nil
}

// tinkPrefix is how many bytes of a Tink ciphertext name the key that made it.
const tinkPrefix = 5

// Stale implements Wrapper: the beginning of a ciphertext names its key.
func (k Keyset) Stale(ctx context.Context, wrapped []byte) (bool, error) {
	set, err := k.Secrets.Current(ctx)
	if err != nil {
		return false, fmt.Errorf("the keyset: %w", err)
	}
	probe, err := set.Encryption.Encrypt(nil, bind(wrapLabel))
	if err != nil {
		return false, errs.New(errs.Internal, "the keyset does not encrypt")
	}
	return len(wrapped) < tinkPrefix || !bytes.Equal(wrapped[:tinkPrefix], probe[:tinkPrefix]), nil
}
