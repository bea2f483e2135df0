package batch

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"path"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
)

// Ids are bat_ and 26 characters of base 32: 130 bits, as crypto/rand.Text makes them.
const idPrefix = "bat_"

// The forms of ids and tenants. They are compiled when they are first needed, and not at every cold start.
var (
	idForm     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^bat_[A-Z2-7]{26}$`) })
	tenantForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`) })
)

// contentID is the id of a file that nobody announced: the same for every notification of the same version of the same key.
func contentID(key, etag, version string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d:%s%d:%s%s", len(key), key, len(etag), etag, version))
	return idPrefix + base32.StdEncoding.EncodeToString(sum[:])[:26]
}

// Every partition begins with the tenant, and no tenant's name holds the separator.
func batchPartition(tenant, id string) string { return tenant + "#batch#" + id }
func listPartition(tenant string) string      { return tenant + "#batches" }
func originalsPartition(tenant string) string { return tenant + "#originals" }

// Sort keys in a batch's partition.
const (
	recordSort  = "batch"
	chunkPrefix = "chunk#" // what a finished chunk holds: small
	deltaPrefix = "delta#" // what a finished chunk counted
)

func recordKey(tenant, id string) table.Key {
	return table.Key{Partition: batchPartition(tenant, id), Sort: recordSort}
}

func chunkKey(tenant, id string, number int) table.Key {
	return table.Key{Partition: batchPartition(tenant, id), Sort: fmt.Sprintf("%s%08d", chunkPrefix, number)}
}

func deltaKey(tenant, id string, number int) table.Key {
	return table.Key{Partition: batchPartition(tenant, id), Sort: fmt.Sprintf("%s%08d", deltaPrefix, number)}
}

// listKey orders a tenant's batches by their time.
func listKey(tenant, id string, created time.Time) table.Key {
	return table.Key{Partition: listPartition(tenant), Sort: created.UTC().Format("2006-01-02T15:04:05.000000000") + "#" + id}
}

// originalKey orders the batches that have an original, or may get one, by their time.
func originalKey(tenant, id string, created time.Time) table.Key {
	return table.Key{Partition: originalsPartition(tenant), Sort: listKey(tenant, id, created).Sort}
}

// Keys of the objects of a batch in the results bucket.
func chunkObject(tenant, id string, number int) string {
	return fmt.Sprintf("%s%08d.gz", chunkObjects(tenant, id), number)
}

// chunkObjects begins the keys of a batch's chunks.
func chunkObjects(tenant, id string) string { return tenant + "/" + id + "/chunks/" }

func resultsObject(tenant, id string, number int) string {
	return fmt.Sprintf("%s/%s/results/%08d.jsonl.gz", tenant, id, number)
}

func rejectionsObject(tenant, id string, number int) string {
	return fmt.Sprintf("%s/%s/errors/%08d.jsonl", tenant, id, number)
}

// uploadKey is where the client of an announced batch puts its file.
func uploadKey(tenant, id, fileName string) string { return tenant + "/" + id + "/" + fileName }

// place is what the key of an uploaded object says.
type place struct {
	tenant   string
	id       string // of an announced batch, else ""
	fileName string
}

// parseUploadKey reads tenant/bat_…/file of an announced batch, tenant/file of a dropped one, and a bare file when there is
// a default tenant.
func parseUploadKey(key, defaultTenant string) (place, error) {
	folder, fileName := path.Split(key)
	p := place{tenant: defaultTenant, fileName: safeFileName(fileName)}
	if folder != "" {
		var below string
		p.tenant, below, _ = strings.Cut(folder, "/")
		if id := strings.TrimSuffix(below, "/"); idForm().MatchString(id) {
			p.id = id
		}
	}
	if !tenantForm().MatchString(p.tenant) || p.fileName == "" {
		return place{}, errs.New(errs.Invalid, "the object key does not begin with a tenant and end with a file name")
	}
	return p, nil
}

// maxFileName is the longest file name that is kept, in bytes.
const maxFileName = 100

// safeFileName keeps of a name what every file system and log takes: its end, because that holds the format. It is "" when
// nothing is left.
func safeFileName(name string) string {
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
