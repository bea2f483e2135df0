// Package kmswrapper is the vault's Wrapper on AWS: a key that never leaves KMS wraps people's keys.
//
// Normal use, at cold start; opening makes no request:
//
//	wrapper := kmswrapper.Open(kmswrapper.Config{AWS: config, Key: arn, Secrets: source, Now: time.Now, Logger: logger})
//
// What it wraps says so and names the key of KMS. Everything else was wrapped by ENCRYPTION_KEY, with which it is unwrapped;
// it is stale, so that whoever walks over the keys moves it here.
//
// KMS binds a wrapped key to its encryption context, the tenant and the subject. CloudTrail writes the context down in the
// clear for every use, so that the subject has to be a pseudonym.
//
// An open key is remembered for at most Remembered and MostUses, under the very bytes that were unwrapped. The vault reads
// the table of keys before it asks, so that a key which was destroyed there is gone at once; what the memory outlives, for as
// long as it lasts, is a key of KMS that somebody has disabled.
//
//	KMS                                                              comes back as
//	throttles, does not answer in time, answers 5xx or nonsense      errs.Unavailable
//	the key is disabled, pending deletion or import, or out of reach errs.Unavailable: somebody can make it serve again
//	access is denied, the key is gone or of another kind             errs.Internal
//	the wrapped key is damaged, another's, or of another key         errs.Internal
//
// It refuses to hand out or to keep anything when KMS does not do its part, and a subject whose name is not a pseudonym.
package kmswrapper

import (
	"bytes"
	"context"
	"encoding/binary"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/vault"
)

// Config says which key, and from where. All fields are required.
type Config struct {
	AWS     aws.Config
	Key     string         // ARN of the key that wraps; an alias could be pointed elsewhere without a wrapped key telling
	Secrets secrets.Source // unwraps what was wrapped before KMS did
	Now     func() time.Time
	Logger  *slog.Logger // hears of every call that KMS did not serve, whatever its level
}

// Wrapper is a vault.Wrapper. Make it with Open.
type Wrapper struct {
	client *kms.Client
	before vault.Wrapper
	config Config
	memory memory
}

// Open returns the wrapper.
func Open(config Config) *Wrapper {
	return &Wrapper{
		client: kms.NewFromConfig(config.AWS), before: vault.Keyset{Secrets: config.Secrets}, config: config,
		memory: memory{open: map[held]*opened{}},
	}
}

// callWithin ends a call, its repetitions included. KMS answers within some ten milliseconds.
const callWithin = 4 * time.Second

// Wrap implements vault.Wrapper.
func (w *Wrapper) Wrap(ctx context.Context, of vault.Subject, key []byte) ([]byte, error) {
	bound, err := encryptionContext(of)
	if err != nil {
		return nil, err
	}
	call, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	output, err := w.client.Encrypt(call, &kms.EncryptInput{KeyId: &w.config.Key, Plaintext: key, EncryptionContext: bound})
	if err == nil && (len(output.CiphertextBlob) == 0 || bytes.Contains(output.CiphertextBlob, key)) {
		err = errNonsense
	}
	if err != nil {
		return nil, w.explain(ctx, err)
	}
	return wrapped{key: w.config.Key, blob: output.CiphertextBlob}.encode(), nil
}

// Unwrap implements vault.Wrapper.
func (w *Wrapper) Unwrap(ctx context.Context, of vault.Subject, kept []byte) ([]byte, error) {
	by, ours := parse(kept)
	if !ours {
		return w.before.Unwrap(ctx, of, kept)
	}
	bound, err := encryptionContext(of)
	if err != nil {
		return nil, err
	}
	place := held{of: of, wrapped: string(kept)}
	if key := w.memory.recall(place, w.config.Now()); key != nil {
		return key, nil
	}
	call, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	output, err := w.client.Decrypt(call, &kms.DecryptInput{KeyId: &by.key, CiphertextBlob: by.blob, EncryptionContext: bound})
	if err == nil && len(output.Plaintext) == 0 {
		err = errNonsense
	}
	if err != nil {
		return nil, w.explain(ctx, err)
	}
	w.memory.remember(place, output.Plaintext, w.config.Now())
	return output.Plaintext, nil
}

// Stale implements vault.Wrapper. KMS renews what is behind a key by itself, and then needs no key wrapped anew.
func (w *Wrapper) Stale(_ context.Context, kept []byte) (bool, error) {
	by, ours := parse(kept)
	return !ours || by.key != w.config.Key, nil
}

// encryptionContext binds a wrapped key to a person. Whoever may read CloudTrail reads it.
func encryptionContext(of vault.Subject) (map[string]string, error) {
	if !of.IsPseudonym() {
		return nil, errs.New(errs.Internal, "the key service would be told a person's name")
	}
	return map[string]string{"tenant": of.Tenant, "subject": of.Name}, nil
}

// form is the first byte of what KMS has wrapped. Every ciphertext of Tink's begins with 1.
const form = 'K'

// wrapped is a data key as it is kept: the ARN of the key of KMS that wrapped it, and what KMS made of it.
type wrapped struct {
	key  string
	blob []byte
}

func (w wrapped) encode() []byte {
	b := binary.AppendUvarint([]byte{form}, uint64(len(w.key)))
	return append(append(b, w.key...), w.blob...)
}

// parse reads what encode has written, and reports whether it did.
func parse(kept []byte) (w wrapped, ours bool) {
	rest, ours := bytes.CutPrefix(kept, []byte{form})
	if !ours {
		return wrapped{}, false
	}
	length, n := binary.Uvarint(rest)
	if n <= 0 || length > uint64(len(rest)-n) { //nolint:gosec // n is at most the length
		return wrapped{}, true // damaged, and refused by KMS
	}
	rest = rest[n:]
	return wrapped{key: string(rest[:length]), blob: rest[length:]}, true
}
