package operators

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"

	"github.com/customerai/customerai/shared/insight/pii"
)

// Algorithm is the name of a hash function.
type Algorithm string

// The hash functions that Hash knows.
const (
	SHA256 Algorithm = "sha256"
	SHA512 Algorithm = "sha512"
)

// MinSalt is the length of the shortest salt, in bytes.
const MinSalt = 16

// Hash returns an operator that puts the HMAC of type and value in the place of an entity, in hexadecimal: equal values of
// one type have equal digests under one salt, and nobody without the salt can look for a value by trying.
func Hash(algorithm Algorithm, salt []byte) (Operator, error) {
	var function func() hash.Hash
	switch algorithm {
	case SHA256:
		function = sha256.New
	case SHA512:
		function = sha512.New
	default:
		return nil, fmt.Errorf("hash: the algorithm is neither %s nor %s", SHA256, SHA512)
	}
	if len(salt) < MinSalt {
		return nil, fmt.Errorf("hash: the salt has %d bytes, want at least %d", len(salt), MinSalt)
	}
	salt = slices.Clone(salt) // the caller may wipe its own
	return func(b []byte, value string, t pii.Type) []byte {
		mac := hmac.New(function, salt)
		mac.Write([]byte(t)) // a hash never returns an error
		mac.Write([]byte{0})
		mac.Write([]byte(value))
		return hex.AppendEncode(b, mac.Sum(nil))
	}, nil
}
