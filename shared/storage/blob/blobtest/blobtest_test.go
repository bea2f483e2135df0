package blobtest_test

import (
	"bytes"
	"context"
	"io"
	"slices"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/blob/blobtest"
	"github.com/customerai/customerai/shared/storage/mutant"
	"github.com/customerai/customerai/shared/testkit/stores"
)

func right(t *testing.T) blob.Bucket { return stores.Bucket(t) }

// broken is a right engine with some methods put wrong.
type broken struct {
	blob.Bucket
	open  func(ctx context.Context, b blob.Bucket, key string, r blob.Range) (blob.Object, error)
	write func(ctx context.Context, b blob.Bucket, key string, r io.Reader, options blob.WriteOptions) (blob.Info, error)
	list  func(ctx context.Context, b blob.Bucket, prefix, cursor string, limit int) (blob.Page, error)
	del   func(ctx context.Context, b blob.Bucket, key, version string) error
}

func (b broken) Open(ctx context.Context, key string, r blob.Range) (blob.Object, error) {
	if b.open == nil {
		return b.Bucket.Open(ctx, key, r)
	}
	return b.open(ctx, b.Bucket, key, r)
}

func (b broken) Write(ctx context.Context, key string, r io.Reader, options blob.WriteOptions) (blob.Info, error) {
	if b.write == nil {
		return b.Bucket.Write(ctx, key, r, options)
	}
	return b.write(ctx, b.Bucket, key, r, options)
}

func (b broken) List(ctx context.Context, prefix, cursor string, limit int) (blob.Page, error) {
	if b.list == nil {
		return b.Bucket.List(ctx, prefix, cursor, limit)
	}
	return b.list(ctx, b.Bucket, prefix, cursor, limit)
}

func (b broken) Delete(ctx context.Context, key, version string) error {
	if b.del == nil {
		return b.Bucket.Delete(ctx, key, version)
	}
	return b.del(ctx, b.Bucket, key, version)
}

var mutants = map[string]broken{
	"the length is ignored": {open: func(ctx context.Context, b blob.Bucket, key string, r blob.Range) (blob.Object, error) {
		r.Length = 0
		return b.Open(ctx, key, r)
	}},
	"a range beyond the end is empty": {open: func(ctx context.Context, b blob.Bucket, key string, r blob.Range) (blob.Object, error) {
		object, err := b.Open(ctx, key, r)
		if errs.Is(err, errs.Invalid) && blob.ValidKey(key) == nil {
			return blob.Object{ReadCloser: io.NopCloser(bytes.NewReader(nil))}, nil
		}
		return object, err
	}},
	"the ETag is the size": {write: func(ctx context.Context, b blob.Bucket, key string, r io.Reader, options blob.WriteOptions) (blob.Info, error) {
		info, err := b.Write(ctx, key, r, options)
		info.ETag = "same"
		return info, err
	}},
	"IfAbsent is ignored": {write: func(ctx context.Context, b blob.Bucket, key string, r io.Reader, _ blob.WriteOptions) (blob.Info, error) {
		return b.Write(ctx, key, r, blob.WriteOptions{})
	}},
	"IfAbsent is looked at once, at the start": {write: func(ctx context.Context, b blob.Bucket, key string, r io.Reader, options blob.WriteOptions) (blob.Info, error) {
		if _, err := b.Stat(ctx, key); err == nil && options.IfAbsent {
			return blob.Info{}, errs.New(errs.Conflict, "there")
		}
		return b.Write(ctx, key, r, blob.WriteOptions{})
	}},
	"half an object is kept": {write: func(ctx context.Context, b blob.Bucket, key string, r io.Reader, options blob.WriteOptions) (blob.Info, error) {
		read, err := io.ReadAll(r)
		info, writeErr := b.Write(ctx, key, bytes.NewReader(read), options)
		if err != nil {
			return info, err
		}
		return info, writeErr
	}},
	"a listing is not in order": {list: func(ctx context.Context, b blob.Bucket, prefix, cursor string, limit int) (blob.Page, error) {
		page, err := b.List(ctx, prefix, cursor, limit)
		slices.Reverse(page.Objects)
		return page, err
	}},
	"a listing is one page": {list: func(ctx context.Context, b blob.Bucket, prefix, cursor string, limit int) (blob.Page, error) {
		page, err := b.List(ctx, prefix, cursor, limit)
		page.Next = ""
		return page, err
	}},
	"deleting nothing is not found": {del: func(ctx context.Context, b blob.Bucket, key, version string) error {
		if _, err := b.Stat(ctx, key); err != nil {
			return err
		}
		return b.Delete(ctx, key, version)
	}},
	"a version is not looked at": {del: func(ctx context.Context, b blob.Bucket, key, _ string) error {
		return b.Delete(ctx, key, blob.EveryVersion)
	}},
	"a version is never deleted": {del: func(ctx context.Context, b blob.Bucket, key, version string) error {
		if version != blob.EveryVersion {
			return nil
		}
		return b.Delete(ctx, key, version)
	}},
	"nothing is ever deleted": {del: func(ctx context.Context, b blob.Bucket, key, _ string) error {
		_, err := b.Stat(ctx, key)
		if errs.Is(err, errs.NotFound) {
			return nil
		}
		return err
	}},
}

func TestTheSuiteCatches(t *testing.T) {
	suites := make(map[string]func(*testing.T))
	for name, b := range mutants {
		suites[name] = func(t *testing.T) {
			blobtest.Run(t, func(t *testing.T) blob.Bucket {
				b.Bucket = right(t)
				return b
			})
		}
	}
	mutant.Catch(t, suites)
}

func TestARightEnginePasses(t *testing.T) { blobtest.Run(t, right) }
