package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"github.com/customerai/customerai/shared/storage/queue"
)

// redrive moves messages one at a time, each at a tick of the pace, until the dead-letter queue gives none that is new or most
// have been moved. What was sent back and fails again while it runs stays where it ends up: its cause is not mended. It
// returns how many were moved, also with an error.
func redrive(ctx context.Context, from, to queue.Queue, pace <-chan time.Time, most int) (int, error) {
	moved := 0
	sent := map[[sha256.Size]byte]bool{}
	for {
		limit := queue.MaxBatch
		if most > 0 {
			limit = min(limit, most-moved)
		}
		if limit == 0 {
			return moved, nil
		}
		deliveries, err := from.Receive(ctx, limit)
		if err != nil {
			return moved, fmt.Errorf("receive from the dead-letter queue: %w", err)
		}
		deliveries = slices.DeleteFunc(deliveries, func(d queue.Delivery) bool { return sent[sha256.Sum256([]byte(d.Body))] })
		if len(deliveries) == 0 {
			return moved, nil
		}
		for _, delivery := range deliveries {
			select {
			case <-ctx.Done():
				return moved, ctx.Err()
			case <-pace:
			}
			if err := to.Send(ctx, delivery.Body); err != nil {
				return moved, fmt.Errorf("send message %s back: %w", delivery.ID, err)
			}
			// Only what is safely in the other queue may leave this one.
			if err := from.Delete(ctx, delivery.Receipt); err != nil {
				return moved, fmt.Errorf("delete message %s, which was sent back: %w", delivery.ID, err)
			}
			sent[sha256.Sum256([]byte(delivery.Body))] = true
			moved++
		}
	}
}
