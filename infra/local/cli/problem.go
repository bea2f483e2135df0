package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/customerai/customerai/shared/errs"
)

// openProblem says in one sentence why a data folder cannot be opened, with the way out where there is one.
func openProblem(folder string, err error) error {
	switch {
	case errs.Is(err, errs.Conflict):
		return fmt.Errorf("another process uses %s: stop it, or choose another folder with -data", folder)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS), errs.Is(err, errs.Forbidden):
		return fmt.Errorf("%s cannot be written to: choose another folder with -data", folder)
	}
	return fmt.Errorf("open %s: %w", folder, err)
}
