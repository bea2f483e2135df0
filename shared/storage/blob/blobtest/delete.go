package blobtest

import (
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
)

func deleting(t *testing.T, b blob.Bucket) {
	write(t, b, "main/folder/one", "1")
	write(t, b, "main/folder/two", "2")
	for _, key := range []string{"main/folder/one", "main/folder/one", "main/folder", "main/never", "main/folder/two/below"} {
		if err := b.Delete(t.Context(), key, blob.EveryVersion); err != nil {
			t.Errorf("delete %s: %v", key, err)
		}
	}
	_, err := b.Stat(t.Context(), "main/folder/one")
	wantCode(t, "the deleted", err, errs.NotFound)
	if got, want := read(t, b, "main/folder/two"), "2"; got != want {
		t.Errorf("its neighbour: got %q, want %q", got, want)
	}
	if err := b.Delete(t.Context(), "main/folder/two", blob.EveryVersion); err != nil {
		t.Fatal(err)
	}
	write(t, b, "main/folder", "now an object")
}

func deletingAVersion(t *testing.T, b blob.Bucket) {
	opened := func(content string) blob.Object {
		write(t, b, "main/folder/object", content)
		object := open(t, b, "main/folder/object", blob.Range{Length: 1})
		if err := object.Close(); err != nil {
			t.Fatal(err)
		}
		return object
	}
	del := func(object blob.Object) {
		if err := b.Delete(t.Context(), "main/folder/object", object.Version); err != nil {
			t.Errorf("delete a version: %v", err)
		}
	}
	first, second := opened("first"), opened("second")
	if first.Version == "" || first.Version == second.Version {
		t.Fatalf("got the versions %q and %q, want two", first.Version, second.Version)
	}
	for range 2 {
		del(first)
		if got, want := read(t, b, "main/folder/object"), "second"; got != want {
			t.Errorf("after deleting the first version: got %q, want %q", got, want)
		}
	}
	for range 2 {
		del(second)
		_, err := b.Stat(t.Context(), "main/folder/object")
		wantCode(t, "after deleting both", err, errs.NotFound)
	}
	write(t, b, "main/folder", "the folder is gone with its last object")
}
