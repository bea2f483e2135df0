// Package secrets opens the one document that holds every secret of a stage, and refuses a bad one before the first
// request.
//
// Normal use: an adapter below this folder is a Source; open it at cold start, ask it again for every request.
//
//	source, made, err := envsecrets.Open(stage, folder)   // development
//	set, err := source.Current(ctx)
//	token, err := auth.Tokens{MAC: set.Signing, Stage: stage}.Mint(…)
//
// The document is one JSON object; `make secrets` prints a fresh one.
//
//	JWT_SECRET_KEY  Tink keyset: JWT HMAC, HS256, keys of at least 256 bits, key ids as kid
//	ENCRYPTION_KEY  Tink keyset: AES256-GCM
//	PSEUDONYM_KEY   Tink keyset: PRF, HMAC-SHA256, keys of at least 256 bits
//	CLIENTS         [{"id","tenant","scopes":[…],"secretHash":"$argon2id$…"}], at least one
//
// A keyset may hold several keys: its primary makes, every enabled one reads. That is how a key is rotated. Names that
// are not listed are left alone, so that two versions of the bundle can share a document.
//
// It refuses what is missing, blank, a placeholder, malformed or weak, all at once, by name, and never shows a value.
package secrets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tink-crypto/tink-go/v2/jwt"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/customerai/customerai/shared/trust/auth"
)

// Names of the document's settings.
const (
	JWTSecretKey  = "JWT_SECRET_KEY" //nolint:gosec // a name
	EncryptionKey = "ENCRYPTION_KEY"
	PseudonymKey  = "PSEUDONYM_KEY"
	Clients       = "CLIENTS"
)

// Names returns the settings of a document in the order in which problems are reported.
func Names() []string { return []string{JWTSecretKey, EncryptionKey, PseudonymKey, Clients} }

// Set is an opened document, ready for use by any number of goroutines. It can sign and decrypt, but not show a key.
type Set struct {
	Signing    jwt.MAC   // JWT_SECRET_KEY
	Encryption tink.AEAD // ENCRYPTION_KEY
	Pseudonyms prf.Set   // PSEUDONYM_KEY
	Clients    auth.Clients
}

// Format keeps every verb of fmt from walking into the keys.
func (Set) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "secrets.Set") } // fmt keeps the error itself

// Source gives the current secrets. It is safe for concurrent use.
type Source interface {
	// Current returns a set that was read at most 300 seconds ago or, while the store does not answer, at most an hour
	// ago; after that it returns errs.Unavailable. It seldom waits: a set is renewed in the background. Ask again for
	// every request, and do not keep a set beyond one.
	Current(ctx context.Context) (Set, error)
}

// Problem is one thing that is wrong with one setting. It holds no value.
type Problem struct {
	Setting string
	Message string // what is wrong and what is expected: "is missing"
}

func (p Problem) String() string { return p.Setting + " " + p.Message }

// Parse opens a document, or returns one error that names every problem.
func Parse(data []byte) (Set, error) {
	document, err := ParseDocument(data)
	if err != nil {
		return Set{}, err
	}
	set, problems := document.Open()
	return set, Join(problems)
}

// Join makes one error of problems, or nil of none.
func Join(problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	texts := make([]string, len(problems))
	for i, problem := range problems {
		texts[i] = problem.String()
	}
	return errors.New("secrets: " + strings.Join(texts, "; "))
}
