package source_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/testkit/gzipped"
	"github.com/customerai/customerai/shared/workflow/batch/rows"
	"github.com/customerai/customerai/shared/workflow/batch/source"
)

// FuzzOpen reads anything as a file of any name. Whatever is wrong with it is the file's fault and said so, what passes the limits
// is never read, and of a file that is whole no byte is left over.
func FuzzOpen(f *testing.F) {
	for _, seed := range []struct{ name, content string }{
		{"a.csv", "id,text\n1,a\n"},
		{"a.jsonl", `{"text":"a"}`},
		{"-", "\xef\xbb\xbftext\r\na\r\n"},
		{"a.csv.gz", gzipped.String("text\na\n")},
		{"a.csv.gz", gzipped.String("text\na\n") + gzipped.String("b\n")},
		{"a.gz", "\x1f\x8b"},
		{"a.csv", "\xff\xfet\x00"},
		{"a.json", " [{}]"},
		{"a.csv.gz", gzipped.String("text\n" + strings.Repeat("a\n", 5000))},
		{"", ""},
		{"a.csv", "text\n\"a"},
		{"a.csv", "text\n" + strings.Repeat("a\n", 40_000)},
	} {
		f.Add(seed.name, []byte(seed.content))
	}
	limits := source.Limits{Unpacked: 1 << 16, Ratio: 50, RatioFrom: 1 << 12}
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		file, err := source.Open(bytes.NewReader(content), name, limits)
		if err != nil {
			wantTheFiles(t, err)
			return
		}
		damaged := false
		for file.Scanner.Scan() {
			damaged = damaged || file.Scanner.Record().Code == rows.Damaged
		}
		if err := file.Scanner.Err(); err != nil {
			wantTheFiles(t, err)
			return
		}
		read, whole := file.Scanner.Position().Offset, int64(len(content))
		if file.Gzip {
			whole = unpackedLength(content)
		}
		if read > limits.Unpacked || !damaged && read != whole {
			t.Errorf("%d bytes were read of %d, damaged: %t", read, whole, damaged)
		}
	})
}

// wantTheFiles wants an error to be one that a client is told.
func wantTheFiles(t *testing.T, err error) {
	t.Helper()
	if !errs.Is(err, errs.Invalid) && !errs.Is(err, errs.TooLarge) {
		t.Errorf("a file is refused with %v, want its own fault", err)
	}
}

func unpackedLength(packed []byte) int64 {
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return -1
	}
	n, err := io.Copy(io.Discard, unpacked)
	if err != nil {
		return -1
	}
	return n
}
