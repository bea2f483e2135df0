package audit

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit/record"
)

const (
	housekeeping = 2       // writes of a transaction beside records and effects: the head, and a new chain's registration
	recordBytes  = 1 << 10 // more than a record and its key have
	moves        = 32      // times that the head may move before an append gives up
	maxSilences  = 3       // transactions in one append that are not answered
)

// head is the end of a chain.
type head struct {
	Index   uint64 `json:"index"`
	Hash    string `json:"hash"`
	version int64  // 0: there is no chain yet
}

func (l *Log) head(ctx context.Context, tenant string) (head, error) {
	h := head{Hash: record.Start}
	item, err := l.config.Table.Get(ctx, headKey(tenant))
	if errs.Is(err, errs.NotFound) {
		return h, nil
	}
	if err != nil {
		return h, fmt.Errorf("read the head of the audit chain: %w", err)
	}
	if err := json.Unmarshal(item.Value, &h); err != nil {
		return h, fmt.Errorf("decode the head of the audit chain: %w", err)
	}
	h.version = item.Version
	return h, nil
}

// write gives every entry of the batch its end: a receipt, or an error.
func (l *Log) write(ctx context.Context, batch []*entry) {
	refused := head{version: -1} // the head of a transaction that a condition ended
	silences := 0
	for try := range moves {
		h, err := l.head(ctx, batch[0].fields.Tenant)
		if err != nil {
			fail(batch, err)
			return
		}
		if batch = l.unsettled(ctx, h, batch); len(batch) == 0 {
			return
		}
		if h.version == refused.version { // so it was a condition of an effect
			l.narrow(ctx, batch, l.refusal(ctx, h, batch[0].fields.Tenant))
			return
		}
		receipts, err := l.transact(ctx, h, batch)
		switch {
		case err == nil:
			for i, e := range batch {
				e.receipt = receipts[i]
			}
			return
		case errs.Is(err, errs.Conflict):
			refused = h
			l.config.Sleep(ctx, pause(try, receipts[0].Hash))
			continue
		case definite(err):
			l.narrow(ctx, batch, fmt.Errorf("append to the audit chain: %w", err))
			return
		}
		for i, e := range batch {
			e.tried = append(e.tried, receipts[i])
		}
		if silences++; silences == maxSilences || ctx.Err() != nil {
			fail(batch, fmt.Errorf("append to the audit chain: %w", err))
			return
		}
	}
	fail(batch, errs.New(errs.Unavailable, "the audit chain is busy; try again"))
}

// refusal is the error of effects whose condition does not hold, unless it is the record's own: then the chain goes on
// beyond its head, somebody has been at the table, and nothing more is to be appended.
func (l *Log) refusal(ctx context.Context, h head, tenant string) error {
	if _, err := l.config.Table.Get(ctx, recordKey(tenant, h.Index+1)); err == nil {
		return fmt.Errorf("the audit chain goes on beyond its head, record %d", h.Index)
	}
	return errs.New(errs.Conflict, "a condition does not hold")
}

func fail(batch []*entry, err error) {
	for _, e := range batch {
		e.err = err
	}
}

// narrow finds the entries whose effects are refused, half by half, and lets the others through.
func (l *Log) narrow(ctx context.Context, batch []*entry, err error) {
	if len(batch) == 1 {
		fail(batch, err)
		return
	}
	half := len(batch) / 2
	l.write(ctx, batch[:half])
	l.write(ctx, batch[half:])
}

// unsettled returns the entries that still have to be written: those whose earlier attempts have not come true. An attempt
// beyond the head can come true no more once the head has moved, which is what the next transaction does.
func (l *Log) unsettled(ctx context.Context, h head, batch []*entry) []*entry {
	var rest []*entry
	for _, e := range batch {
		if settled, err := l.settle(ctx, h, e); err != nil {
			e.err = err
		} else if !settled {
			rest = append(rest, e)
		}
	}
	return rest
}

// settle looks for what may have become of an entry. One that this call has tried is done when it is there; one of an
// earlier call is errRecorded, as nobody knows with what effects.
func (l *Log) settle(ctx context.Context, h head, e *entry) (bool, error) {
	for _, attempt := range e.past {
		if found, err := l.has(ctx, h, e.fields.Tenant, attempt); err != nil || found {
			return false, cmp.Or(err, errRecorded)
		}
	}
	for _, attempt := range e.tried {
		if found, err := l.has(ctx, h, e.fields.Tenant, attempt); err != nil || found {
			e.receipt = attempt
			return true, err
		}
	}
	return false, nil
}

// has reports whether the record of an attempt is in the chain.
func (l *Log) has(ctx context.Context, h head, tenant string, attempt Receipt) (bool, error) {
	if attempt.Index > h.Index {
		return false, nil
	}
	item, err := l.config.Table.Get(ctx, recordKey(tenant, attempt.Index))
	if errs.Is(err, errs.NotFound) {
		return false, fmt.Errorf("the audit chain lacks record %d", attempt.Index)
	}
	if err != nil {
		return false, fmt.Errorf("look for the record of an earlier attempt: %w", err)
	}
	found, err := decode(item)
	return found.Hash == attempt.Hash, err
}

// transact sends the batch as one transaction. The receipts are where the records are, or would be.
func (l *Log) transact(ctx context.Context, h head, batch []*entry) ([]Receipt, error) {
	now := record.Time(l.config.Now())
	tenant := batch[0].fields.Tenant
	next := h
	receipts := make([]Receipt, len(batch))
	var writes []table.Write
	for i, e := range batch {
		f := e.fields
		f.Index, f.Time, f.Previous = next.Index+1, now, next.Hash
		sealed := record.Seal(f)
		next.Index, next.Hash = sealed.Index, sealed.Hash
		receipts[i] = Receipt{sealed.Index, sealed.Hash}
		writes = append(writes, table.Put(table.Item{Key: recordKey(tenant, sealed.Index), Value: sealed.Line()}, table.Absent()))
		writes = append(writes, e.effects...)
	}
	value, err := json.Marshal(next)
	if err != nil {
		return receipts, fmt.Errorf("encode the head: %w", err)
	}
	condition := table.Version(h.version)
	if h.version == 0 {
		condition = table.Absent()
		writes = append(writes, table.Put(table.Item{Key: chainKey(tenant)}, table.Absent()))
	}
	writes = append(writes, table.Put(table.Item{Key: headKey(tenant), Value: value}, condition))
	return receipts, l.config.Table.Transact(ctx, l.config.NewID(), writes)
}

// definite reports whether an answer leaves no doubt about what became of a transaction.
func definite(err error) bool {
	if err == nil {
		return true
	}
	coded, ok := errors.AsType[*errs.Error](err)
	return ok && coded.Code != errs.Unavailable
}

// pause grows with each try and differs between those who contend for one head, by the hash that each of them would have
// put there.
func pause(try int, hash string) time.Duration {
	spread := int(hash[0]^hash[1]^hash[2])%16 + 1
	return time.Duration(spread*min(try+1, 8)) * time.Millisecond
}
