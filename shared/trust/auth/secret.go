package auth

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Cost is what one argon2id hash takes.
type Cost struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// DefaultCost is OWASP's first choice: about 20 ms and 19 MiB. LeastCost and MostCost bound what a stored hash may ask
// for: less is weak, and more would let a bad hash take the function's memory.
var (
	DefaultCost = Cost{MemoryKiB: 19 * 1024, Passes: 2, Lanes: 1}
	LeastCost   = DefaultCost
	MostCost    = Cost{MemoryKiB: 64 * 1024, Passes: 10, Lanes: 4}
)

const (
	saltBytes = 16
	hashBytes = 32
)

// SecretHash is the argon2id hash of a client's secret. The zero value matches nothing.
type SecretHash struct {
	cost Cost
	salt [saltBytes]byte
	hash [hashBytes]byte
}

// HashSecret hashes secret at DefaultCost. The salt comes from a cryptographic source and is used once.
func HashSecret(secret string, salt [saltBytes]byte) SecretHash {
	h := SecretHash{cost: DefaultCost, salt: salt}
	h.hash = h.of(secret)
	return h
}

// hashing bounds how many hashes are made at once: each takes as much memory as its cost says, and a function has little.
var hashing = make(chan struct{}, 4)

func (h SecretHash) of(secret string) [hashBytes]byte {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return [hashBytes]byte(argon2.IDKey([]byte(secret), h.salt[:], h.cost.Passes, h.cost.MemoryKiB, h.cost.Lanes, hashBytes))
}

// Unmatched returns a hash that no secret matches, at DefaultCost: what a name that nobody has is checked against, so that it
// takes as long as one that somebody has.
func Unmatched() SecretHash { return SecretHash{cost: DefaultCost} }

// Matches reports whether secret is the one that was hashed. Its time depends on the cost alone.
func (h SecretHash) Matches(secret string) bool {
	if h.cost == (Cost{}) {
		return false
	}
	got := h.of(secret)
	return subtle.ConstantTimeCompare(got[:], h.hash[:]) == 1
}

const phcForm = "$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s"

// Format shows nothing of the hash, whatever verb of fmt comes across it.
func (h SecretHash) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "argon2id hash") }

// PHC returns the hash as a PHC string.
func (h SecretHash) PHC() string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf(phcForm, argon2.Version, h.cost.MemoryKiB, h.cost.Passes, h.cost.Lanes, b64(h.salt[:]), b64(h.hash[:]))
}

// ParseSecretHash reads a PHC string of argon2id in its one canonical spelling, with a salt of 16 and a hash of 32
// bytes, at a cost from LeastCost to MostCost.
func ParseSecretHash(phc string) (SecretHash, error) {
	var h SecretHash
	var version int
	var rest string
	_, err := fmt.Sscanf(phc, "$argon2id$v=%d$m=%d,t=%d,p=%d$%s", &version, &h.cost.MemoryKiB, &h.cost.Passes, &h.cost.Lanes, &rest)
	salt, hash, _ := strings.Cut(rest, "$")
	if err != nil || !decodeInto(h.salt[:], salt) || !decodeInto(h.hash[:], hash) || h.PHC() != phc {
		return SecretHash{}, errors.New("must be an argon2id PHC string with a salt of 16 and a hash of 32 bytes")
	}
	if h.cost.MemoryKiB < LeastCost.MemoryKiB || h.cost.Passes < LeastCost.Passes || h.cost.Lanes < LeastCost.Lanes {
		return SecretHash{}, fmt.Errorf("must cost at least m=%d,t=%d,p=%d", LeastCost.MemoryKiB, LeastCost.Passes, LeastCost.Lanes)
	}
	if h.cost.MemoryKiB > MostCost.MemoryKiB || h.cost.Passes > MostCost.Passes || h.cost.Lanes > MostCost.Lanes {
		return SecretHash{}, fmt.Errorf("must cost at most m=%d,t=%d,p=%d", MostCost.MemoryKiB, MostCost.Passes, MostCost.Lanes)
	}
	return h, nil
}

func decodeInto(into []byte, text string) bool {
	data, err := base64.RawStdEncoding.DecodeString(text)
	return err == nil && copy(into, data) == len(into) && len(data) == len(into)
}
