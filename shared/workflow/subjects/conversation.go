package subjects

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/operators"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/vault"
)

// Conversation names a conversation of a person, by the ids that the client gave them.
type Conversation struct {
	Tenant    string
	SubjectID string
	ID        string
}

// Original is what stands behind a pseudonym.
type Original struct {
	Pseudonym string   `json:"pseudonym"`
	Type      pii.Type `json:"type"`
	Value     string   `json:"value"`
}

// keptConversation is a conversation as the table has it; Sealed is a sealedConversation.
type keptConversation struct {
	Key     string    `json:"key"` // the id of the data key
	Created time.Time `json:"created"`
	Updated time.Time `json:"updated"`
	Until   time.Time `json:"until"`
	Sealed  []byte    `json:"sealed"`
}

type sealedConversation struct {
	ID        string     `json:"id"`
	Originals []Original `json:"originals"`
}

// open is a conversation that is being worked on.
type open struct {
	key  *vault.Key
	item table.Item
	kept keptConversation
	sealedConversation
}

// place is where a version of a conversation is sealed for.
func place(item table.Item, version int64) vault.Place {
	return vault.Place{Table: "conversation", Item: item.Sort, Field: "originals", Version: version}
}

// load reads a conversation. It has version 0 when there is none, and no originals when they are erased or over.
func (s *Service) load(ctx context.Context, key *vault.Key, c Conversation) (open, error) {
	names, err := s.Vault.Pseudonyms(ctx, "conversation", c.Tenant, key.Subject.Name, c.ID)
	if err != nil {
		return open{}, err
	}
	o := open{key: key}
	for _, name := range slices.Backward(names) { // the last that is looked for is the one for a new conversation
		o.item, err = s.get(ctx, table.Key{Partition: subjectPartition(key.Subject), Sort: conversationPrefix + name}, &o.kept)
		if err != nil {
			return open{}, err
		}
		if o.item.Version > 0 {
			break
		}
	}
	if o.item.Version == 0 || o.kept.Key != key.ID { // none, or of a key that is destroyed
		return o, nil
	}
	if over, err := s.over(ctx, key.Subject, o.kept.Until); err != nil || over {
		return o, err
	}
	err = o.unseal()
	return o, err
}

func (o *open) unseal() error {
	plain, err := o.key.Open(place(o.item, o.item.Version), o.kept.Sealed)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(plain, &o.sealedConversation); err != nil {
		return fmt.Errorf("decode conversation: %w", err)
	}
	return nil
}

// over reports whether something may be kept no longer: its time has come, and no hold keeps it.
func (s *Service) over(ctx context.Context, subject vault.Subject, until time.Time) (bool, error) {
	if s.Now().Before(until) {
		return false, nil
	}
	held, err := s.held(ctx, subject)
	return !held, err
}

// Keep runs use with the pseudonyms that the conversation has so far and keeps those that use adds, with the event's
// record. Use may run again when somebody else changed the conversation meanwhile; of one that fails nothing is kept. errs.TooLarge
// when the conversation has more originals than one item holds.
func (s *Service) Keep(ctx context.Context, c Conversation, event audit.Event, use func(*operators.Pseudonyms) error) error {
	for range retries {
		key, err := s.findOrCreate(ctx, c.Tenant, c.SubjectID)
		if err != nil {
			return err
		}
		o, err := s.load(ctx, key, c)
		if err != nil {
			return err
		}
		pseudonyms := operators.Resume(listOf(o.Originals))
		if err := use(pseudonyms); err != nil {
			return err
		}
		list := pseudonyms.List()
		if len(list) == len(o.Originals) {
			return nil // nothing is added: nothing to keep, and no effect to record
		}
		writes, err := s.replace(ctx, o, c.ID, list)
		if err != nil {
			return err
		}
		if _, err = s.Audit.Commit(ctx, event, writes...); !errs.Is(err, errs.Conflict) {
			if err != nil {
				return fmt.Errorf("keep conversation: %w", err)
			}
			return nil
		}
	}
	return errs.New(errs.Unavailable, "the conversation keeps changing; try again")
}

// replace returns the writes that put a new list in the place of what was loaded, and its reminder with it.
func (s *Service) replace(ctx context.Context, o open, id string, list []operators.Pseudonym) ([]table.Write, error) {
	originals := make([]Original, len(list))
	for i, p := range list {
		originals[i] = Original{Pseudonym: p.Name, Type: p.Type, Value: p.Value}
	}
	plain, err := json.Marshal(sealedConversation{ID: id, Originals: originals})
	if err != nil {
		return nil, fmt.Errorf("encode conversation: %w", err)
	}
	before := due{o.kept.Until, o.key.Subject, o.item.Sort}
	kept := o.kept
	now := s.Now().UTC()
	kept.Key, kept.Updated, kept.Until = o.key.ID, now, endOf(now, s.Originals)
	if kept.Created.IsZero() || len(o.Originals) == 0 {
		kept.Created = now
	}
	if kept.Sealed, err = o.key.Seal(place(o.item, o.item.Version+1), plain); err != nil {
		return nil, err
	}
	write, err := put(o.item, kept)
	if err != nil {
		return nil, err
	}
	after := due{kept.Until, o.key.Subject, o.item.Sort}
	reminder, err := s.remind(ctx, after)
	if err != nil {
		return nil, err
	}
	writes := []table.Write{write, reminder}
	if o.item.Version > 0 && before != after {
		writes = append(writes, table.Delete(before.key(), table.Any()))
	}
	return writes, nil
}

// remind returns the write of a reminder, whether it is there or not.
func (s *Service) remind(ctx context.Context, d due) (table.Write, error) {
	item, err := s.get(ctx, d.key(), new(struct{}))
	if err != nil {
		return table.Write{}, err
	}
	return put(item, struct{}{})
}

func listOf(originals []Original) []operators.Pseudonym {
	list := make([]operators.Pseudonym, len(originals))
	for i, o := range originals {
		list[i] = operators.Pseudonym{Name: o.Pseudonym, Type: o.Type, Value: o.Value}
	}
	return list
}

// Restore returns the texts with the originals in the place of the conversation's pseudonyms, and records who asked and
// why. What looks like a pseudonym and is none of the conversation's stays. errs.NotFound when nothing is kept.
func (s *Service) Restore(ctx context.Context, c Conversation, event audit.Event, texts ...string) ([]string, error) {
	key, err := s.find(ctx, c.Tenant, c.SubjectID)
	if err != nil {
		return nil, err
	}
	o, err := s.load(ctx, key, c)
	if err != nil {
		return nil, err
	}
	if len(o.Originals) == 0 {
		return nil, errNothing
	}
	pairs := make([]string, 0, 2*len(o.Originals))
	for _, original := range o.Originals { // none is the beginning of another: each ends with its >
		pairs = append(pairs, original.Pseudonym, original.Value)
	}
	replacer := strings.NewReplacer(pairs...)
	restored := make([]string, len(texts))
	for i, text := range texts {
		restored[i] = replacer.Replace(text)
	}
	if _, err := s.Audit.Commit(ctx, event); err != nil {
		return nil, fmt.Errorf("record the restoration: %w", err)
	}
	return restored, nil
}
