package secrets

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/jwt"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"

	"github.com/customerai/customerai/shared/trust/auth"
)

// Document is the secret as it is kept: the JSON value of each setting.
type Document map[string]jsontext.Value

// MaxDocument is what Secrets Manager keeps, in bytes.
const MaxDocument = 64 << 10

// ParseDocument reads the object and looks at none of its settings. A name may stand once.
func ParseDocument(data []byte) (Document, error) {
	var document Document
	if len(data) > MaxDocument || json.Unmarshal(data, &document) != nil || document == nil {
		return nil, errors.New("secrets: the document must be one JSON object of at most 64 KiB, every name once")
	}
	return document, nil
}

// JSON returns the document as it is kept.
func (d Document) JSON() ([]byte, error) {
	return json.Marshal(d, json.Deterministic(true), jsontext.WithIndent("  "))
}

// Open returns the set, and every problem. With problems, only the settings without one are in the set.
func (d Document) Open() (Set, []Problem) {
	var set Set
	var problems []Problem
	handles := map[string]*keyset.Handle{}
	for _, name := range d.names() {
		if message := d.open(name, &set, handles); message != "" {
			problems = append(problems, Problem{name, message})
		}
	}
	if message := d.openSchedule(&set, handles); message != "" {
		problems = append(problems, Problem{Rotation, message})
	}
	return set, problems
}

func (d Document) names() []string {
	if _, ok := d[Administrator]; ok {
		return append(Names(), Administrator)
	}
	return Names()
}

// open puts one setting into the set, and a keyset among the handles, or says what is wrong with it.
func (d Document) open(name string, set *Set, handles map[string]*keyset.Handle) string {
	value, found := d[name]
	if message := missing(value, found); message != "" {
		return message
	}
	if name == Administrator {
		person, err := parsePerson(value)
		if err != nil {
			return "is not usable: " + err.Error()
		}
		set.Administrator = person
		return ""
	}
	if name == Clients {
		clients, err := parseClients(value)
		if err != nil {
			return "is not usable: " + strings.ReplaceAll(err.Error(), "\n", ", ")
		}
		set.Clients = clients
		return ""
	}
	handle, err := parseKeyset(value, rules[name])
	if err != nil {
		return err.Error()
	}
	if set.use(name, handle) != nil {
		return "is not a usable keyset" // Tink's own words could hold parts of it
	}
	handles[name] = handle
	return ""
}

// use puts what a keyset does into the set.
func (s *Set) use(name string, handle *keyset.Handle) (err error) {
	switch name {
	case JWTSecretKey:
		s.KeyIDs = keyIDs(handle)
		s.Signing, err = jwt.NewMAC(handle)
	case EncryptionKey:
		s.Encryption, err = aead.New(handle)
	case PseudonymKey:
		var pseudonyms *prf.Set
		if pseudonyms, err = prf.NewPRFSet(handle); err == nil {
			s.Pseudonyms = *pseudonyms
		}
	}
	return err
}

// placeholder is compiled for a text alone: a keyset is an object, so that a start with a good document never needs it.
var placeholder = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)change.?(me|this|it)|replace|place.?holder|example|sample|dummy|default|your|insert|todo|tbd|` +
		`fixme|secret|passw|test|xxx|\.\.\.|^<.*>$|^\[.*\]$|^\$?\{.*\}$|^(n/?a|none|null|nil|undefined|unset|empty|key|foo|bar|\*+|-+|\?+)$`)
})

// missing says that there is nothing to look at, or only what somebody meant to replace.
func missing(value jsontext.Value, found bool) string {
	if !found || value.Kind() == 'n' {
		return "is missing"
	}
	var text string
	if value.Kind() != '"' || json.Unmarshal(value, &text) != nil {
		return ""
	}
	switch text = strings.TrimSpace(text); {
	case text == "":
		return "is blank"
	case placeholder().MatchString(text):
		return "is a placeholder"
	}
	return ""
}

// clientEntry is a client as the document spells it.
type clientEntry struct {
	ID         string   `json:"id"`
	Tenant     string   `json:"tenant"`
	Scopes     []string `json:"scopes"`
	SecretHash string   `json:"secretHash"`
}

func parseClients(value jsontext.Value) (auth.Clients, error) {
	var entries []clientEntry
	if json.Unmarshal(value, &entries, json.RejectUnknownMembers(true)) != nil {
		return auth.Clients{}, errors.New("must be a JSON array of clients, each with id, tenant, scopes and secretHash")
	}
	clients := make([]auth.Client, len(entries))
	for i, entry := range entries {
		hash, err := auth.ParseSecretHash(entry.SecretHash)
		if err != nil {
			return auth.Clients{}, fmt.Errorf("[%d].secretHash %w", i, err)
		}
		clients[i] = auth.Client{ID: entry.ID, Tenant: entry.Tenant, Scopes: entry.Scopes, Secret: hash}
	}
	return auth.NewClients(clients)
}
