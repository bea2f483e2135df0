// Package idempotency answers a repeated request with the answer to the first one, and does its work once.
//
// Normal use: around one route, inside of what reads its body.
//
//	next = idempotency.Middleware(idempotency.Config{Table: t, Now: now, Logger: logger}, route, timeout, next)
//
// The first answer that is not an error is repeated, status included, for 24 hours. An error frees the key; a worker that
// dies frees it when its lease ends. Keys are the principal's and the operation's own: what two programs of one tenant count up
// from 1 would otherwise give one of them the other's answer.
//
// It refuses the key with another request, and the key while its first request is at work: both are conflicts. Without the
// table nothing is done.
package idempotency

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/customerai/customerai/shared/edge/capture"
	"github.com/customerai/customerai/shared/edge/httpapi/exchange"
	"github.com/customerai/customerai/shared/edge/httpapi/problem"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/strictjson"
	"github.com/customerai/customerai/shared/trust/auth"
)

// What the description of a route says of keys.
const (
	Header = "Idempotency-Key"
	MaxKey = 255
)

// SettleTime is for keeping the answer, or freeing the key, after the operation's own time is up.
const SettleTime = 2 * time.Second

const (
	replayedHeader = "Idempotency-Replayed"
	keyLifetime    = 24 * time.Hour
	leaseMargin    = 10 * time.Second // clocks of two environments may differ by half of it
)

// attempt is what is kept under a key: first a lease on the work, then its answer.
type attempt struct {
	Fingerprint string            `json:"fingerprint"` // of the request
	LeaseUntil  time.Time         `json:"leaseUntil,omitzero"`
	Status      int               `json:"status,omitzero"` // 0 while the work is being done
	Header      map[string]string `json:"header,omitempty"`
	Body        []byte            `json:"body,omitempty"`
	TooLarge    bool              `json:"tooLarge,omitzero"` // the answer did not fit into an item
}

// Config is what the middleware needs to know of the deployment.
type Config struct {
	Table  table.Table
	Now    func() time.Time
	Logger *slog.Logger
}

// middleware is that of one route.
type middleware struct {
	Config
	lease time.Duration
	route manifest.Route
	next  http.Handler
}

// Middleware repeats answers on a route that accepts keys. The timeout is the function's: work that takes longer is dead.
func Middleware(config Config, route manifest.Route, timeout time.Duration, next http.Handler) http.Handler {
	if !route.Idempotent {
		return next
	}
	return &middleware{Config: config, lease: timeout + leaseMargin, route: route, next: next}
}

func (m *middleware) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	keys := r.Header.Values(Header)
	if len(keys) == 0 {
		m.next.ServeHTTP(w, r)
		return
	}
	if len(keys) > 1 || !isKey(keys[0]) {
		x := exchange.From(r.Context())
		x.Fields = append(x.Fields, errs.Field{Path: Header, Message: "must be one value of 1 to 255 visible ASCII characters"})
		m.next.ServeHTTP(w, r) // which reports it with the input's other problems
		return
	}
	principal, _ := auth.PrincipalFrom(r.Context())
	item := table.Item{Key: table.Key{
		Partition: principal.Tenant + "#idempotency", Sort: m.route.OperationID + "#" + principal.Subject + "#" + keys[0],
	}}
	item, answer, err := m.begin(r.Context(), item, fingerprint(r))
	switch {
	case err != nil:
		problem.Write(w, r, err)
	case answer != nil:
		replay(w, r, answer)
	default:
		m.work(w, r, item) //nolint:contextcheck // the key is settled after the request's own time, too
	}
}

