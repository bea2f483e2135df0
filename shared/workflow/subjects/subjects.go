// Package subjects keeps what is kept of a person, gives it out to those who may ask, and makes an end of it.
//
// Normal use, with ids as clients know them:
//
//	err := service.Keep(ctx, conversation, event, func(p *operators.Pseudonyms) error { safe = policy(p).Apply(message, entities); return nil })
//	texts, err := service.Restore(ctx, conversation, event, safe)    // the originals behind pseudonyms
//	page, err := service.Export(ctx, tenant, subjectID, 100, "")     // everything that is held of a person
//	receipt, err := service.Erase(ctx, tenant, subjectID, event)     // for good
//	hold, err := service.Hold(ctx, tenant, subjectID, hold, event)   // neither erased nor purged until released
//	done, err := service.PurgeDue(ctx, tenant, 100)                  // what nobody may keep any longer
//
// Every value is sealed under the person's own key (trust/vault), and no key of the table shows an id: both the person and
// the conversation are keyed pseudonyms there. An effect and its audit record are one transaction.
//
// It refuses to erase what is under a legal hold, and to tell a person who is erased from one who never was, or from
// another tenant's.
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

// Recorder makes effects and their record in one transaction; *audit.Log is one.
type Recorder interface {
	// Commit returns errs.Conflict when the condition of an effect does not hold, and errs.Unavailable when it is not known
	// what happened.
	Commit(ctx context.Context, event audit.Event, effects ...table.Write) (audit.Receipt, error)
}

// Service keeps and ends. All fields are required.
type Service struct {
	Table     table.Table
	Vault     *vault.Vault
	Audit     Recorder
	Now       func() time.Time
	NewID     func() string // crypto/rand.Text
	Originals time.Duration // how long what stands behind pseudonyms is kept after the last change
}

// errNothing is the one answer about a person who is not there, not there any more, or another tenant's.
var errNothing = errs.New(errs.NotFound, "nothing is kept under these ids")

// retries is how often a change is tried again when somebody else made one first.
const retries = 8

// find returns the person's key, or errNothing.
func (s *Service) find(ctx context.Context, tenant, subjectID string) (*vault.Key, error) {
	names, err := s.Vault.Subjects(ctx, tenant, subjectID)
	if err != nil {
		return nil, err
	}
	key, err := s.Vault.Find(ctx, names)
	if errs.Is(err, errs.NotFound) {
		return nil, errNothing
	}
	return key, err
}

func (s *Service) findOrCreate(ctx context.Context, tenant, subjectID string) (*vault.Key, error) {
	names, err := s.Vault.Subjects(ctx, tenant, subjectID)
	if err != nil {
		return nil, err
	}
	return s.Vault.FindOrCreate(ctx, names)
}

// get reads an item, and an empty one with version 0 where there is none.
func (s *Service) get(ctx context.Context, key table.Key, into any) (table.Item, error) {
	item, err := s.Table.Get(ctx, key)
	if errs.Is(err, errs.NotFound) {
		return table.Item{Key: key}, nil
	}
	if err != nil {
		return table.Item{}, fmt.Errorf("get %s: %w", key.Sort, err)
	}
	if err := json.Unmarshal(item.Value, into); err != nil {
		return table.Item{}, fmt.Errorf("decode %s: %w", key.Sort, err)
	}
	return item, nil
}

// put returns the write that puts a value in the place of what get returned.
func put(item table.Item, value any) (table.Write, error) {
	encoded, err := json.Marshal(value)
	if err != nil {
		return table.Write{}, fmt.Errorf("encode %s: %w", item.Sort, err)
	}
	return table.Put(item.With(encoded), unchanged(item)), nil
}

// unchanged is the condition that an item is as get returned it.
func unchanged(item table.Item) table.Condition {
	if item.Version == 0 {
		return table.Absent()
	}
	return table.Version(item.Version)
}
