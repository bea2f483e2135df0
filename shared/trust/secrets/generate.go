package secrets

import (
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/trust/auth"
)

// Credentials are a client's id and its secret in clear text. The document keeps the hash only: this is the one time that
// the secret is seen.
type Credentials struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
}

// Format and LogValue show the id alone. To show the secret, ask for the field.
func (c Credentials) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.ID) }

// LogValue is Format for slog.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.ID) }

// DefaultTenant is the tenant of a generated client.
const DefaultTenant = "main"

// Generate returns a fresh, valid document and the credentials of its one client, who has the scopes of its role.
func Generate() (Document, Credentials, error) {
	document := Document{}
	_, credentials, err := document.Repair()
	return document, credentials, err
}

// Repair gives a fresh value to every setting that has a problem and returns those problems. The credentials are zero
// unless CLIENTS was among them. It is for development: a key that is replaced opens nothing that it has sealed.
func (d Document) Repair() ([]Problem, Credentials, error) {
	var credentials Credentials
	_, problems := d.Open()
	for _, problem := range problems {
		if problem.Setting == Rotation { // without it the primaries make at once
			delete(d, Rotation)
			continue
		}
		var value jsontext.Value
		var err error
		switch problem.Setting {
		case Clients:
			value, credentials, err = generateClient()
		case Administrator: // a broken one is worth no password that nobody is told
			delete(d, Administrator)
			continue
		default:
			value, err = generateKeyset(rules[problem.Setting])
		}
		if err != nil {
			return nil, Credentials{}, fmt.Errorf("make %s: %w", problem.Setting, err)
		}
		d[problem.Setting] = value
	}
	return problems, credentials, nil
}

func generateClient() (jsontext.Value, Credentials, error) {
	credentials := Credentials{ID: "cli_" + rand.Text(), Secret: rand.Text() + rand.Text()}
	var salt [16]byte
	_, _ = rand.Read(salt[:]) // never fails: it ends the process instead
	scopes, _ := manifest.ScopesOf("client")
	value, err := json.Marshal([]clientEntry{{
		ID: credentials.ID, Tenant: DefaultTenant, Scopes: scopes,
		SecretHash: auth.HashSecret(credentials.Secret, salt).PHC(),
	}})
	return value, credentials, err
}
