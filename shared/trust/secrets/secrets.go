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
//	ADMINISTRATOR   {"id","tenant","username","secretHash":"$argon2id$…"}, the first person; may be absent, because once
//	                others administer a stage it is a password that nobody needs
//	ROTATION        {"effective","until":{…}}, optional: only a document that came of a rotation has it
//
// A keyset may hold several keys: its primary makes, every enabled one reads. ROTATION says which key makes, instead of
// the primary, until the rotation takes effect; package rotation below this folder has the reason. Names that are not
// listed are left alone, so that two versions of the bundle can share a document.
//
// It refuses what is missing, blank, a placeholder, malformed or weak, all at once, by name, and never shows a value.
package secrets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

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
	Administrator = "ADMINISTRATOR" // may be absent, and is therefore not among Names

	Rotation = "ROTATION" // optional, and therefore not among Names
)

// How long a Source may go on with a set: MaxAge while the store answers, MaxStale while it does not.
const (
	MaxAge   = 300 * time.Second
	MaxStale = time.Hour
)

// Names returns the settings that every document has, in the order in which problems are reported. ADMINISTRATOR comes after
// them, where there is one.
func Names() []string { return []string{JWTSecretKey, EncryptionKey, PseudonymKey, Clients} }

// Set is an opened document, ready for use by any number of goroutines. It can sign and decrypt, but not show a key.
type Set struct {
	Signing    jwt.MAC   // JWT_SECRET_KEY
	KeyIDs     []string  // of every key that Signing verifies
	Encryption tink.AEAD // ENCRYPTION_KEY
	Pseudonyms prf.Set   // PSEUDONYM_KEY
	Clients    auth.Clients
	// Administrator is the person of the document, nil when it names none.
	Administrator *Person

	before    *Set // makes with the keys that made before the rotation; nil without one
	effective time.Time
}

// At returns the set that is in force at now: before a rotation takes effect the keys of before it make, and from then on
// the primaries. Both read the same. A Source does this; its callers need not.
func (s Set) At(now time.Time) Set {
	if s.before != nil && now.Before(s.effective) {
		return *s.before
	}
	return s
}

// Tenants returns the tenants of the clients and of the administrator.
func (s Set) Tenants() []string {
	tenants := s.Clients.Tenants()
	if a := s.Administrator; a != nil && !slices.Contains(tenants, a.Tenant) {
		tenants = append(tenants, a.Tenant)
	}
	return tenants
}

// Rotated returns when the last rotation takes effect, or has; the zero time without one.
func (s Set) Rotated() time.Time { return s.effective }

// Format keeps every verb of fmt from walking into the keys.
func (Set) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "secrets.Set") } // fmt keeps the error itself

// Source gives the current secrets. It is safe for concurrent use.
type Source interface {
	// Current returns a set that was read at most MaxAge ago or, while the store does not answer, at most MaxStale ago;
	// after that it returns errs.Unavailable. Ask again for every request, and do not keep a set beyond one.
	Current(ctx context.Context) (Set, error)
}

// Renewer is what a Source is for whoever decides about tokens.
type Renewer interface {
	Source
	// Renewed is Current for somebody who has seen a key that is in no set: it asks the store first, unless that was done
	// in the last 30 seconds, however many ask.
	Renewed(ctx context.Context) (Set, error)
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
