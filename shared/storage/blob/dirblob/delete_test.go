package dirblob

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/customerai/customerai/shared/storage/blob"
)

// A person may copy a file into the folder at any moment, also between the look at a file and its removal.
func TestAFileThatCameInTheLastMomentIsPutBack(t *testing.T) {
	dir := t.TempDir()
	b, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}()
	path := filepath.Join(dir, "dropped.csv")
	if err := os.WriteFile(path, []byte("another file"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := b.take("dropped.csv", "the ETag of the one before"); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(path); string(content) != "another file" {
		t.Errorf("got %q (%v), want the file as it was", content, err)
	}
	if err := b.take("dropped.csv", blob.EveryVersion); err != nil {
		t.Fatal(err)
	}
	if err := b.take("dropped.csv", blob.EveryVersion); err != nil {
		t.Errorf("a file that is gone already: %v", err)
	}
	half, err := os.ReadDir(filepath.Join(dir, tempDir))
	if err != nil || len(half) != 0 {
		t.Errorf("%d files are left over (%v), want none", len(half), err)
	}
}
