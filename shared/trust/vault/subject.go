package vault

import (
	"context"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/customerai/customerai/shared/storage/table"
)

// Subject is a person as the tables name one: by a keyed pseudonym. Two tenants' subjects of the same id have different
// names. Make it with Vault.Subjects.
type Subject struct {
	Tenant string
	Name   string
}

const (
	subjectPrefix = "sub_"
	keyPrefix     = "key_"
	idBytes       = 16
)

// IsPseudonym reports whether the name has the form of those that Vault.Subjects gives. Who tells a name to a service that
// writes it down asks first.
func (s Subject) IsPseudonym() bool {
	name, ok := strings.CutPrefix(s.Name, subjectPrefix)
	sum, err := letters.DecodeString(name)
	return ok && err == nil && len(sum) == idBytes
}

// Subjects returns every name that the person may be kept under, the one for new data first: one for each key of
// PSEUDONYM_KEY, because what was named before a rotation keeps its name.
func (v *Vault) Subjects(ctx context.Context, tenant, id string) ([]Subject, error) {
	names, err := v.Pseudonyms(ctx, "subject", tenant, id)
	if err != nil {
		return nil, err
	}
	subjects := make([]Subject, len(names))
	for i, name := range names {
		subjects[i] = Subject{Tenant: tenant, Name: subjectPrefix + name}
	}
	return subjects, nil
}

// Pseudonyms returns keyed pseudonyms of 128 bits, in 26 letters and digits: one for each key of PSEUDONYM_KEY, that of
// the primary first. The kind keeps pseudonyms of different things apart. Without the key nobody can tell what stands
// behind one, nor try it out.
func (v *Vault) Pseudonyms(ctx context.Context, kind string, of ...string) ([]string, error) {
	set, err := v.Secrets.Current(ctx)
	if err != nil {
		return nil, fmt.Errorf("name a %s: %w", kind, err)
	}
	ids := slices.Sorted(maps.Keys(set.Pseudonyms.PRFs))
	ids = slices.DeleteFunc(ids, func(id uint32) bool { return id == set.Pseudonyms.PrimaryID })
	input := bind(pseudonymLabel, append([]string{kind}, of...)...)
	var names []string
	for _, id := range append([]uint32{set.Pseudonyms.PrimaryID}, ids...) {
		sum, err := set.Pseudonyms.PRFs[id].ComputePRF(input, idBytes)
		if err != nil {
			return nil, fmt.Errorf("name a %s: the pseudonym key does not work", kind)
		}
		names = append(names, encoded(sum))
	}
	return names, nil
}

var letters = base32.StdEncoding.WithPadding(base32.NoPadding)

func encoded(b []byte) string { return letters.EncodeToString(b) }

// Labels keep what is computed for one purpose from passing for another.
const (
	pseudonymLabel = "customerai pseudonym"
	wrapLabel      = "customerai data key"
	sealLabel      = "customerai sealed"
)

// bind encodes parts so that no two different lists give the same bytes: each with its length before it.
func bind(label string, parts ...string) []byte {
	b := binary.AppendUvarint(nil, uint64(len(parts)))
	for _, part := range append([]string{label}, parts...) {
		b = binary.AppendUvarint(b, uint64(len(part)))
		b = append(b, part...)
	}
	return b
}

// Keys lie in shards by the first letter of their random part, so that no partition holds a tenant's whole.
const shards = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

func shardPartition(tenant string, shard byte) string { return tenant + "#keys#" + string(rune(shard)) }

func keyItem(s Subject) table.Key {
	shard := shards[0]
	if len(s.Name) > len(subjectPrefix) {
		shard = s.Name[len(subjectPrefix)]
	}
	return table.Key{Partition: shardPartition(s.Tenant, shard), Sort: s.Name}
}
