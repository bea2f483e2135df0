package secrets

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/customerai/customerai/shared/trust/auth"
)

// Person is somebody who may sign in with a username and a password.
type Person struct {
	ID       string
	Tenant   string
	Username string
	Secret   auth.SecretHash
}

// Format keeps every verb of fmt from showing a username.
func (p Person) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(p.ID)) } // fmt keeps the error itself

// Epoch is another one for another password. The document has no versions that could be counted, and a password is replaced where
// somebody may know it: what was signed in with it must not outlive it.
func (p Person) Epoch() int64 {
	sum := sha256.Sum256([]byte(p.Secret.PHC()))
	return int64(binary.BigEndian.Uint32(sum[:]))
}

type personEntry struct {
	ID         string `json:"id"`
	Tenant     string `json:"tenant"`
	Username   string `json:"username"`
	SecretHash string `json:"secretHash"`
}

// What ids and names are made of. They are looked at by hand: every start reads the document, and the expressions for these
// would take longer to compile than all of it to open.
const (
	lower  = "abcdefghijklmnopqrstuvwxyz0123456789"
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	base32 = upper + "234567"
)

func isPersonID(s string) bool {
	letters, ok := strings.CutPrefix(s, "usr_")
	return ok && len(letters) == 26 && made(letters, base32)
}

func isTenant(s string) bool { return s != "" && len(s) <= 128 && made(s, lower+upper+"_-") }

func isUsername(s string) bool {
	return s != "" && len(s) <= 128 && made(s[:1], lower) && made(s, lower+"._@+-")
}

// made reports whether a text has no other letters.
func made(s, letters string) bool { return strings.Trim(s, letters) == "" }

func parsePerson(value []byte) (*Person, error) {
	var entry personEntry
	if json.Unmarshal(value, &entry, json.RejectUnknownMembers(true)) != nil {
		return nil, errors.New("must be a JSON object with id, tenant, username and secretHash")
	}
	hash, err := auth.ParseSecretHash(entry.SecretHash)
	if err != nil {
		return nil, fmt.Errorf("secretHash %w", err)
	}
	if !isPersonID(entry.ID) || !isTenant(entry.Tenant) || !isUsername(entry.Username) {
		return nil, errors.New("id must be usr_ and 26 letters, tenant and username lower-case names")
	}
	return &Person{ID: entry.ID, Tenant: entry.Tenant, Username: entry.Username, Secret: hash}, nil
}

// AddAdministrator gives the document a fresh administrator, in the place of one that it may have, and returns the
// username and the password. The document keeps the password's hash only: this is the one time that it is seen.
func (d Document) AddAdministrator() (Credentials, error) {
	credentials := Credentials{ID: "administrator", Secret: rand.Text()}
	var salt [16]byte
	_, _ = rand.Read(salt[:]) // never fails: it ends the process instead
	value, err := json.Marshal(personEntry{
		ID: "usr_" + rand.Text(), Tenant: DefaultTenant, Username: credentials.ID, SecretHash: auth.HashSecret(credentials.Secret, salt).PHC(),
	})
	if err != nil {
		return Credentials{}, fmt.Errorf("encode the administrator: %w", err)
	}
	d[Administrator] = value
	return credentials, nil
}
