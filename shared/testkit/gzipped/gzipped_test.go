package gzipped_test

import (
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/testkit/gzipped"
)

func TestWhatIsCompressedIsReadBack(t *testing.T) {
	for _, want := range []string{"", "text\nhello\n", strings.Repeat("text\n", 1<<16)} {
		r, err := gzip.NewReader(strings.NewReader(gzipped.String(want)))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != want {
			t.Errorf("read back %d bytes, %v, want the %d that were written", len(got), err, len(want))
		}
	}
}
