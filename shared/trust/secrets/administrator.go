package secrets

import (
	"crypto/rand"
	"errors"
	"fmt"
	"regexp"

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

type personEntry struct {
	ID         string `json:"id"`
	Tenant     string `json:"tenant"`
	Username   string `json:"username"`
	SecretHash string `json:"secretHash"`
}

var (
	personID   = regexp.MustCompile(`^usr_[A-Z2-7]{26}$`)
	tenantForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)
	username   = regexp.MustCompile(`^[a-z0-9][a-z0-9._@+-]{0,127}$`)
)

func parsePerson(value []byte) (*Person, error) {
	var entry personEntry
	if json.Unmarshal(value, &entry, json.RejectUnknownMembers(true)) != nil {
		return nil, errors.New("must be a JSON object with id, tenant, username and secretHash")
	}
	hash, err := auth.ParseSecretHash(entry.SecretHash)
	if err != nil {
		return nil, fmt.Errorf("secretHash %w", err)
	}
	if !personID.MatchString(entry.ID) || !tenantForm.MatchString(entry.Tenant) || !username.MatchString(entry.Username) {
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
