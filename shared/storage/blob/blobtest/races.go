package blobtest

import (
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
)

func ifAbsent(t *testing.T, b blob.Bucket) {
	only := blob.WriteOptions{IfAbsent: true}
	if _, err := b.Write(t.Context(), "main/object", strings.NewReader("first"), only); err != nil {
		t.Fatal(err)
	}
	_, err := b.Write(t.Context(), "main/object", strings.NewReader("second"), only)
	wantCode(t, "second write", err, errs.Conflict)
	if got, want := read(t, b, "main/object"), "first"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := b.Delete(t.Context(), "main/object", blob.EveryVersion); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Write(t.Context(), "main/object", strings.NewReader("third"), only); err != nil {
		t.Errorf("after the delete: %v", err)
	}
}

func oneWriterWins(t *testing.T, b blob.Bucket) {
	const writers = 8
	// Every writer is in the middle of its bytes before any may finish: a check at the start alone lets all of them win.
	var middle, done sync.WaitGroup
	middle.Add(writers)
	var won atomic.Int32
	for range writers {
		done.Go(func() {
			r := io.MultiReader(strings.NewReader("half"), meeting{&middle}, strings.NewReader("half"))
			switch _, err := b.Write(t.Context(), "main/object", r, blob.WriteOptions{IfAbsent: true}); {
			case err == nil:
				won.Add(1)
			case !errs.Is(err, errs.Conflict):
				t.Errorf("got %v, want a conflict", err)
			}
		})
	}
	done.Wait()
	if got, want := won.Load(), int32(1); got != want {
		t.Errorf("got %d winners, want %d", got, want)
	}
	if got, want := read(t, b, "main/object"), "halfhalf"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// meeting is an empty reader that waits for everybody.
type meeting struct{ all *sync.WaitGroup }

func (m meeting) Read([]byte) (int, error) {
	m.all.Done()
	m.all.Wait()
	return 0, io.EOF
}

func neverHalf(t *testing.T, b blob.Bucket) {
	const size, rounds = 1 << 12, 15
	full := func(letter byte) string { return strings.Repeat(string(letter), size) }
	write(t, b, "main/folder/object", full('a'))
	var writing sync.WaitGroup
	writing.Go(func() {
		for i := range rounds {
			if _, err := b.Write(t.Context(), "main/folder/object", strings.NewReader(full(byte('a'+i%26))), blob.WriteOptions{}); err != nil {
				t.Error(err)
			}
		}
	})
	// A neighbour that comes and goes must never take the folder with it.
	writing.Go(func() {
		for range rounds {
			if _, err := b.Write(t.Context(), "main/other/object", strings.NewReader("x"), blob.WriteOptions{}); err != nil {
				t.Error(err)
			}
			if err := b.Delete(t.Context(), "main/other/object", blob.EveryVersion); err != nil {
				t.Error(err)
			}
		}
	})
	writing.Go(func() {
		for range rounds {
			if _, err := b.Write(t.Context(), "main/other/neighbour", strings.NewReader("x"), blob.WriteOptions{}); err != nil {
				t.Error(err)
			}
			if err := b.Delete(t.Context(), "main/other/neighbour", blob.EveryVersion); err != nil {
				t.Error(err)
			}
		}
	})
	for range rounds {
		got := read(t, b, "main/folder/object")
		if len(got) != size || got != full(got[0]) {
			t.Fatalf("got %d bytes of more than one write", len(got))
		}
	}
	writing.Wait()
}
