// Package dirblob keeps objects as plain files in a folder, for a laptop.
//
// Normal use: an object's key is its path below the folder, so that a person can look at it, and can drop a file that
// the next List shows.
//
//	bucket, err := dirblob.Open(".customerai/objects")
//	defer bucket.Close()
//
// Folders have mode 0700 and files 0600. Names that begin with a dot are not objects: ".tmp" holds what is being
// written, and is emptied by Open; ".lock" keeps a second process out. Deleting an object removes the folders it leaves
// empty. Content types are not kept, as nothing reads them here.
//
// An ETag is made of size, modification time and inode, because hashing would read a gigabyte for every Stat. Write
// gives each object a modification time later than any it gave before, so two writes never share one.
//
// It refuses what a file system cannot do and S3 can: an object whose key is a folder of another object's
// (errs.Conflict). It never leaves the folder, whatever links lie in it; a link is not an object.
package dirblob

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/filelock"
)

const tempDir = ".tmp"

// Bucket is a blob.Bucket in a folder. Make it with Open.
type Bucket struct {
	lock *filelock.Lock
	root *os.Root

	// tree is held while folders and names change, never while bytes are copied: a delete must not remove the folder
	// that a write has just made for itself.
	tree         sync.Mutex
	lastModified time.Time
}

// Open makes the folder if needed and returns its bucket. errs.Conflict while another process has it, errs.Forbidden
// when it cannot be written to, errs.Invalid when it is not a folder.
func Open(dir string) (*Bucket, error) {
	lock, err := filelock.Acquire(filepath.Join(dir, ".lock"))
	if err != nil {
		return nil, fmt.Errorf("open bucket: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, errors.Join(unavailable("open", err), lock.Close())
	}
	b := &Bucket{lock: lock, root: root}
	if err := cmp.Or(root.RemoveAll(tempDir), root.Mkdir(tempDir, 0o700)); err != nil {
		return nil, errors.Join(unavailable("clear half-written objects", err), b.Close())
	}
	return b, nil
}

// Close lets another process have the folder. Objects that are open stay readable.
func (b *Bucket) Close() error {
	return errors.Join(b.root.Close(), b.lock.Close())
}

// Open implements blob.Bucket.
func (b *Bucket) Open(ctx context.Context, key string, r blob.Range) (blob.Object, error) {
	info, err := b.Stat(ctx, key) // a look first, because opening a pipe would wait for its writer
	if err != nil {
		return blob.Object{}, err
	}
	if r.Offset < 0 || r.Length < 0 || (r.Offset > 0 && r.Offset >= info.Size) {
		return blob.Object{}, errs.New(errs.Invalid, "the range begins beyond the end of the object")
	}
	file, err := b.root.Open(key)
	if err != nil {
		return blob.Object{}, missingOr("open object", err)
	}
	stat, err := file.Stat() // of what was opened: the object may have been replaced since the look
	if err != nil {
		return blob.Object{}, errors.Join(unavailable("open object", err), file.Close())
	}
	info = describe(key, stat)
	length := max(info.Size-r.Offset, 0)
	if r.Length > 0 {
		length = min(length, r.Length)
	}
	return blob.Object{ReadCloser: part{io.NewSectionReader(file, r.Offset, length), file}, Info: info, Version: info.ETag}, nil
}

// part reads some of a file and closes all of it.
type part struct {
	*io.SectionReader
	io.Closer
}

// Stat implements blob.Bucket.
func (b *Bucket) Stat(ctx context.Context, key string) (blob.Info, error) {
	if err := cmp.Or(ctx.Err(), blob.ValidKey(key)); err != nil {
		return blob.Info{}, err
	}
	stat, err := b.root.Lstat(key)
	if err != nil {
		return blob.Info{}, missingOr("describe object", err)
	}
	if !stat.Mode().IsRegular() {
		return blob.Info{}, errs.New(errs.NotFound, "no such object")
	}
	return describe(key, stat), nil
}

func describe(key string, stat fs.FileInfo) blob.Info {
	return blob.Info{
		Key:      key,
		Size:     stat.Size(),
		ETag:     fmt.Sprintf("%x-%x-%x", stat.Size(), stat.ModTime().UnixNano(), inode(stat)),
		Modified: stat.ModTime().UTC(),
	}
}

// missing reports whether a file error says that there is no such object. A key below an object is not there either.
func missing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

func missingOr(step string, err error) error {
	if missing(err) {
		return errs.Wrap(errs.NotFound, "no such object", err)
	}
	return unavailable(step, err)
}

func unavailable(step string, err error) error {
	return fmt.Errorf("%s: %w", step, errs.Wrap(errs.Unavailable, "the object folder did not answer", err))
}
