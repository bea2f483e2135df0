package blobtest

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
)

func brokenReader(t *testing.T, b blob.Bucket) {
	broken := errs.New(errs.TooLarge, "the reader gave up")
	for _, options := range []blob.WriteOptions{{}, {IfAbsent: true}} {
		r := io.MultiReader(bytes.NewReader(make([]byte, 1<<17)), failing{broken})
		_, err := b.Write(t.Context(), "main/object", r, options)
		wantCode(t, "write", err, errs.TooLarge)
		_, err = b.Stat(t.Context(), "main/object")
		wantCode(t, "stat", err, errs.NotFound)
	}
	write(t, b, "main/object", "before")
	_, err := b.Write(t.Context(), "main/object", io.MultiReader(strings.NewReader("half"), failing{broken}), blob.WriteOptions{})
	wantCode(t, "overwrite", err, errs.TooLarge)
	if got, want := read(t, b, "main/object"), "before"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func endedContext(t *testing.T, b blob.Bucket) {
	write(t, b, "main/object", "kept")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, opened := b.Open(ctx, "main/object", blob.Range{})
	_, written := b.Write(ctx, "main/object", strings.NewReader("not stored"), blob.WriteOptions{})
	_, described := b.Stat(ctx, "main/object")
	_, listed := b.List(ctx, "", "", 10)
	for name, err := range map[string]error{
		"open": opened, "write": written, "stat": described, "list": listed, "delete": b.Delete(ctx, "main/object", blob.EveryVersion),
	} {
		if err == nil {
			t.Errorf("%s: got no error, want the context's", name)
		}
	}
	if got, want := read(t, b, "main/object"), "kept"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func contextEndsWhileWriting(t *testing.T, b blob.Bucket) {
	ctx, cancel := context.WithCancel(t.Context())
	r := io.MultiReader(bytes.NewReader(make([]byte, 1<<17)), cancelling{cancel}, bytes.NewReader(make([]byte, 1<<17)))
	if _, err := b.Write(ctx, "main/object", r, blob.WriteOptions{}); err == nil {
		t.Error("got no error, want the context's")
	}
	_, err := b.Stat(t.Context(), "main/object")
	wantCode(t, "stat", err, errs.NotFound)
}

// cancelling is an empty reader that ends the context.
type cancelling struct{ cancel func() }

func (c cancelling) Read([]byte) (int, error) {
	c.cancel()
	return 0, io.EOF
}
