// Package drop does on a laptop what S3 does when an object lands: it tells the uploads queue.
//
// Normal use: one Run for the uploads bucket, for as long as the process serves.
//
// It refuses half-copied files: an object is announced once its size and time have held still between two looks. After a
// restart everything is announced again, which finishes what a crash left; the batch path knows what is done.
package drop

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/customerai/customerai/shared/storage/blob"
)

// Sender is the uploads queue.
type Sender interface {
	Send(ctx context.Context, bodies ...string) error
}

// Watcher announces the objects of a bucket. Make it with New.
type Watcher struct {
	bucket    blob.Bucket
	name      string
	queue     Sender
	now       func() time.Time
	seen      map[string]string // key > ETag at the last look
	announced map[string]string // key > ETag announced
}

// New returns a watcher of the bucket, which the notifications call name.
func New(bucket blob.Bucket, name string, queue Sender, now func() time.Time) *Watcher {
	return &Watcher{bucket: bucket, name: name, queue: queue, now: now, seen: map[string]string{}, announced: map[string]string{}}
}

// Run looks every interval until ctx ends.
func (w *Watcher) Run(ctx context.Context, interval time.Duration, logger *slog.Logger) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		if err := w.Look(ctx); err != nil && ctx.Err() == nil {
			logger.ErrorContext(ctx, "look for dropped files", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

const pageSize = 1000

// Look announces every object that is new or changed and has not moved since the last look.
func (w *Watcher) Look(ctx context.Context) error {
	seen := make(map[string]string, len(w.seen))
	for cursor := ""; ; {
		page, err := w.bucket.List(ctx, "", cursor, pageSize)
		if err != nil {
			return fmt.Errorf("list %s: %w", w.name, err)
		}
		for _, object := range page.Objects {
			seen[object.Key] = object.ETag
			if w.seen[object.Key] != object.ETag || w.announced[object.Key] == object.ETag {
				continue
			}
			if err := w.announce(ctx, object); err != nil {
				return fmt.Errorf("announce %s: %w", object.Key, err)
			}
			w.announced[object.Key] = object.ETag
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	for key := range w.announced {
		if _, there := seen[key]; !there {
			delete(w.announced, key)
		}
	}
	w.seen = seen
	return nil
}

// announce sends what S3 would send. A key in a notification is query-escaped, as S3's are.
func (w *Watcher) announce(ctx context.Context, object blob.Info) error {
	body, err := json.Marshal(events.S3Event{Records: []events.S3EventRecord{{
		EventVersion: "2.1",
		EventSource:  "aws:s3",
		EventName:    "ObjectCreated:Put",
		EventTime:    w.now().UTC(),
		S3: events.S3Entity{
			SchemaVersion: "1.0",
			Bucket:        events.S3Bucket{Name: w.name},
			Object: events.S3Object{
				Key:       url.QueryEscape(object.Key),
				Size:      object.Size,
				ETag:      object.ETag,
				Sequencer: fmt.Sprintf("%016X", object.Modified.UnixNano()),
			},
		},
	}}})
	if err != nil {
		return err
	}
	return w.queue.Send(ctx, string(body))
}
