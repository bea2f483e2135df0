// Package stores gives tests the stores that most of them need.
//
// Normal use:
//
//	uploads := stores.Bucket(t)
//	var chunks stores.Sent
//	splitter := &batch.Splitter{Table: memtable.New(now), Uploads: uploads, Chunks: &chunks, …}
//	…
//	for _, message := range chunks { … }
//
// It refuses a bucket that does not close at the end of its test.
package stores

import (
	"context"
	"testing"

	"github.com/customerai/customerai/shared/storage/blob/dirblob"
)

// Bucket is an empty bucket in a folder that goes with the test.
func Bucket(t testing.TB) *dirblob.Bucket {
	t.Helper()
	bucket, err := dirblob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := bucket.Close(); err != nil {
			t.Error(err)
		}
	})
	return bucket
}

// Sent is the sending side of a queue that nobody receives from: the messages, in the order in which they were sent.
type Sent []string

// Send keeps the messages.
func (s *Sent) Send(_ context.Context, bodies ...string) error {
	*s = append(*s, bodies...)
	return nil
}
