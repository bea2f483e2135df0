//go:build unix

package dirblob_test

import (
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
)

func TestWhatIsNotAPlainFileWithAPlainNameIsNoObject(t *testing.T) {
	dir := t.TempDir()
	b := mustOpen(t, dir)
	mustWrite(t, b, "main/object", "x")
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("outside"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		os.Symlink(secret, filepath.Join(dir, "main", "link")),
		os.Symlink(filepath.Dir(secret), filepath.Join(dir, "outside")),
		os.Symlink("object", filepath.Join(dir, "main", "alias")),
		syscall.Mkfifo(filepath.Join(dir, "main", "pipe"), 0o600),
		os.WriteFile(filepath.Join(dir, "main", ".hidden"), nil, 0o600),
		os.WriteFile(dir+"/main/back\\slash", nil, 0o600),
		os.MkdirAll(filepath.Join(dir, "main", ".git", "objects"), 0o700),
		os.WriteFile(filepath.Join(dir, "main", ".git", "objects", "x"), nil, 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got, want := mustList(t, b), []string{"main/object"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for key, want := range map[string]errs.Code{
		"main/link": errs.NotFound, "main/alias": errs.NotFound, "main/pipe": errs.NotFound, "main": errs.NotFound,
		"outside/secret": errs.Unavailable, "main/.hidden": errs.Invalid,
	} {
		_, err := b.Open(t.Context(), key, blob.Range{})
		if got := errs.CodeOf(err); got != want {
			t.Errorf("%s: got %q (%v), want %q", key, got, err, want)
		}
	}
}
