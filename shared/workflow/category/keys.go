package category

import (
	"fmt"

	"github.com/customerai/customerai/shared/storage/table"
)

// Every partition begins with the tenant, and neither a tenant's nor a category's name holds the separator.
func listPartition(tenant string) string          { return tenant + "#categories" }
func versionPartition(tenant, name string) string { return tenant + "#category#" + name }

func currentKey(tenant, name string) table.Key {
	return table.Key{Partition: listPartition(tenant), Sort: name}
}

func versionKey(tenant, name string, version int64) table.Key {
	return table.Key{Partition: versionPartition(tenant, name), Sort: fmt.Sprintf("%019d", version)}
}
