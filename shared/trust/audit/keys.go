package audit

import (
	"fmt"

	"github.com/customerai/customerai/shared/storage/table"
)

func partition(tenant string) string { return tenant + "#audit" }

func headKey(tenant string) table.Key { return table.Key{Partition: partition(tenant), Sort: "head"} }

func startKey(tenant string) table.Key { return table.Key{Partition: partition(tenant), Sort: "start"} }

const recordPrefix = "record#"

// recordKey orders records by their index.
func recordKey(tenant string, index uint64) table.Key {
	return table.Key{Partition: partition(tenant), Sort: fmt.Sprintf("%s%020d", recordPrefix, index)}
}

// chainKey registers a tenant's chain for those who look after all chains. It is the one kind of key that begins with no
// tenant, and no tenant's name begins with its #.
func chainKey(tenant string) table.Key { return table.Key{Partition: "#audit-chains", Sort: tenant} }
