package dirblob

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"runtime"
	"syscall"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
)

// Write implements blob.Bucket. The bytes go to a temporary file and to the disk before the name appears, and the name
// is on the disk before Write returns.
func (b *Bucket) Write(ctx context.Context, key string, r io.Reader, options blob.WriteOptions) (blob.Info, error) {
	if err := cmp.Or(ctx.Err(), blob.ValidKey(key)); err != nil {
		return blob.Info{}, err
	}
	if options.IfAbsent { // do not copy a gigabyte to learn at the end that it is there; place decides
		if _, err := b.Stat(ctx, key); err == nil {
			return blob.Info{}, exists(nil)
		}
	}
	temp := path.Join(tempDir, rand.Text())
	// A rename leaves nothing to remove; what cannot be removed is invisible and goes with the next Open.
	defer func() { _ = b.root.Remove(temp) }()
	if err := b.spool(ctx, temp, r); err != nil {
		return blob.Info{}, err
	}
	return b.place(temp, key, options.IfAbsent)
}

// spool copies r into a new file and makes sure that it is on the disk.
func (b *Bucket) spool(ctx context.Context, temp string, r io.Reader) (err error) {
	file, err := b.root.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return unavailable("write object", err)
	}
	// The source's error is kept apart, so that it is not mistaken for the disk's.
	var sourceErr error
	_, err = io.Copy(file, readerFunc(func(p []byte) (n int, err error) {
		if err = ctx.Err(); err == nil {
			n, err = r.Read(p)
		}
		if err != nil && !errors.Is(err, io.EOF) {
			sourceErr = err
		}
		return n, err
	}))
	if err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close())
	switch {
	case sourceErr != nil:
		return fmt.Errorf("read what is to be written: %w", sourceErr)
	case err != nil:
		return unavailable("write object", err)
	}
	return nil
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// place gives a finished file its name.
func (b *Bucket) place(temp, key string, ifAbsent bool) (blob.Info, error) {
	b.tree.Lock()
	defer b.tree.Unlock()
	b.lastModified = latest(time.Now(), b.lastModified.Add(1))
	if err := b.root.Chtimes(temp, b.lastModified, b.lastModified); err != nil {
		return blob.Info{}, unavailable("write object", err)
	}
	surviving, err := b.makeDir(path.Dir(key))
	if err != nil {
		return blob.Info{}, inTheWayOr(err)
	}
	if ifAbsent {
		err = b.root.Link(temp, key) // unlike a rename, never replaces
	} else {
		err = b.root.Rename(temp, key)
	}
	switch {
	case ifAbsent && errors.Is(err, fs.ErrExist):
		return blob.Info{}, exists(err)
	case err != nil:
		return blob.Info{}, inTheWayOr(err)
	}
	for dir := path.Dir(key); ; dir = path.Dir(dir) {
		if err := b.sync(dir); err != nil {
			return blob.Info{}, err
		}
		if dir == surviving {
			break
		}
	}
	stat, err := b.root.Lstat(key)
	if err != nil {
		return blob.Info{}, unavailable("describe object", err)
	}
	return describe(key, stat), nil
}

// makeDir makes a folder and those above it, and returns the nearest that was there before.
func (b *Bucket) makeDir(dir string) (surviving string, err error) {
	surviving = dir
	for {
		stat, err := b.root.Lstat(surviving)
		if err == nil && !stat.IsDir() {
			err = syscall.ENOTDIR
		}
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		surviving = path.Dir(surviving)
	}
	return surviving, b.root.MkdirAll(dir, 0o700)
}

// sync makes the names in a folder durable.
func (b *Bucket) sync(dir string) error {
	if runtime.GOOS == "windows" { // keeps names durable by itself and cannot sync a folder
		return nil
	}
	folder, err := b.root.Open(dir)
	if err != nil {
		return unavailable("write folder", err)
	}
	if err := errors.Join(folder.Sync(), folder.Close()); err != nil {
		return unavailable("write folder", err)
	}
	return nil
}

func exists(cause error) error {
	return errs.Wrap(errs.Conflict, "the object is there already", cause)
}

func inTheWayOr(err error) error {
	if errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.EISDIR) || errors.Is(err, fs.ErrExist) {
		return errs.Wrap(errs.Conflict, "another object is in the way of this key", err)
	}
	return unavailable("write object", err)
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
