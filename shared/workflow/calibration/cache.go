package calibration

import (
	"context"
	"sync"
	"time"

	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/storage/table"
)

// maxTenants bounds what a Cache remembers.
const maxTenants = 1000

// Cache remembers the tenants' offsets for a while, so that not every request reads the table. It is safe for concurrent use.
// Make it with NewCache.
type Cache struct {
	service  Service
	now      func() time.Time
	lifetime time.Duration

	mu    sync.Mutex
	known map[string]remembered // by tenant
}

type remembered struct {
	offsets sentiment.Offsets
	until   time.Time
}

// NewCache returns a cache of what the table holds. Nothing is remembered for longer than the lifetime, and nothing at all with 0.
func NewCache(table table.Table, now func() time.Time, lifetime time.Duration) *Cache {
	return &Cache{service: Service{Table: table}, now: now, lifetime: lifetime, known: map[string]remembered{}}
}

// Offsets returns a tenant's offsets, as they are or were within the lifetime. Errors are the table's: what an answer says
// must not depend on whether the table could be asked.
func (c *Cache) Offsets(ctx context.Context, tenant string) (sentiment.Offsets, error) {
	now := c.now()
	c.mu.Lock()
	found, ok := c.known[tenant]
	c.mu.Unlock()
	if ok && now.Before(found.until) {
		return found.offsets, nil
	}
	setting, err := c.service.Current(ctx, tenant)
	if err != nil {
		return sentiment.Offsets{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= maxTenants {
		clear(c.known)
	}
	until := now.Add(c.lifetime).Round(0) // by the calendar: the clock that only runs forward stands still in a frozen environment
	c.known[tenant] = remembered{setting.Offsets, until}
	return setting.Offsets, nil
}