// begin takes the lease, or returns the answer that is already there. The item returned has the version that holds the lease.
func (m *middleware) begin(ctx context.Context, item table.Item, fingerprint string) (table.Item, *attempt, error) {
	now := m.Now()
	lease := attempt{Fingerprint: fingerprint, LeaseUntil: now.Add(m.lease)}
	item.Expires = now.Add(keyLifetime)
	fresh, err := m.put(ctx, item, lease, table.Absent())
	if err == nil || !errs.Is(err, errs.Conflict) {
		return fresh, nil, err
	}
	item, err = m.Table.Get(ctx, item.Key)
	if errs.Is(err, errs.NotFound) { // freed just now
		return item, nil, inFlight(time.Second)
	}
	if err != nil {
		return item, nil, err
	}
	var kept attempt
	if err := strictjson.Unmarshal(item.Value, &kept); err != nil {
		return item, nil, errs.Wrap(errs.Internal, "read the idempotency record", err)
	}
	switch {
	case kept.Fingerprint != fingerprint:
		return item, nil, errs.New(errs.Conflict, "the Idempotency-Key was used with another request")
	case kept.Status != 0:
		return item, &kept, nil
	case now.Before(kept.LeaseUntil):
		return item, nil, inFlight(kept.LeaseUntil.Sub(now))
	}
	item.Expires = now.Add(keyLifetime)
	taken, err := m.put(ctx, item, lease, table.Version(item.Version))
	if errs.Is(err, errs.Conflict) {
		err = inFlight(time.Second)
	}
	return taken, nil, err
}

// put writes the attempt and returns the item with the version it now has.
func (m *middleware) put(ctx context.Context, item table.Item, a attempt, condition table.Condition) (table.Item, error) {
	value, err := strictjson.Marshal(a)
	if err != nil {
		return item, err
	}
	item = item.With(value)
	if err := m.Table.Put(ctx, item, condition); err != nil {
		return item, err
	}
	version, _ := condition.AsVersion() // 0 for Absent
	item.Version = version + 1
	return item, nil
}

// work runs the operation and keeps its answer, or frees the key, whatever happens, a panic included.
func (m *middleware) work(w http.ResponseWriter, r *http.Request, item table.Item) {
	buffered := capture.New()
	done := false
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), SettleTime)
		defer cancel()
		if err := m.settle(ctx, item, fingerprint(r), buffered, done); err != nil {
			// The client gets its answer all the same: the work is done. A repeat may do it again once the lease ends.
			m.Logger.LogAttrs(ctx, slog.LevelError, "idempotency key not settled",
				slog.String("operation", m.route.OperationID), slog.String("cause", err.Error()))
		}
	}()
	m.next.ServeHTTP(buffered, r)
	done = true
	buffered.FlushTo(w)
}

func (m *middleware) settle(ctx context.Context, item table.Item, fingerprint string, answer *capture.Response, done bool) error {
	holder := table.Version(item.Version)
	if !done || answer.Status() >= http.StatusBadRequest {
		return m.Table.Delete(ctx, item.Key, holder)
	}
	kept := attempt{Fingerprint: fingerprint, Status: answer.Status(), Body: answer.Body(), Header: map[string]string{}}
	for name := range answer.Sent() {
		kept.Header[name] = answer.Sent().Get(name)
	}
	_, err := m.put(ctx, item, kept, holder)
	if errs.Is(err, errs.TooLarge) {
		kept.Body, kept.TooLarge = nil, true
		_, err = m.put(ctx, item, kept, holder)
	}
	return err
}

func replay(w http.ResponseWriter, r *http.Request, answer *attempt) {
	exchange.From(r.Context()).Replayed = true
	if answer.TooLarge {
		problem.Write(w, r, errs.New(errs.Conflict, "the request was done already; its answer is too large to repeat"))
		return
	}
	for name, value := range answer.Header {
		w.Header().Set(name, value)
	}
	w.Header().Set(replayedHeader, "true")
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body) // when it fails the client is gone
}

func inFlight(wait time.Duration) error {
	return problem.RetryAfter(errs.New(errs.Conflict, "the first request with this Idempotency-Key is still at work"), wait)
}

// fingerprint tells one request of an operation from another.
func fingerprint(r *http.Request) string {
	hash := sha256.New()
	_, _ = io.WriteString(hash, r.URL.EscapedPath()+"\x00"+r.URL.RawQuery+"\x00") // a hash does not fail
	_, _ = hash.Write(exchange.From(r.Context()).Body)
	return hex.EncodeToString(hash.Sum(nil))
}

func isKey(key string) bool {
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return false
		}
	}
	return key != "" && len(key) <= MaxKey
}
