package stream

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/customerai/customerai/shared/testkit/gzipped"
	"github.com/customerai/customerai/shared/workflow/batch/rows"
	"github.com/customerai/customerai/shared/workflow/batch/tally"
)

// analyzed is what Analyze makes of a file.
func analyzed(t testing.TB, name string, input io.Reader) (tally.Summary, string, error) {
	t.Helper()
	var results, rejections bytes.Buffer
	summary, err := Analyze(context.Background(), input, Options{Name: name}, &results, &rejections)
	return summary, results.String() + rejections.String(), err
}

// repeated is a reader of one byte again and again.
func repeated(c byte, n int64) io.Reader {
	return io.LimitReader(repeat(bytes.Repeat([]byte{c}, 64<<10)), n)
}

type repeat []byte

func (r repeat) Read(p []byte) (int, error) { return copy(p, r), nil }

func TestALineOfTwoGigabytesCostsItself(t *testing.T) {
	input := io.MultiReader(strings.NewReader("id,text\n1,a\n"), repeated('x', 2<<30), strings.NewReader("\n3,c\n"))
	summary, lines, err := analyzed(t, "a.csv", input)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(lines, "\n"); got != 3 || summary.Rows != 3 || summary.Results != 2 {
		t.Errorf("%d lines for %d rows with %d results, want 3, 3 and 2", got, summary.Rows, summary.Results)
	}
	if len(summary.Rejections) != 1 || summary.Rejections[0].Code != rows.TooLarge {
		t.Errorf("rejected %+v, want one that is too large", summary.Rejections)
	}
}

func TestProgressGrowsToTheWhole(t *testing.T) {
	content := "text\n" + strings.Repeat("fine\n", 600)
	var seen []Progress
	options := Options{Progress: func(p Progress) { seen = append(seen, p) }, Workers: 3}
	if _, err := Analyze(t.Context(), strings.NewReader(content), options, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	want := Progress{Bytes: int64(len(content)), Rows: 600, Results: 600}
	if len(seen) != 3 || seen[2] != want || !slices.IsSortedFunc(seen, func(a, b Progress) int { return int(a.Rows - b.Rows) }) {
		t.Errorf("progress = %+v, want three steps up to %+v", seen, want)
	}
}

// failing fails to take anything.
type failing struct{}

var errDiskFull = errors.New("disk full")

func (failing) Write([]byte) (int, error) { return 0, errDiskFull }

func TestWhatStopsAFile(t *testing.T) {
	content := "text\n" + strings.Repeat("fine\n", 7000) + "\x00\n"
	boom := errors.New("boom")
	analyze := func(ctx context.Context, input io.Reader, results, rejections io.Writer) error {
		_, err := Analyze(ctx, input, Options{}, results, rejections)
		return err
	}
	t.Run("a reader that fails", func(t *testing.T) {
		err := analyze(t.Context(), io.MultiReader(strings.NewReader(content), iotest.ErrReader(boom)), io.Discard, io.Discard)
		if !errors.Is(err, boom) {
			t.Errorf("error = %v, want boom", err)
		}
	})
	t.Run("a compressed reader that fails", func(t *testing.T) {
		half := gzipped.String(content)
		err := analyze(t.Context(), io.MultiReader(strings.NewReader(half[:len(half)/2]), iotest.ErrReader(boom)), io.Discard, io.Discard)
		if !errors.Is(err, boom) {
			t.Errorf("error = %v, want boom and not a damaged file", err)
		}
	})
	t.Run("results that cannot be written", func(t *testing.T) {
		if err := analyze(t.Context(), strings.NewReader(content), failing{}, io.Discard); !errors.Is(err, errDiskFull) {
			t.Errorf("error = %v, want %v", err, errDiskFull)
		}
	})
	t.Run("rejections that cannot be written", func(t *testing.T) {
		if err := analyze(t.Context(), strings.NewReader(content), io.Discard, failing{}); !errors.Is(err, errDiskFull) {
			t.Errorf("error = %v, want %v", err, errDiskFull)
		}
	})
	t.Run("a context that ends while input is awaited", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		input, output := io.Pipe()
		defer output.Close() // ends the cutter
		go func() {
			_, _ = io.WriteString(output, content)
			cancel()
		}()
		if err := analyze(ctx, input, io.Discard, io.Discard); !errors.Is(err, context.Canceled) {
			t.Errorf("error = %v, want %v", err, context.Canceled)
		}
	})
}
