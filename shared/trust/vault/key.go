package vault

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/customerai/customerai/shared/errs"
)

const (
	keyBytes = 32
	format   = 1 // the first byte of everything sealed
)

// Key is an open data key. Keep it no longer than one request: whether it still is there is asked once, when it is found.
type Key struct {
	Subject Subject
	ID      string // of this key; a subject that comes back after an erasure has another
	Created time.Time

	aead tink.AEAD
}

// Format keeps every verb of fmt from walking into the key.
func (k *Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.ID) } // fmt keeps the error itself

// Place is where a sealed value stands. It opens nowhere else.
type Place struct {
	Table   string // the kind of item
	Item    string // which one of them
	Field   string
	Version int64 // the item's, so that an older value cannot come back in a newer item
}

func newKey(subject Subject, k kept, material []byte) (*Key, error) {
	if len(material) != keyBytes {
		return nil, errs.Wrap(errs.Internal, "a data key has another length", errSealed)
	}
	aead, err := subtle.NewAESGCM(material)
	if err != nil {
		return nil, errs.New(errs.Internal, "a data key does not work") // not Tink's words, which are about the key
	}
	return &Key{Subject: subject, ID: k.ID, Created: k.Created, aead: aead}, nil
}

func (k *Key) bound(p Place) []byte {
	return bind(sealLabel, strconv.Itoa(format), k.Subject.Tenant, k.Subject.Name, k.ID, p.Table, p.Item, p.Field, strconv.FormatInt(p.Version, 10))
}

// Seal encrypts and authenticates a value for its place. The nonce is random; a person's few thousand values stay far
// below the 2^32 that one key may seal.
func (k *Key) Seal(p Place, plain []byte) ([]byte, error) {
	sealed, err := k.aead.Encrypt(plain, k.bound(p))
	if err != nil {
		return nil, errs.New(errs.Internal, "a value cannot be sealed")
	}
	return append([]byte{format}, sealed...), nil
}

// Open returns the value that was sealed for this very place under this very key. There is one error for everything else.
func (k *Key) Open(p Place, sealed []byte) ([]byte, error) {
	if len(sealed) > 0 && sealed[0] == format {
		if plain, err := k.aead.Decrypt(sealed[1:], k.bound(p)); err == nil {
			return plain, nil
		}
	}
	return nil, errs.Wrap(errs.Internal, "open sealed value", errSealed)
}
