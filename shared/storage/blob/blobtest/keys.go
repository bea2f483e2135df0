package blobtest

import (
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
)

func invalidKeys(t *testing.T, b blob.Bucket) {
	for _, key := range []string{
		"", "/", "/main", "main/", "main//x", ".", "..", "main/.", "main/..", "../main", "main/../x", "./main",
		".hidden", "main/.hidden/x", `main\x`, "main/\x00", "main/a\nb", "main/\x7f", "main/\xff",
		"main/" + strings.Repeat("x", 256),
		strings.Repeat("long/", blob.MaxKey/5) + "x",
	} {
		_, err := b.Open(t.Context(), key, blob.Range{})
		wantCode(t, "open "+key, err, errs.Invalid)
		_, err = b.Write(t.Context(), key, strings.NewReader("x"), blob.WriteOptions{})
		wantCode(t, "write "+key, err, errs.Invalid)
		_, err = b.Stat(t.Context(), key)
		wantCode(t, "stat "+key, err, errs.Invalid)
		wantCode(t, "delete "+key, b.Delete(t.Context(), key, blob.EveryVersion), errs.Invalid)
	}
	if got := listAll(t, b, "", 100); len(got) != 0 {
		t.Errorf("got %q, want nothing stored", got)
	}
}

func oddKeys(t *testing.T, b blob.Bucket) {
	keys := []string{
		"a", "main/with space", "main/%2F%00", "main/a:b*c?d\"e<f>g|h", "main/日本語/отзывы.csv", "main/🙂", "main/-rf", "main/~",
		"main/trailing.", "main/$HOME", "main/#fragment?query=1", "main/" + strings.Repeat("x", 255),
		strings.Repeat("deep/", 40) + "x", strings.Repeat(strings.Repeat("s", 99)+"/", blob.MaxKey/100-1) + strings.Repeat("x", 100),
	}
	for _, key := range keys {
		write(t, b, key, "of "+key)
	}
	for _, key := range keys {
		if got, want := read(t, b, key), "of "+key; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got, want := len(listAll(t, b, "", 100)), len(keys); got != want {
		t.Errorf("got %d keys listed, want %d", got, want)
	}
}
