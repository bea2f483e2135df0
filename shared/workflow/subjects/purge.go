package subjects

import (
	"context"
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/vault"
)

// Purged counts what a purge did.
type Purged struct {
	Removed int // kept no longer
	Held    int // kept because a hold says so, and looked at again the next day
}

// PurgeDue removes at most limit things whose time is over, the oldest first, and puts off what is held. It reports more
// when there was more to look at. Each step is a transaction of its own, so that it may end anywhere.
func (s *Service) PurgeDue(ctx context.Context, tenant string, limit int) (purged Purged, more bool, err error) {
	now := s.Now().UTC()
	query := table.Query{Partition: duePartition(tenant), To: now.Format(dateForm) + "$", Limit: limit} // $ follows #
	page, err := s.Table.Query(ctx, query)
	if err != nil {
		return purged, false, fmt.Errorf("list what is due: %w", err)
	}
	for _, item := range page.Items {
		d, ok := parseDue(tenant, item.Sort)
		if !ok {
			return purged, false, errs.New(errs.Internal, "a reminder cannot be read")
		}
		if err := s.settle(ctx, d, now, &purged); err != nil {
			return purged, false, err
		}
	}
	return purged, page.Next != "", nil
}

// settle does what a reminder is for.
func (s *Service) settle(ctx context.Context, d due, now time.Time, purged *Purged) error {
	var under sealedUnder
	item, err := s.get(ctx, d.target(), &under)
	if err != nil {
		return err
	}
	if item.Version == 0 || now.Before(under.Until) { // gone, or changed since, with a reminder of its own
		return s.forget(ctx, d)
	}
	held, err := s.held(ctx, d.subject)
	if err != nil {
		return err
	}
	if held {
		purged.Held++
		return s.putOff(ctx, d, now)
	}
	// The hold is asked for again where it counts; one that was placed just now leaves the rest to the next run.
	if err := s.remove(ctx, item, d, table.Check(holdKey(d.subject), table.Absent())); err != nil {
		return err
	}
	purged.Removed++
	return nil
}

func (s *Service) forget(ctx context.Context, d due) error {
	if err := s.Table.Delete(ctx, d.key(), table.Any()); err != nil {
		return fmt.Errorf("forget a reminder: %w", err)
	}
	return nil
}

// putOff moves a reminder to the next day.
func (s *Service) putOff(ctx context.Context, d due, now time.Time) error {
	later := d
	later.until = endOf(now, 0)
	write, err := s.remind(ctx, later)
	if err != nil {
		return err
	}
	err = s.Table.Transact(ctx, s.NewID(), []table.Write{write, table.Delete(d.key(), table.Any())})
	if err != nil && !errs.Is(err, errs.Conflict) {
		return fmt.Errorf("put off a reminder: %w", err)
	}
	return nil
}

// grace is longer than any request or invocation takes that has asked for a key.
const grace = time.Hour

// Tend looks after one key: it is wrapped anew if the wrapping key has changed, and retired when nothing is kept under it.
// It reports which of the two happened.
func (s *Service) Tend(ctx context.Context, subject vault.Subject) (rewrapped, retired bool, err error) {
	if rewrapped, err = s.Vault.Rewrap(ctx, subject); err != nil {
		return false, false, err
	}
	page, err := s.Table.Query(ctx, table.Query{Partition: subjectPartition(subject), Limit: 1})
	if err != nil {
		return rewrapped, false, fmt.Errorf("look for what is kept of %s: %w", subject.Name, err)
	}
	if len(page.Items) > 0 {
		return rewrapped, false, nil
	}
	retired, err = s.Vault.Retire(ctx, subject, grace)
	return rewrapped, retired, err
}
