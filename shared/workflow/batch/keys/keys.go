// Package keys gives batches their ids, and their uploads and objects the keys that these lie under in the two buckets.
//
// Normal use:
//
//	id := keys.IDPrefix + rand.Text()
//	key := keys.Upload{Tenant: tenant, ID: id, FileName: keys.FileName(name)}.Key() // where a client may put its file
//	upload, err := keys.ParseUpload(key, "")                                       // what a notification tells of
//	object := keys.Results(tenant, id, 1)                                          // what its first chunk gave
//
// Every key begins with the tenant, so that a right to one tenant's objects reaches no other's. It refuses an upload's key that does not
// begin with a tenant and end with a file's name.
package keys

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/customerai/customerai/shared/errs"
)

// IDPrefix begins every id. Ids are bat_ and 26 characters of base 32: 130 bits, as crypto/rand.Text makes them.
const IDPrefix = "bat_"

// The forms of ids and tenants. They are compiled when they are first needed, and not at every cold start.
var (
	idForm     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^bat_[A-Z2-7]{26}$`) })
	tenantForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`) })
)

// ValidID reports whether a text has the form of an id.
func ValidID(id string) bool { return idForm().MatchString(id) }

// ValidTenant reports whether a text has the form of a tenant's name. None holds a separator of keys.
func ValidTenant(tenant string) bool { return tenantForm().MatchString(tenant) }

// ContentID is the id of a file that nobody announced: the same for every notification of the same version of the same key.
func ContentID(key, etag, version string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d:%s%d:%s%s", len(key), key, len(etag), etag, version))
	return IDPrefix + base32.StdEncoding.EncodeToString(sum[:])[:26]
}

// Objects begins the keys of all objects of a batch in the results bucket.
func Objects(tenant, id string) string { return tenant + "/" + id + "/" }

// Chunk is the key of a chunk that is an object of its own.
func Chunk(tenant, id string, number int) string {
	return fmt.Sprintf("%s%08d.gz", Chunks(tenant, id), number)
}

// Chunks begins the keys of a batch's chunks.
func Chunks(tenant, id string) string { return Objects(tenant, id) + "chunks/" }

// Results is the key of what a chunk gave.
func Results(tenant, id string, number int) string {
	return fmt.Sprintf("%sresults/%08d.jsonl.gz", Objects(tenant, id), number)
}

// Rejections is the key of the rows that a chunk refused.
func Rejections(tenant, id string, number int) string {
	return fmt.Sprintf("%serrors/%08d.jsonl", Objects(tenant, id), number)
}

// Upload is what the key of an uploaded object says.
type Upload struct {
	Tenant   string
	ID       string // of an announced batch, else ""
	FileName string
}

// Key is where the client of an announced batch puts its file.
func (u Upload) Key() string { return u.Tenant + "/" + u.ID + "/" + u.FileName }

// ParseUpload reads tenant/bat_…/file of an announced batch, tenant/file of a dropped one, and a bare file when there is
// a default tenant.
func ParseUpload(key, defaultTenant string) (Upload, error) {
	folder, fileName := path.Split(key)
	u := Upload{Tenant: defaultTenant, FileName: FileName(fileName)}
	if folder != "" {
		var below string
		u.Tenant, below, _ = strings.Cut(folder, "/")
		if id := strings.TrimSuffix(below, "/"); ValidID(id) {
			u.ID = id
		}
	}
	if !ValidTenant(u.Tenant) || u.FileName == "" {
		return Upload{}, errs.New(errs.Invalid, "the object key does not begin with a tenant and end with a file name")
	}
	return u, nil
}

// maxFileName is the longest file name that is kept, in bytes.
const maxFileName = 100

// FileName keeps of a name what every file system and log takes: its end, because that holds the format. It is "" when
// nothing is left.
func FileName(name string) string {
	safe := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '.', r == '_', r == '-':
			return r
		}
		return '-'
	}, path.Base(strings.ReplaceAll(name, `\`, "/")))
	safe = safe[max(0, len(safe)-maxFileName):]
	safe = strings.TrimLeft(safe, ".-")
	if strings.Trim(safe, ".-_") == "" {
		return ""
	}
	return safe
}
