package checkpoint

import (
	"context"
	"errors"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/audit/record"
)

// Verdict is what became of a verification.
type Verdict struct {
	From, To   uint64     // the indexes that were looked at; To is From-1 when there was nothing
	Head       uint64     // where the chain ends
	Bad        uint64     // the first bad index, 0 for none
	Problem    string     // what is wrong there, in words that quote nothing
	Checkpoint Checkpoint // the newest; zero before the first
}

// Verify recomputes at most limit records of a chain from an index on, and holds them to the checkpoints of their hours, and
// where the chain ends to the newest. It stops early where that would take too many checkpoints. Records that a checkpoint had
// fixed before a time may be gone; then it begins with the first that is kept.
func (s *Service) Verify(ctx context.Context, tenant string, from uint64, limit int, before time.Time) (Verdict, error) {
	v := Verdict{From: from, To: from - 1}
	start, err := s.Log.Start(ctx, tenant)
	if err != nil {
		return v, err
	}
	problem, err := s.vouches(ctx, tenant, start, before)
	if err != nil {
		return v, err
	}
	if problem != "" {
		v.Bad, v.Problem = 1, problem
		return v, nil
	}
	if from < start.Index {
		from = start.Index
		v.From, v.To = from, from-1
	}
	newest, err := s.Newest(ctx, tenant)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return v, err
	}
	v.Checkpoint = newest
	head, err := s.Log.Head(ctx, tenant)
	if err != nil {
		return v, err
	}
	v.Head = head.Index
	if head.Index < newest.Size { // also when there is nothing left to walk
		v.Bad, v.Problem = head.Index+1, "it was there at the newest checkpoint, and is not any more"
	}
	walk := record.Walk{Tenant: tenant, Next: from, Previous: start.Previous}
	if from > start.Index {
		if walk.Previous, err = s.hashOf(ctx, tenant, from-1); err != nil {
			return v, err
		}
		if walk.Previous == "" {
			v.Bad, v.Problem = from-1, "it is missing, or not a record"
			return v, nil
		}
	}
	last := min(head.Index, from-1+uint64(limit)) //nolint:gosec // a limit is not negative
	fixed, err := s.fixed(ctx, newest, from, &last)
	if err != nil {
		return v, err
	}
	for line, err := range s.Log.Lines(ctx, tenant, from, last) {
		if err != nil {
			return v, err
		}
		r, err := walk.Step(line)
		if err == nil && fixed[r.Index] != "" && fixed[r.Index] != r.Hash {
			err = errChanged
			walk.Next--
		}
		if err != nil {
			v.Bad, v.Problem = walk.Next, err.Error()
			return v, nil
		}
		v.To = r.Index
	}
	switch {
	case v.To < last:
		v.Bad, v.Problem = v.To+1, "it is missing"
	case last == head.Index && last >= from && walk.Previous != head.Hash:
		v.Bad, v.Problem = last, "the chain's head names another hash"
	}
	return v, nil
}

// hashOf returns the hash of a record, "" where there is none that can be read.
func (s *Service) hashOf(ctx context.Context, tenant string, index uint64) (string, error) {
	r, err := s.Log.Get(ctx, tenant, index)
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Internal) {
		return "", nil
	}
	return r.Hash, err
}

var errChanged = errors.New("it is not the record that a checkpoint has fixed")

// maxRead is how many checkpoints one verification reads in either direction.
const maxRead = 500

// fixed returns the hashes that checkpoints name of the records from an index to a last, which it takes back to where it has come.
// The hour in which the first of the records says it was made tells where to begin; a late run fixes records in an earlier window.
func (s *Service) fixed(ctx context.Context, newest Checkpoint, from uint64, last *uint64) (map[uint64]string, error) {
	hashes := map[uint64]string{}
	if newest.Size == 0 {
		return hashes, nil
	}
	begin, err := s.windowOf(ctx, newest, from)
	if err != nil {
		return nil, err
	}
	for window, n := begin, 0; n < maxRead; window, n = window.Add(-Period), n+1 {
		c, _, err := s.read(ctx, newest.Tenant, window)
		if errs.Is(err, errs.NotFound) {
			break
		}
		if err != nil {
			return nil, err
		}
		if c.name(hashes) <= from {
			break
		}
	}
	for window, n := begin.Add(Period), 0; !window.After(newest.Window); window, n = window.Add(Period), n+1 {
		c, _, err := s.read(ctx, newest.Tenant, window)
		if err != nil {
			return nil, err
		}
		c.name(hashes)
		if n == maxRead && c.Size >= from {
			*last = min(*last, c.Size)
		}
		if n == maxRead || c.Size >= *last {
			break
		}
	}
	return hashes, nil
}

// windowOf returns the window in which a record was made, by its own word, but none that has no checkpoint yet.
func (s *Service) windowOf(ctx context.Context, newest Checkpoint, index uint64) (time.Time, error) {
	r, err := s.Log.Get(ctx, newest.Tenant, index)
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Internal) { // the walk says what is wrong with it
		return newest.Window, nil
	}
	if err != nil {
		return newest.Window, err
	}
	made, err := time.Parse(time.RFC3339, r.Time)
	if window := made.Truncate(Period).Add(Period); err == nil && window.Before(newest.Window) {
		return window, nil
	}
	return newest.Window, nil
}

// name adds the hashes of a checkpoint by their index, and returns the first of these.
func (c Checkpoint) name(hashes map[uint64]string) (first uint64) {
	first = c.Size - uint64(len(c.Hashes)) + 1
	for i, hash := range c.Hashes {
		hashes[first+uint64(i)] = hash
	}
	return first
}
