package documents_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/customerai/customerai/infra/gen/documents"
)

func all(t *testing.T) documents.Set {
	t.Helper()
	set, err := documents.All()
	if err != nil {
		t.Fatalf("All: %v", err)
	}
	return set
}

func TestTheCommittedFilesAreWhatTheManifestAndTheTypesSay(t *testing.T) {
	stale, err := all(t).Stale("../../..")
	if err != nil {
		t.Fatalf("Stale: %v", err)
	}
	for _, d := range stale {
		t.Errorf("%s has drifted: run make generate", d.Name)
	}
}

func TestTheSameBytesEveryTime(t *testing.T) {
	first, second := all(t), all(t)
	for i := range first {
		if !bytes.Equal(first[i].Content, second[i].Content) {
			t.Errorf("%s differs from one run to the next", first[i].Name)
		}
	}
}

func TestWritingLeavesNothingStaleAndTouchesOnlyWhatChanged(t *testing.T) {
	root, set := t.TempDir(), all(t)
	if stale, err := set.Stale(root); err != nil || len(stale) != len(set) {
		t.Fatalf("Stale of an empty folder = %d documents, %v, want all %d", len(stale), err, len(set))
	}
	if err := set.Write(root); err != nil {
		t.Fatalf("Write: %v", err)
	}
	if stale, err := set.Stale(root); err != nil || len(stale) != 0 {
		t.Errorf("after Write, Stale = %d documents, %v, want none", len(stale), err)
	}
	// A file that is right already may be read-only.
	for _, d := range set[1:] {
		if err := os.Chmod(filepath.Join(root, d.Name), 0o400); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, set[0].Name), []byte("drift"), 0o600); err != nil {
		t.Fatal(err)
	}
	if stale, err := set.Stale(root); err != nil || len(stale) != 1 || stale[0].Name != set[0].Name {
		t.Errorf("Stale = %v, %v, want %s alone", stale, err, set[0].Name)
	}
	if err := set.Write(root); err != nil {
		t.Errorf("Write: %v", err)
	}
}

func TestARootThatCannotBeReadIsAnError(t *testing.T) {
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "openapi.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := all(t).Stale(root); err == nil {
		t.Error("Stale where openapi.json is a folder = nil, want an error")
	}
	if err := all(t).Write(root); err == nil {
		t.Error("Write where openapi.json is a folder = nil, want an error")
	}
}
