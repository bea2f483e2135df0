package subjects

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
)

// Held is one thing that is held of a person. One of its parts is there.
type Held struct {
	Conversation *HeldConversation `json:"conversation,omitempty"`
	Hold         *Hold             `json:"hold,omitempty"`
}

// HeldConversation is what stands behind the pseudonyms of a conversation.
type HeldConversation struct {
	ConversationID string     `json:"conversationId"`
	CreatedAt      time.Time  `json:"createdAt"`
	UpdatedAt      time.Time  `json:"updatedAt"`
	KeptUntil      time.Time  `json:"keptUntil" doc:"Unless it changes, or a hold is placed"`
	Originals      []Original `json:"originals"`
}

// Page is a part of what is held. Next is the cursor of the next part, "" after the last.
type Page struct {
	Items []Held
	Next  string
}

// maxPageBytes ends a page early, so that an answer fits what Lambda returns.
const maxPageBytes = 4 << 20

// Export returns what is held of a person, opened. errs.NotFound as for everything here; errs.Invalid for a cursor that is
// none.
func (s *Service) Export(ctx context.Context, tenant, subjectID string, limit int, cursor string) (Page, error) {
	key, err := s.find(ctx, tenant, subjectID)
	if err != nil {
		return Page{}, err
	}
	query := table.Query{Partition: subjectPartition(key.Subject), From: cursor, Limit: limit}
	if cursor != "" && !strings.HasPrefix(cursor, conversationPrefix) && cursor != holdSort {
		return Page{}, errCursor
	}
	held, err := s.held(ctx, key.Subject)
	if err != nil {
		return Page{}, err
	}
	result := Page{Items: []Held{}}
	for size := 0; ; {
		page, err := s.Table.Query(ctx, query)
		if err != nil {
			return Page{}, fmt.Errorf("list what is held: %w", err)
		}
		for _, item := range page.Items {
			if len(result.Items) == limit || size > maxPageBytes {
				result.Next = item.Sort
				return result, nil
			}
			size += len(item.Value)
			o := open{key: key, item: item}
			entry, err := s.opened(o, held)
			if err != nil {
				return Page{}, fmt.Errorf("open %s of %s: %w", item.Sort, key.Subject.Name, err)
			}
			if entry != nil {
				result.Items = append(result.Items, *entry)
			}
		}
		if query.Cursor = page.Next; page.Next == "" {
			return result, nil
		}
	}
}

// opened is one item as an export shows it, nil for one whose time is over or that belongs to a destroyed key.
func (s *Service) opened(o open, held bool) (*Held, error) {
	var under sealedUnder
	if err := json.Unmarshal(o.item.Value, &under); err != nil {
		return nil, fmt.Errorf("decode: %w", err)
	}
	if under.Key != o.key.ID || !held && !under.Until.IsZero() && !s.Now().Before(under.Until) {
		return nil, nil
	}
	if o.item.Sort == holdSort {
		var kept keptHold
		if err := json.Unmarshal(o.item.Value, &kept); err != nil {
			return nil, fmt.Errorf("decode: %w", err)
		}
		reference, err := o.key.Open(holdPlace(o.item.Version), kept.Sealed)
		return &Held{Hold: &Hold{Reason: kept.Reason, Reference: string(reference), Since: kept.Since}}, err
	}
	if err := json.Unmarshal(o.item.Value, &o.kept); err != nil {
		return nil, fmt.Errorf("decode: %w", err)
	}
	err := o.unseal()
	return &Held{Conversation: &HeldConversation{
		ConversationID: o.ID, CreatedAt: o.kept.Created, UpdatedAt: o.kept.Updated, KeptUntil: o.kept.Until,
		Originals: o.Originals,
	}}, err
}

var errCursor = errs.InvalidFields(errs.Field{Path: "nextToken", Message: "must be one that this list gave"})
