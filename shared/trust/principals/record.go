package principals

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/prf"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/strictjson"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// record is a principal as it is kept.
type record struct {
	Kind       Kind      `json:"kind"`
	Login      string    `json:"login"`              // the partition of its directory entry
	Username   []byte    `json:"username,omitempty"` // sealed
	Roles      []string  `json:"roles,omitempty"`
	Scopes     []string  `json:"scopes,omitempty"`
	SecretHash string    `json:"secretHash"`
	Status     Status    `json:"status"`
	Epoch      int64     `json:"epoch"`
	CreatedAt  time.Time `json:"createdAt"`
	UpdatedAt  time.Time `json:"updatedAt"`
}

// entry is what the directory has under the pseudonym of a username or client id.
type entry struct {
	Tenant string `json:"tenant"`
	ID     string `json:"id"`
}

// Ids are usr_ or cli_ and 26 characters of base 32: 130 bits, as crypto/rand.Text makes them.
var idForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(usr|cli)_[A-Z2-7]{26}$`) }) // not at every start

func newID(kind Kind, random string) string {
	if kind == Person {
		return "usr_" + random
	}
	return "cli_" + random
}

// partition holds a tenant's principals, each under its id, with the ids of revoked tokens behind it.
func partition(tenant string) string { return tenant + "#principals" }

func recordKey(tenant, id string) table.Key { return table.Key{Partition: partition(tenant), Sort: id} }

func revokedKey(tenant, id, token string) table.Key {
	return table.Key{Partition: partition(tenant), Sort: id + revoked + token}
}

const revoked = "#revoked#"

// directoryKeys are where a name may be found: under its pseudonym by the primary key, then by older keys. Before somebody
// has signed in there is no tenant, so that these partitions begin with the empty one, which is nobody's.
func directoryKeys(set prf.Set, kind Kind, name string) ([]table.Key, error) {
	ids := []uint32{set.PrimaryID}
	for id := range set.PRFs {
		if id != set.PrimaryID {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids[1:])
	keys := make([]table.Key, len(ids))
	for i, id := range ids {
		digest, err := set.PRFs[id].ComputePRF([]byte("sign in\x00"+string(kind)+"\x00"+name), 32)
		if err != nil {
			return nil, errs.Wrap(errs.Internal, "make the pseudonym of a name", err)
		}
		keys[i] = table.Key{Partition: "#directory#" + base64.RawURLEncoding.EncodeToString(digest), Sort: "principal"}
	}
	return keys, nil
}

// scopes are what the principal may do now: the roles' scopes as the manifest has them today, and its own.
func (r record) scopes() []string { return allScopes(r.Roles, r.Scopes) }

func allScopes(roles, more []string) []string {
	var scopes []string
	for _, role := range roles {
		of, _ := manifest.ScopesOf(role) // a role that is gone gives nothing
		scopes = append(scopes, of...)
	}
	for _, scope := range more {
		if slices.Contains(manifest.Scopes(), scope) {
			scopes = append(scopes, scope)
		}
	}
	slices.Sort(scopes)
	return slices.Compact(scopes)
}

func decodeRecord(item table.Item) (record, error) {
	var r record
	if err := strictjson.Unmarshal(item.Value, &r); err != nil {
		return record{}, errs.Wrap(errs.Internal, "read the principal", err)
	}
	return r, nil
}

func usernameContext(tenant, id string) []byte {
	return []byte("principals/username/1\x00" + tenant + "\x00" + id)
}

// view is the record as administrators see it.
func view(set secrets.Set, tenant string, item table.Item) (Principal, error) {
	r, err := decodeRecord(item)
	if err != nil {
		return Principal{}, err
	}
	p := Principal{
		ID: item.Sort, Kind: r.Kind, Roles: slices.Concat([]string{}, r.Roles), Scopes: slices.Concat([]string{}, r.Scopes), Status: r.Status,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Version: item.Version,
	}
	if r.Username != nil {
		name, err := set.Encryption.Decrypt(r.Username, usernameContext(tenant, item.Sort))
		if err != nil {
			return Principal{}, errs.Wrap(errs.Internal, "open the username of "+item.Sort, err)
		}
		p.Username = string(name)
	}
	return p, nil
}

// NormalName is the one spelling of what a principal signs in with; a client's id has no other.
// Whoever counts by name counts by this: otherwise each spelling has a count of its own.
func NormalName(kind Kind, name string) string {
	if kind == Person {
		return normalName(name)
	}
	return name
}

func normalName(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

var usernameForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9][a-z0-9._@+-]{2,127}$`) })

// problems with a draft's or a change's fields, each by its path.
func grantProblems(roles, scopes []string) (fields []errs.Field) {
	for i, role := range roles {
		if _, known := manifest.ScopesOf(role); !known || slices.Contains(roles[:i], role) {
			fields = append(fields, errs.Field{Path: fmt.Sprintf("roles[%d]", i), Message: "must be one of " + strings.Join(manifest.RoleNames(), ", ") + ", once"})
		}
	}
	for i, scope := range scopes {
		if !slices.Contains(manifest.Scopes(), scope) || slices.Contains(scopes[:i], scope) {
			fields = append(fields, errs.Field{Path: fmt.Sprintf("scopes[%d]", i), Message: "must be a scope of this API, once"})
		}
	}
	if len(roles)+len(scopes) == 0 {
		fields = append(fields, errs.Field{Path: "roles", Message: "must have a role, or scopes a scope"})
	}
	return fields
}

func encode(key table.Key, value any) (table.Item, error) {
	text, err := strictjson.Marshal(value)
	if err != nil {
		return table.Item{}, fmt.Errorf("encode a principal's item: %w", err)
	}
	return table.Item{Key: key, Value: text}, nil
}
