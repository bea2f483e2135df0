package vault

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
)

// Walk visits at most about limit of a tenant's keys, in a fixed order, and returns the cursor to go on with, "" after the
// last. It stops at the first error; a later walk from the same cursor visits again what was visited.
func (v *Vault) Walk(ctx context.Context, tenant, cursor string, limit int, visit func(context.Context, Subject) error) (string, error) {
	shard, page, _ := strings.Cut(cursor, ":")
	at := max(0, strings.Index(shards, shard))
	for visited := 0; ; {
		query := table.Query{Partition: shardPartition(tenant, shards[at]), Limit: limit - visited, Cursor: page}
		found, err := v.Keys.Query(ctx, query)
		if err != nil {
			return cursor, fmt.Errorf("list keys: %w", err)
		}
		for _, item := range found.Items {
			if err := visit(ctx, Subject{Tenant: tenant, Name: item.Sort}); err != nil {
				return cursor, err
			}
		}
		visited += len(found.Items)
		if page = found.Next; page == "" {
			if at++; at == len(shards) {
				return "", nil
			}
		}
		if cursor = shards[at:at+1] + ":" + page; visited >= limit {
			return cursor, nil
		}
	}
}

// Rewrap wraps a subject's key anew if another key than today's was used for it, and reports whether it did. What is
// sealed under the data key stays as it is. It may be interrupted anywhere and repeated.
func (v *Vault) Rewrap(ctx context.Context, subject Subject) (bool, error) {
	item, k, err := v.get(ctx, subject)
	if errs.Is(err, errs.NotFound) { // destroyed since it was listed
		return false, nil
	}
	if err != nil {
		return false, err
	}
	stale, err := v.Wrapper.Stale(ctx, k.Wrapped)
	if err != nil || !stale {
		return false, err
	}
	material, err := v.Wrapper.Unwrap(ctx, subject, k.Wrapped)
	if err != nil {
		return false, fmt.Errorf("unwrap key of %s: %w", subject.Name, err)
	}
	if k.Wrapped, err = v.Wrapper.Wrap(ctx, subject, material); err != nil {
		return false, fmt.Errorf("wrap key of %s: %w", subject.Name, err)
	}
	value, err := json.Marshal(k)
	if err != nil {
		return false, fmt.Errorf("encode key of %s: %w", subject.Name, err)
	}
	err = v.Keys.Put(ctx, item.With(value), table.Version(item.Version))
	if errs.Is(err, errs.Conflict) { // somebody else did, or destroyed it
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("put key of %s: %w", subject.Name, err)
	}
	return true, nil
}
