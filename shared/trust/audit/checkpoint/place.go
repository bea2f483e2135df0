package checkpoint

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit/record"
)

// place is how far a tenant's checkpoints have come.
type place struct {
	tenant  string
	next    time.Time // the window to write
	last    Checkpoint
	text    []byte // of last; nil before the first
	version int64  // of the item that says so
}

// pointer is that item.
type pointer struct {
	Window time.Time `json:"window"`
}

func pointerKey(tenant string) table.Key {
	return table.Key{Partition: tenant + "#audit-checkpoints", Sort: "newest"}
}

func (s *Service) place(ctx context.Context, tenant string) (place, error) {
	at := place{tenant: tenant, last: Checkpoint{Tenant: tenant, Head: record.Start}}
	item, err := s.Table.Get(ctx, pointerKey(tenant))
	if errs.Is(err, errs.NotFound) {
		return s.placeByBucket(ctx, at)
	}
	if err != nil {
		return at, fmt.Errorf("read how far it has come: %w", err)
	}
	var p pointer
	if err := json.Unmarshal(item.Value, &p); err != nil {
		return at, fmt.Errorf("decode how far it has come: %w", err)
	}
	at.version, at.next = item.Version, p.Window.Add(Period)
	at.last, at.text, err = s.read(ctx, tenant, p.Window)
	return at, err
}

// placeByBucket is the place where the table has no pointer. That need not be the beginning of a chain: whoever can write to the table
// can take the pointer away with the whole chain, but not the objects.
func (s *Service) placeByBucket(ctx context.Context, at place) (place, error) {
	window, found, err := s.newestWindow(ctx, at.tenant)
	if err != nil {
		return at, err
	}
	if !found {
		first, err := s.Log.Get(ctx, at.tenant, 1)
		if err != nil {
			return at, err
		}
		began, err := time.Parse(time.RFC3339, first.Time)
		at.next = began.Truncate(Period).Add(Period)
		return at, err
	}
	before, text, err := s.read(ctx, at.tenant, window.Add(-Period))
	if err != nil && !errs.Is(err, errs.NotFound) {
		return at, err
	}
	at.next, at.text, at.last.Size = window, text, before.Size
	if at.last, at.text, err = s.takeOver(ctx, at); err != nil {
		return at, err
	}
	at.next = window.Add(Period)
	return at, nil
}

// Newest returns a tenant's newest checkpoint, or errs.NotFound. It looks beyond the pointer, which lies in the table, however far
// that was taken back.
func (s *Service) Newest(ctx context.Context, tenant string) (Checkpoint, error) {
	at, err := s.place(ctx, tenant)
	if err != nil {
		return Checkpoint{}, err
	}
	for {
		further, text, err := s.read(ctx, tenant, at.next)
		if errs.Is(err, errs.NotFound) {
			break
		}
		if err != nil {
			return Checkpoint{}, err
		}
		at.last, at.text, at.next = further, text, at.next.Add(Period)
	}
	if at.text == nil {
		return Checkpoint{}, errs.New(errs.NotFound, "there is no checkpoint yet")
	}
	return at.last, nil
}
