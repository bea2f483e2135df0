package blobtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
)

// tree has names around the slash (0x2f) in ASCII, where the order of paths and the order of names differ.
var tree = []string{
	"a!/x", "a", "a-b", "a-b.c/y", "b/a/x", "b/a!", "b/a-/x", "b/a.csv", "b/a0", "b/aa/x", "b/b", "b0", "c/d/e/f", "é/x", "z",
}

func plant(t *testing.T, b blob.Bucket) (sorted []string) {
	t.Helper()
	for _, key := range tree {
		write(t, b, key, key)
	}
	return slices.Sorted(slices.Values(tree))
}

// listAll follows the pages of a listing and returns its keys.
func listAll(t *testing.T, b blob.Bucket, prefix string, limit int) (keys []string) {
	t.Helper()
	cursor := ""
	for {
		page, err := b.List(t.Context(), prefix, cursor, limit)
		if err != nil {
			t.Fatalf("list %q: %v", prefix, err)
		}
		if len(page.Objects) > limit {
			t.Fatalf("list %q: got %d objects on a page, want at most %d", prefix, len(page.Objects), limit)
		}
		for _, info := range page.Objects {
			keys = append(keys, info.Key)
		}
		if page.Next == "" {
			return keys
		}
		cursor = page.Next
	}
}

func listOrder(t *testing.T, b blob.Bucket) {
	want := plant(t, b)
	page, err := b.List(t.Context(), "", "", len(tree))
	if err != nil {
		t.Fatal(err)
	}
	for i, info := range page.Objects {
		if got := stat(t, b, want[i]); info != got {
			t.Errorf("object %d: got %+v, want %+v", i, info, got)
		}
	}
	if got := listAll(t, b, "", len(tree)); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func listPrefix(t *testing.T, b blob.Bucket) {
	sorted := plant(t, b)
	for _, prefix := range []string{"a", "a-b", "a-b/", "a-b.c/y", "b", "b/", "b/a", "b/a/", "b/a/x", "b/a/x/", "c/d/", "é", "zz", "/", "b//", "../", "."} {
		var want []string
		for _, key := range sorted {
			if strings.HasPrefix(key, prefix) {
				want = append(want, key)
			}
		}
		if got := listAll(t, b, prefix, 100); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", prefix, got, want)
		}
	}
}

func listPages(t *testing.T, b blob.Bucket) {
	want := plant(t, b)
	for limit := range len(tree) + 2 {
		if got := listAll(t, b, "", limit+1); !slices.Equal(got, want) {
			t.Errorf("pages of %d: got %q, want %q", limit+1, got, want)
		}
	}
	// No page comes after the last object, also when it fills its page.
	page, err := b.List(t.Context(), "b/", "", 7)
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Objects) == 7 && page.Next != "" {
		if page, err = b.List(t.Context(), "b/", page.Next, 7); err != nil || len(page.Objects) != 0 || page.Next != "" {
			t.Errorf("got %+v (%v), want an empty last page", page, err)
		}
	}
}

func listAfterDelete(t *testing.T, b blob.Bucket) {
	for i := range 9 {
		write(t, b, fmt.Sprintf("main/%d/x", i), "x")
	}
	page, err := b.List(t.Context(), "main/", "", 4)
	if err != nil {
		t.Fatal(err)
	}
	for _, info := range page.Objects {
		if err := b.Delete(t.Context(), info.Key, blob.EveryVersion); err != nil {
			t.Fatal(err)
		}
	}
	seen := len(page.Objects)
	for page.Next != "" {
		if page, err = b.List(t.Context(), "main/", page.Next, 4); err != nil {
			t.Fatal(err)
		}
		seen += len(page.Objects)
	}
	if want := 9; seen != want {
		t.Errorf("got %d objects, want %d", seen, want)
	}
}

func listEmpty(t *testing.T, b blob.Bucket) {
	for _, prefix := range []string{"", "main/", "main/incoming/x"} {
		if got := listAll(t, b, prefix, 10); len(got) != 0 {
			t.Errorf("%q: got %q, want nothing", prefix, got)
		}
	}
}

func listRefuses(t *testing.T, b blob.Bucket) {
	plant(t, b)
	for _, limit := range []int{0, -1} {
		_, err := b.List(t.Context(), "", "", limit)
		wantCode(t, fmt.Sprintf("limit %d", limit), err, errs.Invalid)
	}
	_, err := b.List(t.Context(), "", "../nobody made this\x00", 1)
	wantCode(t, "cursor", err, errs.Invalid)
}
