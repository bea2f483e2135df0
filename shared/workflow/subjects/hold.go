package subjects

import (
	"context"
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/vault"
)

// Hold is a legal hold: why a person's data must be kept, whatever else would end it.
type Hold struct {
	Reason    string    `json:"reason"`
	Reference string    `json:"reference" doc:"Of the case that asks for it"`
	Since     time.Time `json:"since"`
}

// keptHold is a hold as the table has it. The reference is somebody's file, so it is sealed, too.
type keptHold struct {
	Key    string    `json:"key"` // the id of the data key
	Reason string    `json:"reason"`
	Since  time.Time `json:"since"`
	Sealed []byte    `json:"sealed"`
}

func holdPlace(version int64) vault.Place {
	return vault.Place{Table: "hold", Item: holdSort, Field: "reference", Version: version}
}

// Hold places a hold on a person, whether anything is kept of that person yet or not, or changes the one there is; Since
// stays that of the first.
func (s *Service) Hold(ctx context.Context, tenant, subjectID string, hold Hold, event audit.Event) (Hold, error) {
	for range retries {
		key, err := s.findOrCreate(ctx, tenant, subjectID)
		if err != nil {
			return Hold{}, err
		}
		var kept keptHold
		item, err := s.get(ctx, holdKey(key.Subject), &kept)
		if err != nil {
			return Hold{}, err
		}
		if item.Version == 0 {
			kept.Since = s.Now().UTC()
		}
		kept.Key, kept.Reason, hold.Since = key.ID, hold.Reason, kept.Since
		if kept.Sealed, err = key.Seal(holdPlace(item.Version+1), []byte(hold.Reference)); err != nil {
			return Hold{}, err
		}
		write, err := put(item, kept)
		if err != nil {
			return Hold{}, err
		}
		var empty struct{}
		note, err := s.get(ctx, holdNote(key.Subject), &empty)
		if err != nil {
			return Hold{}, err
		}
		noted, err := put(note, empty)
		if err != nil {
			return Hold{}, err
		}
		if _, err = s.Audit.Commit(ctx, event, write, noted); err == nil {
			return hold, nil
		} else if !errs.Is(err, errs.Conflict) {
			return Hold{}, fmt.Errorf("place hold: %w", err)
		}
	}
	return Hold{}, errs.New(errs.Conflict, "the hold keeps changing; try again")
}

// Release ends a hold. Where there is none, nothing changes, and that somebody asked is recorded all the same.
func (s *Service) Release(ctx context.Context, tenant, subjectID string, event audit.Event) error {
	names, err := s.Vault.Subjects(ctx, tenant, subjectID)
	if err != nil {
		return err
	}
	var writes []table.Write
	for _, name := range names {
		writes = append(writes, table.Delete(holdKey(name), table.Any()), table.Delete(holdNote(name), table.Any()))
	}
	if _, err := s.Audit.Commit(ctx, event, writes...); err != nil {
		return fmt.Errorf("release hold: %w", err)
	}
	return nil
}

// AnyHeld reports whether a hold is on anybody of a tenant.
func (s *Service) AnyHeld(ctx context.Context, tenant string) (bool, error) {
	page, err := s.Table.Query(ctx, table.Query{Partition: holdsPartition(tenant), Limit: 1})
	if err != nil {
		return false, fmt.Errorf("look for holds: %w", err)
	}
	return len(page.Items) > 0, nil
}

func (s *Service) held(ctx context.Context, subject vault.Subject) (bool, error) {
	_, err := s.Table.Get(ctx, holdKey(subject))
	if errs.Is(err, errs.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for a hold: %w", err)
	}
	return true, nil
}
