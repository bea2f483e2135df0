// Package blobtest holds every bucket engine to the port's meaning.
//
// Normal use, in the engine's tests:
//
//	blobtest.Run(t, func(t *testing.T) blob.Bucket { … })
//
// It refuses to ask for more than both S3 and a file system give: no object whose key is the folder of another's.
package blobtest

import (
	"io"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
)

// Run runs the suite, each case on an empty bucket of its own.
func Run(t *testing.T, open func(t *testing.T) blob.Bucket) {
	for name, check := range map[string]func(*testing.T, blob.Bucket){
		"what was written is read back":                              readBack,
		"a range is read as asked for, and cut at the end":           ranges,
		"a range outside the object is refused":                      rangesOutside,
		"what is not there is not found":                             notThere,
		"an overwrite replaces all of the bytes":                     overwrite,
		"an open object keeps its bytes through overwrite or delete": openThroughChange,
		"the ETag changes when the bytes do":                         etagChanges,
		"IfAbsent refuses an object that is there":                   ifAbsent,
		"of many writers with IfAbsent exactly one wins":             oneWriterWins,
		"overwriting while reading never shows half an object":       neverHalf,
		"a reader that breaks off stores nothing":                    brokenReader,
		"deleting ends an object, and deleting nothing succeeds":     deleting,
		"deleting a version spares what came after it":               deletingAVersion,
		"keys that are no keys are refused by every method":          invalidKeys,
		"keys in any script and up to the limits are kept":           oddKeys,
		"a context that has ended ends every call":                   endedContext,
		"a context that ends while writing stores nothing":           contextEndsWhileWriting,
		"a listing is in the order of bytes over nested keys":        listOrder,
		"a prefix lists what begins with it":                         listPrefix,
		"pages cover a listing without gaps and repeats":             listPages,
		"a listing goes on although its cursor's object is gone":     listAfterDelete,
		"a listing without an object is empty":                       listEmpty,
		"a bad limit or cursor is refused":                           listRefuses,
	} {
		t.Run(name, func(t *testing.T) { check(t, open(t)) })
	}
}

func write(t *testing.T, b blob.Bucket, key, bytes string) blob.Info {
	t.Helper()
	info, err := b.Write(t.Context(), key, strings.NewReader(bytes), blob.WriteOptions{})
	if err != nil {
		t.Fatalf("write %s: %v", key, err)
	}
	return info
}

func open(t *testing.T, b blob.Bucket, key string, r blob.Range) blob.Object {
	t.Helper()
	object, err := b.Open(t.Context(), key, r)
	if err != nil {
		t.Fatalf("open %s: %v", key, err)
	}
	return object
}

func content(t *testing.T, object blob.Object) string {
	t.Helper()
	bytes, err := io.ReadAll(object)
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	if err := object.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	return string(bytes)
}

func read(t *testing.T, b blob.Bucket, key string) string {
	t.Helper()
	return content(t, open(t, b, key, blob.Range{}))
}

func stat(t *testing.T, b blob.Bucket, key string) blob.Info {
	t.Helper()
	info, err := b.Stat(t.Context(), key)
	if err != nil {
		t.Fatalf("stat %s: %v", key, err)
	}
	return info
}

func wantCode(t *testing.T, what string, err error, want errs.Code) {
	t.Helper()
	if got := errs.CodeOf(err); got != want {
		t.Errorf("%s: got %q (%v), want %q", what, got, err, want)
	}
}

func readBack(t *testing.T, b blob.Bucket) {
	for key, want := range map[string]string{
		"main/empty":        "",
		"main/one":          "x",
		"main/deep/er/file": strings.Repeat("0123456789abcdef", 1<<16), // 1 MiB
		"main/binary.gz":    "\x00\xff\r\n\x1f\x8b",
	} {
		written := write(t, b, key, want)
		object := open(t, b, key, blob.Range{})
		if got := content(t, object); got != want {
			t.Errorf("%s: got %d other bytes, want the %d written", key, len(got), len(want))
		}
		if got := stat(t, b, key); got != written || got != object.Info {
			t.Errorf("%s: got three descriptions %+v, %+v, %+v, want one", key, written, got, object.Info)
		}
		if written.Key != key || written.Size != int64(len(want)) || written.ETag == "" || written.Modified.IsZero() {
			t.Errorf("%s: got the description %+v", key, written)
		}
	}
}

