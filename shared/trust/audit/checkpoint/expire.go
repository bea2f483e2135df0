package checkpoint

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/audit"
)

// Expire removes at most limit of a tenant's records, the oldest first, which a checkpoint had fixed before a time, and reports
// more when there may be others. It removes nothing that no checkpoint has fixed, no record that is younger, and never a chain's
// last one, which the next follows from. Checkpoints stay: whoever has them can tell that nothing else is missing.
func (s *Service) Expire(ctx context.Context, tenant string, before time.Time, limit int) (more bool, err error) {
	start, err := s.Log.Start(ctx, tenant)
	if err != nil {
		return false, err
	}
	if start, err = s.later(ctx, tenant, start, before.UTC()); err != nil || start.Index == 1 {
		return false, err
	}
	return s.Log.Expire(ctx, tenant, start, limit)
}

// later returns where a chain may begin by now, or start.
func (s *Service) later(ctx context.Context, tenant string, start audit.Start, before time.Time) (audit.Start, error) {
	c, _, err := s.read(ctx, tenant, before.Truncate(Period))
	if errs.Is(err, errs.NotFound) { // the chain is younger than that
		return start, nil
	}
	if err != nil {
		return start, err
	}
	head, err := s.Log.Head(ctx, tenant)
	if err != nil || c.Size < start.Index || c.Size >= head.Index {
		return start, err
	}
	last, err := s.Log.Get(ctx, tenant, c.Size)
	if err != nil || last.Hash != c.Head {
		return start, errors.Join(fmt.Errorf("the chain is broken at or before record %d: it is not what it was", c.Size), err)
	}
	if at, err := time.Parse(time.RFC3339, last.Time); err != nil || !at.Before(before) { // a late run had fixed more than its hour
		return start, err
	}
	return audit.Start{Index: c.Size + 1, Previous: c.Head, Window: c.Window}, nil
}

// vouches says what is wrong with where a chain begins, or "": the checkpoint of its window has to be of before a time, and to
// end with the very record that the first follows from.
func (s *Service) vouches(ctx context.Context, tenant string, start audit.Start, before time.Time) (problem string, err error) {
	if start.Index == 1 {
		return "", nil
	}
	c, _, err := s.read(ctx, tenant, start.Window)
	missing := errs.Is(err, errs.NotFound)
	if err != nil && !missing {
		return "", err
	}
	if missing || c.Size != start.Index-1 || c.Head != start.Previous || c.Window.After(before) {
		return "it is missing, and no checkpoint says that its time was over", nil
	}
	return "", nil
}
