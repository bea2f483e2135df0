package audit

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit/record"
)

// entry is one append on its way.
type entry struct {
	fields  record.Fields // but for index, time and previous
	effects []table.Write
	past    []Receipt     // attempts of earlier calls whose outcome is not known
	tried   []Receipt     // and of this one
	until   time.Time     // zero: no limit of its own
	turn    chan struct{} // a word for who waits: to lead, or that it is over
	over    bool          // guarded by the line, with what follows
	receipt Receipt
	err     error
}

// line is where the appends to one chain wait in this process: one transaction at a time, made by the one who has waited
// longest for all who have come meanwhile.
type line struct {
	mu      sync.Mutex
	busy    bool
	waiting []*entry
}

func (l *Log) line(tenant string) *line {
	l.mu.Lock()
	defer l.mu.Unlock()
	found, ok := l.lines[tenant]
	if !ok {
		found = &line{}
		l.lines[tenant] = found
	}
	return found
}

// append returns when the entry is in the chain or will not get there any more, as far as that can be known.
func (l *Log) append(ctx context.Context, e *entry) error {
	e.turn = make(chan struct{}, 1)
	e.until, _ = ctx.Deadline()
	line := l.line(e.fields.Tenant)
	if !line.join(e) {
		select {
		case <-e.turn:
		case <-ctx.Done():
			if line.leave(e) {
				return ctx.Err()
			}
			<-e.turn // it is in a transaction already, whose end tells what became of it
		}
		if line.isOver(e) {
			return e.err
		}
	}
	batch := line.take()
	work, cancel := batchContext(ctx, batch)
	defer cancel()
	l.write(work, batch)
	line.pass(batch)
	return e.err
}

// join reports whether the entry leads at once.
func (n *line) join(e *entry) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.waiting = append(n.waiting, e)
	leads := !n.busy
	n.busy = true
	return leads
}

// leave takes an entry out that has given up, unless it is being written. One that was to lead hands that on.
func (n *line) leave(e *entry) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	at := slices.Index(n.waiting, e)
	if at < 0 {
		return false
	}
	n.waiting = slices.Delete(n.waiting, at, at+1)
	select {
	case <-e.turn:
		n.wakeNext()
	default:
	}
	return true
}

func (n *line) isOver(e *entry) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return e.over
}

// take returns the entries of one transaction: from the front, as many as fit.
func (n *line) take() []*entry {
	n.mu.Lock()
	defer n.mu.Unlock()
	writes, bytes, count := housekeeping, 0, 0
	for _, e := range n.waiting {
		writes += 1 + len(e.effects)
		bytes += recordBytes
		for _, w := range e.effects {
			bytes += len(w.Item.Partition) + len(w.Item.Sort) + len(w.Item.Value)
		}
		if count > 0 && (writes > table.MaxTransaction || bytes > table.MaxTransactBytes) {
			break
		}
		count++
	}
	batch := slices.Clone(n.waiting[:count])
	n.waiting = slices.Delete(n.waiting, 0, count)
	return batch
}

// pass tells everybody in the batch that it is over, and the next in line to lead.
func (n *line) pass(batch []*entry) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, e := range batch {
		e.over = true
		e.turn <- struct{}{} // nobody reads the leader's own
	}
	n.wakeNext()
}

func (n *line) wakeNext() {
	if len(n.waiting) == 0 {
		n.busy = false
		return
	}
	n.waiting[0].turn <- struct{}{}
}

// patience is how long one transaction may take, retries included.
const patience = 5 * time.Second

// batchContext outlives the one request that happens to lead, but not the last of those that wait.
func batchContext(ctx context.Context, batch []*entry) (context.Context, context.CancelFunc) {
	work, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	latest := time.Time{}
	for _, e := range batch {
		if e.until.IsZero() {
			return work, cancel
		}
		if e.until.After(latest) {
			latest = e.until
		}
	}
	sooner, done := context.WithDeadline(work, latest)
	return sooner, func() { done(); cancel() }
}
