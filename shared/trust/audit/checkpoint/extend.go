package checkpoint

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/customerai/customerai/shared/trust/audit/record"
)

// extend makes the checkpoint that follows: it walks the records that are new, each of which has to follow from the one
// before, and the first of them from the last checkpoint.
func (s *Service) extend(ctx context.Context, at place) (Checkpoint, error) {
	head, err := s.Log.Head(ctx, at.tenant)
	if err != nil {
		return Checkpoint{}, err
	}
	if head.Index < at.last.Size {
		return Checkpoint{}, fmt.Errorf("the chain is broken at record %d: it was there, and is not any more", head.Index+1)
	}
	tree, err := at.last.tree()
	if err != nil {
		return Checkpoint{}, err
	}
	start, err := s.Log.Start(ctx, at.tenant)
	if err != nil {
		return Checkpoint{}, err
	}
	if at.last.Size >= start.Index { // else the first that is kept has to follow from it, as the walk sees
		if kept, err := s.Log.Get(ctx, at.tenant, at.last.Size); err != nil || kept.Hash != at.last.Head {
			return Checkpoint{}, errors.Join(fmt.Errorf("the chain is broken at or before record %d: it is not what it was", at.last.Size), err)
		}
	}
	c := Checkpoint{Tenant: at.tenant, Window: at.next, Previous: previousOf(at.text), Hashes: []string{}}
	walk := record.Walk{Tenant: at.tenant, Next: at.last.Size + 1, Previous: at.last.Head}
	last := min(head.Index, at.last.Size+maxRecords)
	for line, err := range s.Log.Lines(ctx, at.tenant, walk.Next, last) {
		if err != nil {
			return Checkpoint{}, err
		}
		r, err := walk.Step(line)
		if err != nil {
			return Checkpoint{}, fmt.Errorf("the chain is broken at record %d: %w", walk.Next, err)
		}
		sum, err := hex.DecodeString(r.Hash)
		if err != nil {
			return Checkpoint{}, err
		}
		tree.Append(sum)
		c.Hashes = append(c.Hashes, r.Hash)
	}
	if walk.Next != last+1 {
		return Checkpoint{}, fmt.Errorf("the chain is broken at record %d: it is missing", walk.Next)
	}
	c.Size, c.Head, c.Root = tree.Size(), walk.Previous, hexOf(tree.Root())
	for _, hash := range tree.Frontier() {
		c.Frontier = append(c.Frontier, hexOf(hash))
	}
	return c, nil
}