func ranges(t *testing.T, b blob.Bucket) {
	write(t, b, "main/digits", "0123456789")
	write(t, b, "main/empty", "")
	for _, c := range []struct {
		key  string
		r    blob.Range
		want string
	}{
		{"main/digits", blob.Range{}, "0123456789"},
		{"main/digits", blob.Range{Length: 4}, "0123"},
		{"main/digits", blob.Range{Offset: 3}, "3456789"},
		{"main/digits", blob.Range{Offset: 3, Length: 4}, "3456"},
		{"main/digits", blob.Range{Offset: 9, Length: 1}, "9"},
		{"main/digits", blob.Range{Offset: 8, Length: 100}, "89"},
		{"main/digits", blob.Range{Offset: 1, Length: 1<<63 - 1}, "123456789"},
		{"main/empty", blob.Range{}, ""},
		{"main/empty", blob.Range{Length: 7}, ""},
	} {
		object := open(t, b, c.key, c.r)
		if got, want := object.Info, stat(t, b, c.key); got != want {
			t.Errorf("%+v: got the description %+v, want the whole object's %+v", c.r, got, want)
		}
		if got := content(t, object); got != c.want {
			t.Errorf("%s %+v: got %q, want %q", c.key, c.r, got, c.want)
		}
	}
}

func rangesOutside(t *testing.T, b blob.Bucket) {
	write(t, b, "main/digits", "0123456789")
	for _, r := range []blob.Range{{Offset: 10}, {Offset: 11, Length: 1}, {Offset: -1}, {Length: -1}, {Offset: 1<<63 - 1}} {
		object, err := b.Open(t.Context(), "main/digits", r)
		wantCode(t, "range", err, errs.Invalid)
		if err == nil {
			content(t, object)
		}
	}
}

func notThere(t *testing.T, b blob.Bucket) {
	write(t, b, "main/folder/object", "x")
	for _, key := range []string{"main/other", "other/object", "main/folder", "main/folder/object/below"} {
		_, err := b.Open(t.Context(), key, blob.Range{})
		wantCode(t, "open "+key, err, errs.NotFound)
		_, err = b.Stat(t.Context(), key)
		wantCode(t, "stat "+key, err, errs.NotFound)
	}
}

func overwrite(t *testing.T, b blob.Bucket) {
	for _, want := range []string{"a longer first version", "short", "", "again"} {
		write(t, b, "main/object", want)
		if got := read(t, b, "main/object"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func openThroughChange(t *testing.T, b blob.Bucket) {
	want := strings.Repeat("first", 1000)
	write(t, b, "main/object", want)
	first, second := open(t, b, "main/object", blob.Range{}), open(t, b, "main/object", blob.Range{})
	write(t, b, "main/object", strings.Repeat("other", 1000))
	if got := content(t, first); got != want {
		t.Error("after an overwrite: got other bytes than were opened")
	}
	if err := b.Delete(t.Context(), "main/object", blob.EveryVersion); err != nil {
		t.Fatal(err)
	}
	if got := content(t, second); got != want {
		t.Error("after a delete: got other bytes than were opened")
	}
}

func etagChanges(t *testing.T, b blob.Bucket) {
	// Equal sizes and many writes at once: what is made of size and a coarse clock alone repeats here.
	seen := make(map[string]int)
	for i := range 20 {
		info := write(t, b, "main/object", string(rune('A'+i)))
		if before, repeated := seen[info.ETag]; repeated {
			t.Fatalf("write %d has the ETag of write %d", i, before)
		}
		seen[info.ETag] = i
	}
	if got, want := stat(t, b, "main/object").ETag, stat(t, b, "main/object").ETag; got != want {
		t.Errorf("got %q and %q for the same bytes", got, want)
	}
}
