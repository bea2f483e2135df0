package filelock_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/filelock"
)

func TestTheSecondHolderIsToldAtOnceAndTheNextOneGetsIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "not", "yet", "there", ".lock")
	first, err := filelock.Acquire(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = filelock.Acquire(path)
	if got, want := errs.CodeOf(err), errs.Conflict; got != want {
		t.Errorf("code: got %q, want %q", got, want)
	}
	if got, want := errs.Public(err).Message, "another process uses this data folder"; got != want {
		t.Errorf("message: got %q, want %q", got, want)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	next, err := filelock.Acquire(path)
	if err != nil {
		t.Fatalf("after the first holder left: %v", err)
	}
	if err := next.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAFileLeftByADeadProcessDoesNotLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), ".lock")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	lock, err := filelock.Acquire(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestPlacesThatCannotHoldALock(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	sealed := filepath.Join(dir, "sealed")
	if err := os.Mkdir(sealed, 0o500); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path     string
		rootSkip bool
		want     errs.Code
	}{
		"below a file":          {filepath.Join(file, ".lock"), false, errs.Invalid},
		"in a read-only folder": {filepath.Join(sealed, ".lock"), true, errs.Forbidden},
		"a folder by that name": {dir, false, errs.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			if c.rootSkip && os.Geteuid() == 0 {
				t.Skip("the superuser may write anywhere")
			}
			_, err := filelock.Acquire(c.path)
			if got := errs.CodeOf(err); got != c.want {
				t.Errorf("got %q (%v), want %q", got, err, c.want)
			}
		})
	}
}
