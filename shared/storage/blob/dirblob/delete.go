package dirblob

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"path"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
)

// Delete implements blob.Bucket. A version is an ETag: there is never more than one.
func (b *Bucket) Delete(ctx context.Context, key, version string) error {
	b.tree.Lock()
	defer b.tree.Unlock()
	switch info, err := b.Stat(ctx, key); {
	case errs.Is(err, errs.NotFound):
		return nil
	case err != nil:
		return err
	case version != blob.EveryVersion && version != info.ETag:
		return nil
	}
	return b.take(key, version)
}

// take removes the file after it has moved it out of everybody's reach and looked again: somebody may have put another one
// in its place just now, and gets it back.
func (b *Bucket) take(key, version string) error {
	temp := path.Join(tempDir, rand.Text())
	if err := b.root.Rename(key, temp); err != nil {
		if missing(err) {
			return nil
		}
		return unavailable("delete object", err)
	}
	if version != blob.EveryVersion {
		switch stat, err := b.root.Lstat(temp); {
		case err != nil:
			return unavailable("delete object", err)
		case describe(key, stat).ETag != version:
			if err := b.root.Link(temp, key); err != nil && !errors.Is(err, fs.ErrExist) {
				return unavailable("put back an object that is not the one to delete", err)
			}
		}
	}
	if err := b.root.Remove(temp); err != nil {
		return unavailable("delete object", err)
	}
	dir := path.Dir(key)
	for dir != "." && b.root.Remove(dir) == nil { // ends at the first folder that is not empty
		dir = path.Dir(dir)
	}
	return b.sync(dir)
}
