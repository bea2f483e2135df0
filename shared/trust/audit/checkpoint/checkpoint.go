// Package checkpoint fixes audit chains hour by hour in storage that is written once, so that whoever can write to the
// table can no longer cut off a chain's end or write it anew.
//
// Normal use: a function that runs by the clock writes, and whoever verifies a chain reads.
//
//	err := checkpoints.Write(ctx, scheduled)
//	newest, err := checkpoints.Newest(ctx, tenant)
//
// A checkpoint belongs to a window, the hour that ends at a full hour at or before the scheduled time; a late, a repeated or
// an overlapping run makes nothing new, and a run that was missed is made up for by the next, window by window. It is an
// object <tenant>/<window>.json:
//
//	tenant    whose chain
//	window    the end of the hour, RFC 3339
//	size      how many records the chain had when this was written
//	head      the hash of the last of them
//	root      RFC 6962's Merkle tree hash, in hexadecimal, over the records' hashes as 32 bytes each
//	frontier  the roots of the tree's whole subtrees, the largest first, from which the tree can grow on
//	previous  SHA-256 of the object before, 64 zeros in the first
//	hashes    of the records since the checkpoint before, so that the first that was changed can be named
//
// It refuses to go on from a chain that does not continue the checkpoint before it: that is an error, which is an alarm.
package checkpoint

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
)

// Period is the length of a window.
const Period = time.Hour

// Limits of one run for one tenant; the next run goes on.
const (
	maxRecords = 200_000 // in one checkpoint
	maxWindows = 48
)

// Service writes and reads checkpoints. All fields are required.
type Service struct {
	Table  table.Table // keeps how far each chain has come
	Bucket blob.Bucket
	Log    *audit.Log
}

// Write brings every tenant's checkpoints up to the window that ends at or before the scheduled time. A chain that cannot
// be fixed does not keep the others from it; the error names all. The table lists the chains; the tenants that are known from
// elsewhere are looked for in any case, and a chain of theirs that is not in the list is an error, too.
func (s *Service) Write(ctx context.Context, scheduled time.Time, known ...string) error {
	tenants, err := s.Log.Tenants(ctx)
	if err != nil {
		return err
	}
	var problems []error
	for _, tenant := range known {
		if slices.Contains(tenants, tenant) {
			continue
		}
		if begun, err := s.begun(ctx, tenant); err != nil || begun {
			problems = append(problems, cmp.Or(err, fmt.Errorf("checkpoint %s: the table does not list the chain any more", tenant)))
			tenants = append(tenants, tenant)
		}
	}
	for _, tenant := range tenants {
		if err := s.bring(ctx, tenant, scheduled.UTC().Truncate(Period)); err != nil {
			problems = append(problems, fmt.Errorf("checkpoint %s: %w", tenant, err))
		}
	}
	return errors.Join(problems...)
}

// begun reports whether a tenant has, or had, a chain.
func (s *Service) begun(ctx context.Context, tenant string) (bool, error) {
	head, err := s.Log.Head(ctx, tenant)
	if err != nil || head.Index > 0 {
		return true, err
	}
	_, found, err := s.newestWindow(ctx, tenant)
	return found, err
}

// bring writes one tenant's windows that are due, in their order.
func (s *Service) bring(ctx context.Context, tenant string, due time.Time) error {
	at, err := s.place(ctx, tenant)
	if err != nil {
		return err
	}
	for range maxWindows {
		if at.next.After(due) {
			return nil
		}
		if at, err = s.step(ctx, at); errs.Is(err, errs.Conflict) { // another run was faster
			at, err = s.place(ctx, tenant)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// step writes one window, or takes over what another run has written, and moves the pointer.
func (s *Service) step(ctx context.Context, at place) (place, error) {
	made, err := s.extend(ctx, at)
	if err != nil {
		return at, err
	}
	text, err := json.Marshal(made)
	if err != nil {
		return at, err
	}
	_, err = s.Bucket.Write(ctx, objectKey(at.tenant, at.next), bytes.NewReader(text),
		blob.WriteOptions{IfAbsent: true, ContentType: "application/json"})
	if errs.Is(err, errs.Conflict) {
		made, text, err = s.takeOver(ctx, at)
	}
	if err != nil {
		return at, fmt.Errorf("write window %s: %w", at.next.Format(time.RFC3339), err)
	}
	next := place{tenant: at.tenant, next: at.next.Add(Period), last: made, text: text, version: at.version + 1}
	return next, s.move(ctx, at)
}

// move lets the pointer name the window that at was to write. Another run may have done it.
func (s *Service) move(ctx context.Context, at place) error {
	value, err := json.Marshal(pointer{at.next})
	if err != nil {
		return err
	}
	condition := table.Version(at.version)
	if at.version == 0 {
		condition = table.Absent()
	}
	if err := s.Table.Put(ctx, table.Item{Key: pointerKey(at.tenant), Value: value}, condition); err != nil {
		return fmt.Errorf("move the pointer: %w", err)
	}
	return nil
}

// takeOver reads the window that another run, or this one before it died, has written already.
func (s *Service) takeOver(ctx context.Context, at place) (Checkpoint, []byte, error) {
	c, text, err := s.read(ctx, at.tenant, at.next)
	if err != nil {
		return c, nil, err
	}
	if c.Previous != previousOf(at.text) || c.Size < at.last.Size {
		return c, nil, errors.New("the checkpoint that is there does not continue the one before")
	}
	return c, text, nil
}
