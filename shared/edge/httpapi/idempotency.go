package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/customerai/customerai/shared/edge/capture"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/strictjson"
	"github.com/customerai/customerai/shared/trust/auth"
)

const (
	idempotencyHeader = "Idempotency-Key"
	replayedHeader    = "Idempotency-Replayed"
	maxKey            = 255
	keyLifetime       = 24 * time.Hour
	leaseMargin       = 10 * time.Second // clocks of two environments may differ by half of it
	settleTime        = 2 * time.Second  // to keep the answer, or free the key, after the operation's own time is up
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

// idempotency is the middleware for one route. The contract: the first answer that is not an error is repeated, status
// included, for 24 hours; the key with another request is a conflict, and so is the key while its first request is at
// work; an error frees the key; a worker that dies frees it when its lease ends; keys are the tenant's and the
// operation's own; without the table nothing is done.
type idempotency struct {
	config Config
	lease  time.Duration
	route  manifest.Route
	next   http.Handler
}

func idempotent(config Config, timeout time.Duration, route manifest.Route, next http.Handler) http.Handler {
	if !route.Idempotent {
		return next
	}
	return &idempotency{config: config, lease: timeout + leaseMargin, route: route, next: next}
}

func (m *idempotency) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	keys := r.Header.Values(idempotencyHeader)
	if len(keys) == 0 {
		m.next.ServeHTTP(w, r)
		return
	}
	if len(keys) > 1 || !isKey(keys[0]) {
		x := exchangeFrom(r.Context())
		x.fields = append(x.fields, errs.Field{Path: idempotencyHeader, Message: "must be one value of 1 to 255 visible ASCII characters"})
		m.next.ServeHTTP(w, r) // which reports it with the input's other problems
		return
	}
	principal, _ := auth.PrincipalFrom(r.Context())
	item := table.Item{Key: table.Key{Partition: principal.Tenant + "#idempotency", Sort: m.route.OperationID + "#" + keys[0]}}
	item, answer, err := m.begin(r.Context(), item, fingerprint(r))
	switch {
	case err != nil:
		WriteProblem(w, r, err)
	case answer != nil:
		replay(w, r, answer)
	default:
		m.work(w, r, item) //nolint:contextcheck // the key is settled after the request's own time, too
	}
}

// begin takes the lease, or returns the answer that is already there. The item returned has the version that holds the lease.
func (m *idempotency) begin(ctx context.Context, item table.Item, fingerprint string) (table.Item, *attempt, error) {
	now := m.config.Now()
	lease := attempt{Fingerprint: fingerprint, LeaseUntil: now.Add(m.lease)}
	item.Expires = now.Add(keyLifetime)
	fresh, err := m.put(ctx, item, lease, table.Absent())
	if err == nil || !errs.Is(err, errs.Conflict) {
		return fresh, nil, err
	}
	item, err = m.config.Idempotency.Get(ctx, item.Key)
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
func (m *idempotency) put(ctx context.Context, item table.Item, a attempt, condition table.Condition) (table.Item, error) {
	value, err := strictjson.Marshal(a)
	if err != nil {
		return item, err
	}
	item = item.With(value)
	if err := m.config.Idempotency.Put(ctx, item, condition); err != nil {
		return item, err
	}
	version, _ := condition.AsVersion() // 0 for Absent
	item.Version = version + 1
	return item, nil
}

// work runs the operation and keeps its answer, or frees the key, whatever happens, a panic included.
func (m *idempotency) work(w http.ResponseWriter, r *http.Request, item table.Item) {
	buffered := capture.New()
	done := false
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), settleTime)
		defer cancel()
		if err := m.settle(ctx, item, fingerprint(r), buffered, done); err != nil {
			// The client gets its answer all the same: the work is done. A repeat may do it again once the lease ends.
			m.config.Logger.LogAttrs(ctx, slog.LevelError, "idempotency key not settled",
				slog.String("operation", m.route.OperationID), slog.String("cause", err.Error()))
		}
	}()
	m.next.ServeHTTP(buffered, r)
	done = true
	buffered.FlushTo(w)
}

func (m *idempotency) settle(ctx context.Context, item table.Item, fingerprint string, answer *capture.Response, done bool) error {
	holder := table.Version(item.Version)
	if !done || answer.Status() >= http.StatusBadRequest {
		return m.config.Idempotency.Delete(ctx, item.Key, holder)
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
	exchangeFrom(r.Context()).replayed = true
	if answer.TooLarge {
		WriteProblem(w, r, errs.New(errs.Conflict, "the request was done already; its answer is too large to repeat"))
		return
	}
	for name, value := range answer.Header {
		w.Header().Set(name, value)
	}
	w.Header().Set(replayedHeader, "true")
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body) //nolint:gosec // an answer of our own, repeated; and when it fails the client is gone
}

func inFlight(wait time.Duration) error {
	seconds := max(1, int((wait+time.Second-1)/time.Second))
	return WithHeader(errs.New(errs.Conflict, "the first request with this Idempotency-Key is still at work"), "Retry-After", strconv.Itoa(seconds))
}

// fingerprint tells one request of an operation from another. The body has been read by the body middleware.
func fingerprint(r *http.Request) string {
	hash := sha256.New()
	_, _ = io.WriteString(hash, r.URL.EscapedPath()+"\x00"+r.URL.RawQuery+"\x00") // a hash does not fail
	if body, ok := r.Body.(memory); ok {
		_, _ = hash.Write(body.data)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

func isKey(key string) bool {
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return false
		}
	}
	return key != "" && len(key) <= maxKey
}
