// Package vault keeps what is known of a person under a key of that person's own, so that destroying the key destroys all
// of it, wherever it lies.
//
// Normal use, once a request:
//
//	subjects, err := v.Subjects(ctx, tenant, subjectID)  // the names that the person may be kept under, no id in them
//	key, err := v.FindOrCreate(ctx, subjects)
//	sealed, err := key.Seal(place, plain)
//	key, err = v.Find(ctx, subjects)                     // errs.NotFound: nobody, or erased
//	plain, err = key.Open(place, sealed)
//	err = v.Destroy(ctx, subject)                        // for every one of subjects
//
// A data key is 256 random bits for AES-GCM. What is sealed is bound to its place: tenant, subject, table, field and
// version. The key is kept wrapped, in a table of keys that no backup holds: a key that a backup can bring back was not
// destroyed. It is read anew for each request, so that a key destroyed by one process is gone for all at once.
//
// It refuses to keep a key or a value in the clear, whatever happens to the wrapper, and to tell why something does not
// open: moved, changed, of another version or under another key is one error.
package vault

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// Vault gives out keys. All fields are required.
type Vault struct {
	Keys    table.Table // holds nothing but keys; it must not be part of a backup
	Wrapper Wrapper
	Secrets secrets.Source // names subjects by PSEUDONYM_KEY
	Random  io.Reader      // crypto/rand.Reader: keys are made of it
	Now     func() time.Time
}

// kept is a data key as the table of keys has it.
type kept struct {
	ID      string    `json:"id"`
	Wrapped []byte    `json:"wrapped"`
	Created time.Time `json:"created"`
	Unused  time.Time `json:"unused,omitzero"` // when Retire found nothing under it; see there
}

var errNobody = errs.New(errs.NotFound, "no such subject")

// Find returns the key of the first of subjects that has one. errs.NotFound when none has: never kept, or destroyed.
func (v *Vault) Find(ctx context.Context, subjects []Subject) (*Key, error) {
	for _, subject := range subjects {
		key, err := v.find(ctx, subject)
		if !errs.Is(err, errs.NotFound) {
			return key, err
		}
	}
	return nil, errNobody
}

func (v *Vault) find(ctx context.Context, subject Subject) (*Key, error) {
	for {
		item, k, err := v.get(ctx, subject)
		if err != nil {
			return nil, err
		}
		if k.Unused.IsZero() {
			return v.open(ctx, subject, k)
		}
		k.Unused = time.Time{} // somebody asks for it, so it stays
		if err := v.put(ctx, item, k, table.Version(item.Version)); err != nil && !errs.Is(err, errs.Conflict) {
			return nil, err
		}
	}
}

func (v *Vault) get(ctx context.Context, subject Subject) (table.Item, kept, error) {
	item, err := v.Keys.Get(ctx, keyItem(subject))
	if errs.Is(err, errs.NotFound) {
		return table.Item{}, kept{}, errNobody
	}
	if err != nil {
		return table.Item{}, kept{}, fmt.Errorf("get key of %s: %w", subject.Name, err)
	}
	var k kept
	if err := json.Unmarshal(item.Value, &k); err != nil {
		return table.Item{}, kept{}, fmt.Errorf("decode key of %s: %w", subject.Name, err)
	}
	return item, k, nil
}

// open unwraps a key.
func (v *Vault) open(ctx context.Context, subject Subject, k kept) (*Key, error) {
	material, err := v.Wrapper.Unwrap(ctx, subject, k.Wrapped)
	if err != nil {
		return nil, fmt.Errorf("unwrap key of %s: %w", subject.Name, err)
	}
	return newKey(subject, k, material)
}

// FindOrCreate returns the key of the first of subjects that has one, and makes one for the first when none has.
func (v *Vault) FindOrCreate(ctx context.Context, subjects []Subject) (*Key, error) {
	key, err := v.Find(ctx, subjects)
	if !errs.Is(err, errs.NotFound) || len(subjects) == 0 {
		return key, err
	}
	key, err = v.create(ctx, subjects[0])
	if errs.Is(err, errs.Conflict) { // made by somebody else since
		return v.Find(ctx, subjects)
	}
	return key, err
}

func (v *Vault) create(ctx context.Context, subject Subject) (*Key, error) {
	random := make([]byte, keyBytes+idBytes)
	if _, err := io.ReadFull(v.Random, random); err != nil {
		return nil, fmt.Errorf("draw a key for %s: %w", subject.Name, err)
	}
	material := random[:keyBytes]
	wrapped, err := v.Wrapper.Wrap(ctx, subject, material)
	if err != nil {
		return nil, fmt.Errorf("wrap key of %s: %w", subject.Name, err)
	}
	k := kept{ID: keyPrefix + encoded(random[keyBytes:]), Wrapped: wrapped, Created: v.Now().UTC()}
	if err := v.put(ctx, table.Item{Key: keyItem(subject)}, k, table.Absent()); err != nil {
		return nil, err
	}
	return newKey(subject, k, material)
}

func (v *Vault) put(ctx context.Context, item table.Item, k kept, condition table.Condition) error {
	value, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("encode key of %s: %w", item.Sort, err)
	}
	if err := v.Keys.Put(ctx, item.With(value), condition); err != nil {
		return fmt.Errorf("put key of %s: %w", item.Sort, err)
	}
	return nil
}

// Destroy destroys the subject's key. What was sealed under it opens never again. Destroying nothing succeeds.
func (v *Vault) Destroy(ctx context.Context, subject Subject) error {
	if err := v.Keys.Delete(ctx, keyItem(subject), table.Any()); err != nil {
		return fmt.Errorf("destroy key of %s: %w", subject.Name, err)
	}
	return nil
}

// DestroyOlder destroys the subject's key if it was made at a time or before.
func (v *Vault) DestroyOlder(ctx context.Context, subject Subject, at time.Time) error {
	item, k, err := v.get(ctx, subject)
	if errs.Is(err, errs.NotFound) || err == nil && k.Created.After(at) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := v.Keys.Delete(ctx, item.Key, table.Version(item.Version)); err != nil {
		return fmt.Errorf("destroy key of %s: %w", subject.Name, err)
	}
	return nil
}

// Current returns the id of the subject's key, "" when it has none.
func (v *Vault) Current(ctx context.Context, subject Subject) (string, error) {
	_, k, err := v.get(ctx, subject)
	if errs.Is(err, errs.NotFound) {
		return "", nil
	}
	return k.ID, err
}

// Retire destroys the key of a subject under which nothing is kept any more, in two steps that lie at least grace apart:
// the first notes that it is unused, the second destroys it unless somebody has asked for it in between. Who asked before
// the first step must be done within grace. It reports whether the key is gone.
func (v *Vault) Retire(ctx context.Context, subject Subject, grace time.Duration) (bool, error) {
	item, k, err := v.get(ctx, subject)
	now := v.Now().UTC()
	switch {
	case errs.Is(err, errs.NotFound):
		return true, nil
	case err != nil:
		return false, err
	case k.Unused.IsZero():
		k.Unused = now
		err = v.put(ctx, item, k, table.Version(item.Version))
	case now.Sub(k.Unused) >= grace:
		if err = v.Keys.Delete(ctx, item.Key, table.Version(item.Version)); err == nil {
			return true, nil
		}
	}
	if errs.Is(err, errs.Conflict) { // in use after all
		return false, nil
	}
	return false, err
}

// errSealed is the one answer to everything that does not open.
var errSealed = errors.New("what is sealed does not open")
