package dirblob_test

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/blob/blobtest"
	"github.com/customerai/customerai/shared/storage/blob/dirblob"
)

func mustOpen(t *testing.T, dir string) *dirblob.Bucket {
	t.Helper()
	b, err := dirblob.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() }) // some tests close it themselves
	return b
}

func mustWrite(t *testing.T, b *dirblob.Bucket, key, text string) {
	t.Helper()
	if _, err := b.Write(t.Context(), key, strings.NewReader(text), blob.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
}

func mustList(t *testing.T, b *dirblob.Bucket) (keys []string) {
	t.Helper()
	page, err := b.List(t.Context(), "", "", 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, info := range page.Objects {
		keys = append(keys, info.Key)
	}
	return keys
}

func TestConformance(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blob.Bucket { return mustOpen(t, t.TempDir()) })
}

func TestFoldersAndFilesAreTheOwnersAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data", "objects")
	mustWrite(t, mustOpen(t, dir), "main/folder/object", "x")
	for name, want := range map[string]fs.FileMode{
		".": fs.ModeDir | 0o700, "main": fs.ModeDir | 0o700, "main/folder": fs.ModeDir | 0o700,
		".tmp": fs.ModeDir | 0o700, "main/folder/object": 0o600, ".lock": 0o600,
	} {
		stat, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := stat.Mode(); got != want {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

func TestASecondProcessIsKeptOutUntilTheFirstCloses(t *testing.T) {
	dir := t.TempDir()
	first := mustOpen(t, dir)
	_, err := dirblob.Open(dir)
	if got, want := errs.CodeOf(err), errs.Conflict; got != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, dir)
}

func TestWhatACrashLeftIsInvisibleAndGoneAfterOpen(t *testing.T) {
	dir := t.TempDir()
	b := mustOpen(t, dir)
	leftover := filepath.Join(dir, ".tmp", "half")
	if err := os.WriteFile(leftover, []byte("half an obj"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := mustList(t, b); len(got) != 0 {
		t.Errorf("got %q listed, want nothing", got)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, dir)
	if _, err := os.Stat(leftover); !os.IsNotExist(err) {
		t.Errorf("got %v, want the leftover gone", err)
	}
}

func TestNoWriteLeavesATemporaryFile(t *testing.T) {
	dir := t.TempDir()
	b := mustOpen(t, dir)
	mustWrite(t, b, "main/object", "x")
	for _, write := range []struct {
		key     string
		r       io.Reader
		options blob.WriteOptions
	}{
		{"main/absent", strings.NewReader("x"), blob.WriteOptions{IfAbsent: true}},
		{"main/object", strings.NewReader("x"), blob.WriteOptions{IfAbsent: true}},
		{"main/broken", iotest.ErrReader(io.ErrUnexpectedEOF), blob.WriteOptions{}},
		{"main/object/below", strings.NewReader("x"), blob.WriteOptions{}},
	} {
		_, _ = b.Write(t.Context(), write.key, write.r, write.options) // some succeed and some do not
	}
	left, err := os.ReadDir(filepath.Join(dir, ".tmp"))
	if err != nil || len(left) != 0 {
		t.Errorf("got %d files (%v), want none", len(left), err)
	}
}

func TestADeleteRemovesTheFoldersItLeavesEmptyAndNoOther(t *testing.T) {
	dir := t.TempDir()
	b := mustOpen(t, dir)
	mustWrite(t, b, "main/a/b/c/object", "x")
	mustWrite(t, b, "main/other", "x")
	if err := b.Delete(t.Context(), "main/a/b/c/object", blob.EveryVersion); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "main"))
	if err != nil || len(entries) != 1 || entries[0].Name() != "other" {
		t.Errorf("got %v (%v), want the other object alone", entries, err)
	}
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := b.Delete(t.Context(), "empty", blob.EveryVersion); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "empty")); err != nil {
		t.Errorf("got %v, want a folder that is no object to stay", err)
	}
}

func TestADroppedFileIsAnObjectWithAnETagOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	b := mustOpen(t, dir)
	if err := os.MkdirAll(filepath.Join(dir, "main", "incoming"), 0o700); err != nil {
		t.Fatal(err)
	}
	dropped := filepath.Join(dir, "main", "incoming", "messages.csv")
	if err := os.WriteFile(dropped, []byte("id,text"), 0o600); err != nil {
		t.Fatal(err)
	}
	first, err := b.Stat(t.Context(), "main/incoming/messages.csv")
	if err != nil {
		t.Fatal(err)
	}
	// Another file of the same size and time, moved over it.
	other := filepath.Join(dir, "main", "other")
	if err := os.WriteFile(other, []byte("id,body"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(other, first.Modified, first.Modified); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other, dropped); err != nil {
		t.Fatal(err)
	}
	second, err := b.Stat(t.Context(), "main/incoming/messages.csv")
	if err != nil {
		t.Fatal(err)
	}
	if first.Size != second.Size || !first.Modified.Equal(second.Modified) || first.ETag == second.ETag {
		t.Errorf("got %+v and %+v, want the same size and time and another ETag", first, second)
	}
}

func TestAKeyThatIsTheFolderOfAnotherIsAConflict(t *testing.T) {
	b := mustOpen(t, t.TempDir())
	mustWrite(t, b, "main/object", "x")
	mustWrite(t, b, "main/folder/object", "x")
	for _, key := range []string{"main/object/below", "main/object/far/below", "main/folder"} {
		for _, options := range []blob.WriteOptions{{}, {IfAbsent: true}} {
			_, err := b.Write(t.Context(), key, strings.NewReader("x"), options)
			if got, want := errs.CodeOf(err), errs.Conflict; got != want {
				t.Errorf("%s: got %q (%v), want %q", key, got, err, want)
			}
		}
	}
	if got, want := mustList(t, b), []string{"main/folder/object", "main/object"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPlacesThatCannotBeABucket(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below")} {
		_, err := dirblob.Open(dir)
		if got, want := errs.CodeOf(err), errs.Invalid; got != want {
			t.Errorf("got %q (%v), want %q", got, err, want)
		}
	}
}

func TestAClosedBucketIsUnavailable(t *testing.T) {
	b := mustOpen(t, t.TempDir())
	mustWrite(t, b, "main/object", "x")
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	_, opened := b.Open(t.Context(), "main/object", blob.Range{})
	_, written := b.Write(t.Context(), "main/object", strings.NewReader("x"), blob.WriteOptions{})
	_, listed := b.List(t.Context(), "", "", 1)
	for name, err := range map[string]error{
		"open": opened, "write": written, "list": listed, "delete": b.Delete(t.Context(), "main/object", blob.EveryVersion),
	} {
		if got, want := errs.CodeOf(err), errs.Unavailable; got != want {
			t.Errorf("%s: got %q (%v), want %q", name, got, err, want)
		}
	}
}
