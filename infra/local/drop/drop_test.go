package drop_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/customerai/customerai/infra/local/drop"
	"github.com/customerai/customerai/shared/edge/lambdaevent"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/blob/dirblob"
	"github.com/customerai/customerai/shared/testkit/stores"
)

// keysOf are the keys that the watcher's messages announce.
func keysOf(t *testing.T, sent *stores.Sent) []string {
	t.Helper()
	var keys []string
	for _, body := range *sent {
		objects, err := lambdaevent.S3Objects(body)
		if err != nil {
			t.Fatalf("the notification is not one that the functions read: %v", err)
		}
		for _, object := range objects {
			keys = append(keys, object.Key)
		}
	}
	return keys
}

func setUp(t *testing.T) (string, *drop.Watcher, *stores.Sent) {
	t.Helper()
	folder := t.TempDir()
	bucket, err := dirblob.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bucket.Close() })
	queue := &stores.Sent{}
	now := func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }
	return folder, drop.New(bucket, "uploads", queue, now), queue
}

func write(t *testing.T, folder, name, content string) {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func look(t *testing.T, w *drop.Watcher, times int) {
	t.Helper()
	for range times {
		if err := w.Look(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAFileIsAnnouncedOnceItHoldsStill(t *testing.T) {
	folder, watcher, queue := setUp(t)
	write(t, folder, "march + april.csv", "text\nhello\n")
	look(t, watcher, 1)
	if len(*queue) != 0 {
		t.Fatalf("after one look %d notifications, want none yet", len(*queue))
	}
	write(t, folder, "march + april.csv", "text\nhello\nagain\n")
	look(t, watcher, 1)
	if len(*queue) != 0 {
		t.Fatalf("after a change %d notifications, want none yet", len(*queue))
	}
	look(t, watcher, 3)
	if got := keysOf(t, queue); len(got) != 1 || got[0] != "march + april.csv" {
		t.Errorf("announced %q, want the file, once, by its own name", got)
	}
}

func TestAChangedFileIsAnnouncedAgain(t *testing.T) {
	folder, watcher, queue := setUp(t)
	write(t, folder, "team/a.csv", "text\nhello\n")
	look(t, watcher, 2)
	write(t, folder, "team/a.csv", "text\nhello, world\n")
	look(t, watcher, 2)
	if got := keysOf(t, queue); len(got) != 2 || got[1] != "team/a.csv" {
		t.Errorf("announced %q, want the file twice", got)
	}
}

func TestRunAnnouncesUntilItIsStopped(t *testing.T) {
	folder, watcher, queue := setUp(t)
	write(t, folder, "a.csv", "text\nhello\n")
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		watcher.Run(ctx, time.Second, slog.New(slog.DiscardHandler))
	})
	if got := keysOf(t, queue); len(got) != 1 || got[0] != "a.csv" {
		t.Errorf("announced %q, want the file, once", got)
	}
}

// brokenBucket cannot be listed.
type brokenBucket struct{ blob.Bucket }

func (brokenBucket) List(context.Context, string, string, int) (blob.Page, error) {
	return blob.Page{}, errors.New("the disk is gone")
}

func TestAFolderThatCannotBeReadIsLoggedAndTriedAgain(t *testing.T) {
	var log bytes.Buffer
	watcher := drop.New(brokenBucket{}, "uploads", &stores.Sent{}, time.Now)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		watcher.Run(ctx, time.Second, slog.New(slog.NewTextHandler(&log, nil)))
	})
	if got := strings.Count(log.String(), "the disk is gone"); got != 3 {
		t.Errorf("%d lines tell of the failure, want one for each of 3 looks:\n%s", got, log.String())
	}
}

// fullQueue takes nothing.
type fullQueue struct{}

func (fullQueue) Send(context.Context, ...string) error { return errors.New("the queue is full") }

func TestAFileThatCouldNotBeAnnouncedIsAnnouncedLater(t *testing.T) {
	bucket := stores.Bucket(t)
	if _, err := bucket.Write(t.Context(), "b.csv", strings.NewReader("text\nhello\n"), blob.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	watcher := drop.New(bucket, "uploads", fullQueue{}, time.Now)
	look(t, watcher, 1)
	for range 2 {
		if err := watcher.Look(t.Context()); err == nil || !strings.Contains(err.Error(), "announce b.csv: the queue is full") {
			t.Errorf("Look = %v, want it to name the file and try again", err)
		}
	}
}

func TestARemovedFileIsForgotten(t *testing.T) {
	folder, watcher, queue := setUp(t)
	write(t, folder, "a.csv", "text\nhello\n")
	look(t, watcher, 2)
	if err := os.Remove(filepath.Join(folder, "a.csv")); err != nil {
		t.Fatal(err)
	}
	look(t, watcher, 2)
	if len(*queue) != 1 {
		t.Errorf("%d notifications, want the one from before", len(*queue))
	}
}
