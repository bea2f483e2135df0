package gateway

import "time"

// NewBuckets, Take and Len open the token buckets to their tests.
func NewBuckets(rate, burst float64) *buckets { return newBuckets(rate, burst) }

func (b *buckets) Take(id string, now time.Time) (time.Duration, bool) { return b.take(id, now) }
func (b *buckets) Len() int                                            { return len(b.byID) }
