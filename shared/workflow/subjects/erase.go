package subjects

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/vault"
)

// Erasure is the receipt of an erasure. It looks the same whether there was anything to erase or not.
type Erasure struct {
	ID         string    `json:"id"`
	At         time.Time `json:"at"`
	AuditIndex uint64    `json:"auditIndex"`
	AuditHash  string    `json:"auditHash"`

	// Files are not kept by person: nobody can tell which of those that wait to be analysed have rows of this one.
	UploadsUntil time.Time `json:"uploadsUntil" doc:"Files that came before and could not be analysed may have rows of the person. None is kept longer than this"`
}

// uploadsEnd is how much longer than originals an upload may be there that nobody has told the bundle of: until the bucket's
// own rules have ended it and its earlier version.
const uploadsEnd = 2 * day

// Erase destroys a person's key and deletes what was kept. errs.Conflict while a hold is on the person. It may be repeated:
// what an attempt left undone, the next one or FinishErasures does.
//
// The order is what makes it safe. The record comes first, with a note that the erasure is pending, in one transaction that
// no hold may stand in the way of. The key comes next: from then on nothing opens, here or in a backup. The rest is tidying.
func (s *Service) Erase(ctx context.Context, tenant, subjectID string, event audit.Event) (Erasure, error) {
	names, err := s.Vault.Subjects(ctx, tenant, subjectID)
	if err != nil {
		return Erasure{}, err
	}
	now := s.Now().UTC()
	erasure := Erasure{ID: "era_" + s.NewID(), At: now, UploadsUntil: endOf(now, s.Originals+uploadsEnd)}
	for range retries {
		var writes []table.Write
		for _, name := range names {
			if held, err := s.held(ctx, name); err != nil {
				return Erasure{}, err
			} else if held {
				return Erasure{}, errs.New(errs.Conflict, "a legal hold is on the subject; it has to be released first")
			}
			var before Erasure
			pending, err := s.get(ctx, pendingKey(name), &before)
			if err != nil {
				return Erasure{}, err
			}
			write, err := put(pending, erasure)
			if err != nil {
				return Erasure{}, err
			}
			writes = append(writes, table.Check(holdKey(name), table.Absent()), write)
		}
		receipt, err := s.Audit.Commit(ctx, event, writes...)
		if errs.Is(err, errs.Conflict) {
			continue
		}
		if err != nil {
			return Erasure{}, fmt.Errorf("erase subject: %w", err)
		}
		erasure.AuditIndex, erasure.AuditHash = receipt.Index, receipt.Hash
		for _, name := range names {
			if err := s.Vault.Destroy(ctx, name); err != nil {
				return Erasure{}, err
			}
			if err := s.finish(ctx, name, erasure); err != nil {
				return Erasure{}, err
			}
		}
		return erasure, nil
	}
	return Erasure{}, errs.New(errs.Conflict, "the subject keeps changing; try again")
}

// finish tidies up after a key that is destroyed. Every step may be repeated. What it takes away last is the note of this very
// erasure: one of a person who came back and asked again is another's to finish.
func (s *Service) finish(ctx context.Context, subject vault.Subject, erasure Erasure) error {
	if err := s.sweep(ctx, subject); err != nil {
		return err
	}
	var noted Erasure
	pending, err := s.get(ctx, pendingKey(subject), &noted)
	if err != nil || noted.ID != erasure.ID {
		return err
	}
	if err := s.Table.Delete(ctx, pending.Key, table.Version(pending.Version)); err != nil && !errs.Is(err, errs.Conflict) {
		return fmt.Errorf("finish erasure %s: %w", erasure.ID, err)
	}
	return nil
}

// sealedUnder is what every item in a person's partition says: when its time is over, and which key it is sealed under.
type sealedUnder struct {
	Key   string    `json:"key"`
	Until time.Time `json:"until"`
}

// sweep deletes what no key opens any more. What a person who came back keeps under the new key stays: the key is looked up
// after the items, so that an item of a key that is not there yet cannot have been listed.
func (s *Service) sweep(ctx context.Context, subject vault.Subject) error {
	query := table.Query{Partition: subjectPartition(subject)}
	for {
		page, err := s.Table.Query(ctx, query)
		if err != nil {
			return fmt.Errorf("list what is left of %s: %w", subject.Name, err)
		}
		current, err := s.Vault.Current(ctx, subject)
		if err != nil {
			return err
		}
		for _, item := range page.Items {
			if item.Sort == holdSort { // of after the erasure, which its record would have refused
				continue
			}
			var under sealedUnder
			if err := json.Unmarshal(item.Value, &under); err != nil {
				return fmt.Errorf("decode %s of %s: %w", item.Sort, subject.Name, err)
			}
			if current != "" && under.Key == current {
				continue
			}
			if err := s.remove(ctx, item, due{under.Until, subject, item.Sort}); err != nil {
				return err
			}
		}
		if query.Cursor = page.Next; page.Next == "" {
			return nil
		}
	}
}

// remove deletes an item as it was read, with its reminder. One that has changed since is left alone.
func (s *Service) remove(ctx context.Context, item table.Item, reminder due, checks ...table.Write) error {
	writes := []table.Write{table.Delete(item.Key, table.Version(item.Version))}
	if !reminder.until.IsZero() {
		writes = append(writes, table.Delete(reminder.key(), table.Any()))
	}
	if err := s.Table.Transact(ctx, s.NewID(), append(writes, checks...)); err != nil && !errs.Is(err, errs.Conflict) {
		return fmt.Errorf("remove %s of %s: %w", item.Sort, reminder.subject.Name, err)
	}
	return nil
}

// clocks is how far the clocks of two environments are thought to differ at most.
const clocks = time.Minute

// FinishErasures finishes at most limit erasures that an environment left undone when it died, and says how many. A key
// that was made since belongs to a person who came back, and stays.
func (s *Service) FinishErasures(ctx context.Context, tenant string, limit int) (int, error) {
	page, err := s.Table.Query(ctx, table.Query{Partition: erasuresPartition(tenant), Limit: limit})
	if err != nil {
		return 0, fmt.Errorf("list pending erasures: %w", err)
	}
	done := 0
	for _, item := range page.Items {
		var erasure Erasure
		if err := json.Unmarshal(item.Value, &erasure); err != nil {
			return done, fmt.Errorf("decode erasure: %w", err)
		}
		subject := vault.Subject{Tenant: tenant, Name: item.Sort}
		if err := s.Vault.DestroyOlder(ctx, subject, erasure.At.Add(clocks)); err != nil {
			return done, err
		}
		if err := s.finish(ctx, subject, erasure); err != nil {
			return done, err
		}
		done++
	}
	return done, nil
}
