// Package throttle slows down those who guess secrets, and nobody else.
//
// Normal use, around one check of a name and a secret:
//
//	attempt, err := throttle.Begin(ctx, set, name, source)   // errs.RateLimited: not now; see RetryAfter
//	… check …
//	err = throttle.Succeed(ctx, attempt)   // or throttle.Fail(ctx, attempt)
//
// Failures are counted for a name from a source, and for a source whatever the name. Each count allows some failures, then makes the
// source wait, twice as long each time. A source is what the gateway saw, an IPv6 network of 64 bits counting as one.
//
// Nothing is counted for a name alone: that would let anybody lock out somebody else from afar. A source from which a name has
// signed in before is not held to the source's count either, so that an office is not locked out by one of its machines, and costs
// one read and no write.
//
// An attempt is counted before the secret is looked at and given back when it was right: however many come at once, no more are
// checked than may be. It refuses to go on without the table.
package throttle

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/tink-crypto/tink-go/v2/prf"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/strictjson"
)

// Policy is how patient a count is.
type Policy struct {
	Free    int           // failures that cost nothing
	First   time.Duration // the first wait after them; each further one is twice as long
	Longest time.Duration
	Forget  time.Duration // one failure is forgotten each time that this has passed
}

// The two policies. A person who mistypes waits a second at the sixth attempt; a program that guesses gets one guess in a quarter
// of an hour.
var (
	PerName   = Policy{Free: 5, First: time.Second, Longest: 15 * time.Minute, Forget: 15 * time.Minute}
	PerSource = Policy{Free: 50, First: time.Second, Longest: 15 * time.Minute, Forget: 30 * time.Second}
)

// trust is how long a source is remembered from which a name has signed in.
const trust = 30 * 24 * time.Hour

// Throttle counts. It is safe for concurrent use.
type Throttle struct {
	Table table.Table
	Now   func() time.Time
	NewID func() string // crypto/rand.Text
}

// Attempt is an attempt that may be made.
type Attempt struct {
	name, source counter
	before       state // of the source
	counted      bool  // before the check
}

// counter is one count, as it was read.
type counter struct {
	item table.Item
	state
}

type state struct {
	Failures int       `json:"failures"`
	At       time.Time `json:"at,omitzero"`    // of the last failure
	Until    time.Time `json:"until,omitzero"` // when the next attempt may be made
	Trusted  bool      `json:"trusted,omitzero"`
}

// waitError carries how long to wait.
type waitError struct {
	error
	wait time.Duration
}

func (e waitError) Unwrap() error { return e.error }

func tooMany(wait time.Duration) error {
	return waitError{errs.New(errs.RateLimited, "too many attempts; try again later"), wait}
}

// RetryAfter returns how long the refusal err asks to wait.
func RetryAfter(err error) (time.Duration, bool) {
	wait, ok := errors.AsType[waitError](err)
	return wait.wait, ok
}

// Source returns what counts as one source of an address: a network of 64 bits for IPv6, which one machine has to itself. What
// is no address is one source, too.
func Source(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return "unknown"
	}
	if a = a.Unmap().WithZone(""); a.Is4() {
		return a.String()
	}
	network, err := a.Prefix(64)
	if err != nil {
		return "unknown"
	}
	return network.String()
}

// counts are so often read again when another attempt came between.
const counts = 3

// Begin allows an attempt on a name from a source and counts it, or returns errs.RateLimited. The name is a kind and what
// somebody claims to be; both are kept as pseudonyms.
func (t *Throttle) Begin(ctx context.Context, pseudonyms prf.Set, name, source string) (Attempt, error) {
	pair, err := place(pseudonyms, "name", name+"\x00"+source)
	if err != nil {
		return Attempt{}, err
	}
	all, err := place(pseudonyms, "source", source)
	if err != nil {
		return Attempt{}, err
	}
	for range counts {
		attempt, err := t.begin(ctx, pair, all)
		if !errs.Is(err, errs.Conflict) {
			return attempt, err
		}
	}
	return Attempt{}, tooMany(time.Second)
}

