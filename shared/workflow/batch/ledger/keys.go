package ledger

import (
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/storage/table"
)

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
