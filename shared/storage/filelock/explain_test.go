package filelock

import (
	"io/fs"
	"syscall"
	"testing"

	"github.com/customerai/customerai/shared/errs"
)

// The superuser of a build container can write anywhere, so the two refusals of a file system are made here.
func TestARefusalToWriteIsForbidden(t *testing.T) {
	for _, refusal := range []error{syscall.EACCES, syscall.EROFS} {
		err := explain(&fs.PathError{Op: "open", Path: "x", Err: refusal})
		if got, want := errs.CodeOf(err), errs.Forbidden; got != want {
			t.Errorf("%v: got %q, want %q", refusal, got, want)
		}
	}
}
