package gateway

import (
	"net/http"
	"sync"
	"time"

	"github.com/customerai/customerai/shared/edge/httpapi/problem"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
)

// Limits are what the stage and each client are held to, as by the stage's and the usage plan's throttles of API Gateway. What is
// zero limits nothing; the routes' own throttles hold once the stage is limited.
type Limits struct {
	Rate       int // requests per second over all clients
	Burst      int // and how many may come at once
	ClientRate int // requests per second of one client, of which two seconds' worth may come at once
}

// clientBurst is how many seconds' worth of requests a client may send at once: the usage plan's.
const clientBurst = 2

// buckets is a token bucket for each key. Each holds up to burst tokens and gains rate a second; a request takes one.
type buckets struct {
	rate, burst float64

	mu   sync.Mutex
	byID map[string]bucket
	tidy int // how many there may be until the full ones are dropped
}

type bucket struct {
	tokens float64
	at     time.Time
}

const fewBuckets = 1024

func newBuckets(rate, burst float64) *buckets {
	return &buckets{rate: rate, burst: burst, byID: map[string]bucket{}, tidy: fewBuckets}
}

// take takes a token from the bucket, or reports how long it takes until there is one. A clock that goes back gains nothing and
// costs nothing.
func (b *buckets) take(id string, now time.Time) (wait time.Duration, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	have := b.now(id, now)
	ok = have.tokens >= 1
	if ok {
		have.tokens--
	} else {
		wait = time.Duration((1 - have.tokens) / b.rate * float64(time.Second))
	}
	b.byID[id] = have
	if len(b.byID) > b.tidy {
		for id := range b.byID { // a full bucket is as good as none
			if b.now(id, now).tokens >= b.burst {
				delete(b.byID, id)
			}
		}
		b.tidy = max(fewBuckets, 2*len(b.byID))
	}
	return wait, ok
}

func (b *buckets) now(id string, now time.Time) bucket {
	have, known := b.byID[id]
	if !known {
		return bucket{b.burst, now}
	}
	if passed := now.Sub(have.at); passed > 0 {
		have.tokens = min(b.burst, have.tokens+b.rate*passed.Seconds())
		have.at = now
	}
	return have
}

var errThrottled = errs.New(errs.RateLimited, "too many requests; try again later")

// throttled is the refusal of a request for which there was no token, with the time after which there is one.
func throttled(wait time.Duration) error { return problem.RetryAfter(errThrottled, wait) }

// limits holds requests to the stage's and the routes' limits, and clients to theirs.
type limits struct {
	now           func() time.Time
	stage, client *buckets            // nil: without limit
	routes        map[string]*buckets // by method and path
}

func newLimits(config Config) *limits {
	l := &limits{now: config.Now, routes: map[string]*buckets{}}
	if l.now == nil {
		l.now = time.Now
	}
	if config.Limits.ClientRate > 0 {
		l.client = newBuckets(float64(config.Limits.ClientRate), float64(clientBurst*config.Limits.ClientRate))
	}
	if config.Limits.Rate > 0 {
		l.stage = newBuckets(float64(config.Limits.Rate), float64(max(1, config.Limits.Burst)))
		for _, route := range manifest.Routes() {
			if route.Throttle.Burst > 0 {
				l.routes[route.Method+" "+route.Path] = newBuckets(route.Throttle.RatePerSecond, float64(route.Throttle.Burst))
			}
		}
	}
	return l
}

// request takes a token of the stage, and of the route if it has limits of its own.
func (l *limits) request(r *http.Request, path string) error {
	return l.takeAll([]*buckets{l.stage, l.routes[r.Method+" "+path]}, "")
}

// of takes a token of the client.
func (l *limits) of(usageKey string) error { return l.takeAll([]*buckets{l.client}, usageKey) }

func (l *limits) takeAll(all []*buckets, id string) error {
	for _, b := range all {
		if b == nil {
			continue
		}
		if wait, ok := b.take(id, l.now()); !ok {
			return throttled(wait)
		}
	}
	return nil
}