func (t *Throttle) begin(ctx context.Context, pair, all table.Key) (a Attempt, err error) {
	if a.name, err = t.read(ctx, pair); err != nil {
		return Attempt{}, err
	}
	a.source.item.Key = all
	if a.name.Trusted && a.name.Failures == 0 {
		return a, nil
	}
	if a.source, err = t.read(ctx, all); err != nil {
		return Attempt{}, err
	}
	now := t.Now()
	wait := a.name.Until.Sub(now)
	if !a.name.Trusted {
		wait = max(wait, a.source.Until.Sub(now))
	}
	if wait > 0 {
		return Attempt{}, tooMany(wait)
	}
	a.before, a.counted = a.source.state, true
	err = t.count(ctx, &a, now)
	return a, err
}

// count adds a failure to both counts.
func (t *Throttle) count(ctx context.Context, a *Attempt, now time.Time) error {
	a.name.state = PerName.after(a.name.state, now)
	a.source.state = PerSource.after(a.source.state, now)
	var writes []table.Write
	for _, c := range []*counter{&a.name, &a.source} {
		write, err := c.put(now)
		if err != nil {
			return err
		}
		writes = append(writes, write)
	}
	if err := t.Table.Transact(ctx, t.NewID(), writes); err != nil {
		return fmt.Errorf("count an attempt: %w", err)
	}
	a.name.item.Version++
	a.source.item.Version++
	return nil
}

// Fail keeps the attempt's count.
func (t *Throttle) Fail(ctx context.Context, a Attempt) error {
	if a.counted {
		return nil
	}
	// The source was trusted until now. Both counts may have moved meanwhile; then somebody else's failure stands for this one.
	var err error
	if a.source, err = t.read(ctx, a.source.item.Key); err != nil {
		return err
	}
	if err := t.count(ctx, &a, t.Now()); err != nil && !errs.Is(err, errs.Conflict) {
		return err
	}
	return nil
}

// Succeed gives the attempt's count back and remembers the source.
func (t *Throttle) Succeed(ctx context.Context, a Attempt) error {
	if !a.counted {
		return nil
	}
	now := t.Now()
	a.name.state = state{Trusted: true}
	a.source.state = a.before // a wait that others have earned stays
	for _, c := range []*counter{&a.name, &a.source} {
		write, err := c.put(now)
		if err != nil {
			return err
		}
		if err := t.Table.Put(ctx, write.Item, write.Condition); err != nil && !errs.Is(err, errs.Conflict) {
			return fmt.Errorf("give an attempt back: %w", err)
		}
	}
	return nil
}

// after is the state after one more failure.
func (p Policy) after(s state, now time.Time) state {
	if passed := now.Sub(s.At); passed > 0 {
		s.Failures = max(0, s.Failures-int(passed/p.Forget))
	}
	s.Failures++
	s.At = now
	s.Until = time.Time{}
	if over := s.Failures - p.Free; over > 0 {
		s.Until = now.Add(min(p.Longest, p.First<<min(over-1, 20)))
	}
	return s
}

func (t *Throttle) read(ctx context.Context, key table.Key) (counter, error) {
	c := counter{item: table.Item{Key: key}}
	item, err := t.Table.Get(ctx, key)
	if errs.Is(err, errs.NotFound) {
		return c, nil
	}
	if err != nil {
		return c, fmt.Errorf("read a count of attempts: %w", err)
	}
	if err := strictjson.Unmarshal(item.Value, &c.state); err != nil {
		return c, errs.Wrap(errs.Internal, "read a count of attempts", err)
	}
	c.item = item
	return c, nil
}

// put is the write of a count over the version that was read.
func (c *counter) put(now time.Time) (table.Write, error) {
	value, err := strictjson.Marshal(c.state)
	if err != nil {
		return table.Write{}, fmt.Errorf("encode a count of attempts: %w", err)
	}
	condition := table.Absent()
	if c.item.Version > 0 {
		condition = table.Version(c.item.Version)
	}
	c.item.Value = value
	c.item.Expires = now.Add(24 * time.Hour)
	if c.Trusted {
		c.item.Expires = now.Add(trust)
	}
	return table.Put(c.item, condition), nil
}

// place is where a count is kept. Before somebody has signed in there is no tenant, so that it begins with the empty one.
func place(pseudonyms prf.Set, of, subject string) (table.Key, error) {
	digest, err := pseudonyms.ComputePrimaryPRF([]byte("throttle\x00"+of+"\x00"+subject), 32)
	if err != nil {
		return table.Key{}, errs.Wrap(errs.Internal, "make the pseudonym of an attempt", err)
	}
	return table.Key{Partition: "#throttle#" + base64.RawURLEncoding.EncodeToString(digest), Sort: of}, nil
}
