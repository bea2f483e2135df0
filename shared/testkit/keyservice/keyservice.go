// Package keyservice is KMS in memory, for tests that need more than an emulator gives: ciphertexts that cannot be changed,
// every state of a key, faults at every call, and what CloudTrail would have written down.
//
// Normal use: it stands behind the SDK's client, so that the real adapter talks to it.
//
//	service := keyservice.New()
//	key := service.CreateKey()                            // an ARN
//	config.HTTPClient = service
//	service.Set(key, keyservice.Disabled)
//	service.Fault = func(action string) wire.Fault { … }  // nil: nothing goes wrong
//
// Its rules are those of KMS: what is encrypted under a context is decrypted under the same one alone, by the key that
// encrypted it, in a state that allows it. A test holds it to the emulator where that has them.
//
// It refuses actions that the bundle does not use.
package keyservice

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"

	"github.com/customerai/customerai/shared/testkit/wire"
)

// State is what a key is in, or what stands in the way of it.
type State string

// The states.
const (
	Enabled         State = ""
	Disabled        State = "disabled"
	PendingDeletion State = "pending deletion"
	PendingImport   State = "pending import"
	OutOfReach      State = "in a key store that is not connected"
	Denied          State = "denied by a policy"
	Gone            State = "deleted for good"
)

// refusals are KMS's words for the states.
var refusals = map[State]string{
	Disabled: "DisabledException", PendingDeletion: "KMSInvalidStateException", PendingImport: "KMSInvalidStateException",
	OutOfReach: "KMSInvalidStateException", Denied: "AccessDeniedException", Gone: "NotFoundException",
}

// Service is KMS.
type Service struct {
	wire.Service

	mu       sync.Mutex
	keys     map[string]*key
	contexts []map[string]string
}

type key struct {
	aead  cipher.AEAD
	state State
}

// New returns a service without keys.
func New() *Service { return &Service{keys: map[string]*key{}} }

// CreateKey makes a key and returns its ARN.
func (s *Service) CreateKey() (arn string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	material := make([]byte, 32)
	_, _ = rand.Read(material) // never fails: it ends the process instead
	block, err := aes.NewCipher(material)
	if err != nil {
		panic(err) // 32 bytes are a key
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // AES is a block cipher of 16 bytes
	}
	arn = fmt.Sprintf("arn:aws:kms:us-east-1:000000000000:key/%08x-1234-4321-abcd-0123456789ab", len(s.keys)+1)
	s.keys[arn] = &key{aead: aead}
	return arn
}

// Set puts a key into a state.
func (s *Service) Set(arn string, state State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys[arn].state = state
}

// Contexts returns the encryption context of every call, which CloudTrail writes down in the clear.
func (s *Service) Contexts() []map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.contexts)
}

// Do implements aws.HTTPClient.
func (s *Service) Do(request *http.Request) (*http.Response, error) {
	return wire.Serve(&s.Service, request, s.answer)
}

type input struct {
	KeyID             string `json:"KeyId"`
	Plaintext         []byte
	CiphertextBlob    []byte
	EncryptionContext map[string]string
}

func (s *Service) answer(action string, in input) wire.Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.contexts = append(s.contexts, in.EncryptionContext)
	k, known := s.keys[in.KeyID]
	switch {
	case in.KeyID == "":
		return refuse("ValidationException")
	case !known:
		return refuse(refusals[Gone])
	case k.state != Enabled:
		return refuse(refusals[k.state])
	}
	switch action {
	case "Encrypt":
		blob := k.aead.Seal([]byte(in.KeyID), nil, in.Plaintext, spelled(in.EncryptionContext)) //nolint:gosec // it draws its nonces itself
		return wire.With(map[string]any{"KeyId": in.KeyID, "CiphertextBlob": blob, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"})
	case "Decrypt":
		return s.decrypt(k, in)
	}
	panic("keyservice knows no " + action)
}

func (s *Service) decrypt(k *key, in input) wire.Fault {
	sealed, by := bytes.CutPrefix(in.CiphertextBlob, []byte(in.KeyID))
	if !by {
		for other := range s.keys {
			if bytes.HasPrefix(in.CiphertextBlob, []byte(other)) {
				return refuse("IncorrectKeyException")
			}
		}
		return refuse("InvalidCiphertextException")
	}
	plain, err := k.aead.Open(nil, nil, sealed, spelled(in.EncryptionContext))
	if err != nil {
		return refuse("InvalidCiphertextException")
	}
	return wire.With(map[string]any{"KeyId": in.KeyID, "Plaintext": plain, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"})
}

// spelled writes a context in the one way that every equal one has.
func spelled(context map[string]string) (spelled []byte) {
	for _, name := range slices.Sorted(maps.Keys(context)) {
		spelled = fmt.Appendf(spelled, "%q=%q ", name, context[name])
	}
	return spelled
}

func refuse(code string) wire.Fault { return wire.Refuse(http.StatusBadRequest, code) }
