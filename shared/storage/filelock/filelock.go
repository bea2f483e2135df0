// Package filelock makes sure that one process at a time uses a folder of data.
//
// Normal use: an engine that keeps files takes the lock before it looks at them and closes it last.
//
//	lock, err := filelock.Acquire(filepath.Join(dir, ".lock"))
//	defer lock.Close()
//
// The lock ends with the process, however it ends; the file stays and means nothing by itself.
//
// It refuses to wait: whoever comes second is told so at once.
package filelock

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/customerai/customerai/shared/errs"
)

// Lock is a lock that is held. Closing it ends it.
type Lock struct {
	file *os.File
}

// Acquire takes the lock whose file is at path, making file and folders as needed, for the owner alone. It returns
// errs.Conflict while another holder has it, errs.Forbidden where nothing can be written, and errs.Invalid where path
// leads through something that is not a folder.
func Acquire(path string) (*Lock, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, explain(err)
	}
	file, err := acquire(path)
	if err != nil {
		return nil, explain(err)
	}
	return &Lock{file}, nil
}

// Close ends the lock.
func (l *Lock) Close() error { return l.file.Close() }

// errHeld is what acquire returns when there is another holder.
var errHeld = errors.New("lock is held")

func explain(err error) error {
	switch {
	case errors.Is(err, errHeld):
		return errs.Wrap(errs.Conflict, "another process uses this data folder", err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return errs.Wrap(errs.Forbidden, "the data folder cannot be written to", err)
	case errors.Is(err, syscall.ENOTDIR):
		return errs.Wrap(errs.Invalid, "the data folder is not a folder", err)
	}
	return errs.Wrap(errs.Unavailable, "the data folder cannot be used", err)
}
