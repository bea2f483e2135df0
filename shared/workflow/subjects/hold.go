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
// stays that of the first. errs.Conflict while an erasure that was recorded before is not finished: it would take the key that
// the hold is sealed under.
func (s *Service) Hold(ctx context.Context, tenant, subjectID string, hold Hold, event audit.Event) (Hold, error) {
	names, err := s.Vault.Subjects(ctx, tenant, subjectID)
	if err != nil {
		return Hold{}, err
	}
	for range retries {
		noErasure, err := s.noErasure(ctx, names)
		if err != nil {
			return Hold{}, err
		}
		key, err := s.Vault.FindOrCreate(ctx, names)
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
		if _, err = s.Audit.Commit(ctx, event, append(noErasure, write, noted)...); err == nil {
			return hold, nil
		} else if !errs.Is(err, errs.Conflict) {
			return Hold{}, fmt.Errorf("place hold: %w", err)
		}
	}
	return Hold{}, errs.New(errs.Conflict, "the hold keeps changing; try again")
}

// noErasure returns the checks that no erasure of a person is pending, or errs.Conflict when one is.
func (s *Service) noErasure(ctx context.Context, names []vault.Subject) ([]table.Write, error) {
	checks := make([]table.Write, 0, len(names)+2) // with room for what is checked
	for _, name := range names {
		_, err := s.Table.Get(ctx, pendingKey(name))
		if err == nil {
			return nil, errs.New(errs.Conflict, "the subject is being erased; try again when that has ended")
		}
		if !errs.Is(err, errs.NotFound) {
			return nil, fmt.Errorf("look for an erasure: %w", err)
		}
		checks = append(checks, table.Check(pendingKey(name), table.Absent()))
	}
	return checks, nil
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
