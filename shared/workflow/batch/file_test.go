package batch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/testkit/gzipped"
	"github.com/customerai/customerai/shared/workflow/batch/rows"
	"github.com/customerai/customerai/shared/workflow/batch/source"
	"github.com/customerai/customerai/shared/workflow/batch/tally"
)

// analyzed is what AnalyzeFile makes of a file.
func analyzed(t testing.TB, name string, input io.Reader) (tally.Summary, string, error) {
	t.Helper()
	var results, rejections bytes.Buffer
	summary, err := AnalyzeFile(context.Background(), input, FileOptions{Name: name}, &results, &rejections)
	return summary, results.String() + rejections.String(), err
}

// repeated is a reader of one byte again and again.
func repeated(c byte, n int64) io.Reader {
	return io.LimitReader(repeat(bytes.Repeat([]byte{c}, 64<<10)), n)
}

type repeat []byte

func (r repeat) Read(p []byte) (int, error) { return copy(p, r), nil }

// awkward are files that are not what they should be, and what becomes of them: the code of each rejection and the number
// of results, or why the file is refused.
var awkward = map[string]struct {
	name    string
	content func() string
	results int
	rejects []rows.Code
	refused string
}{
	"an empty file":                 {name: "a.csv", content: plain(""), refused: "the file is empty"},
	"a file of nothing but lines":   {name: "a.csv", content: plain("\r\n\n"), refused: "the file is empty"},
	"an empty file in gzip":         {name: "a.csv.gz", content: packed(""), refused: "the file is empty"},
	"a NUL-filled file":             {name: "a.csv", content: plain(strings.Repeat("\x00", 9000)), refused: "the file is binary, neither CSV nor JSON Lines"},
	"a NUL-filled file of lines":    {name: "a.jsonl", content: plain(strings.Repeat("\x00", 9000)), refused: "the file is binary, neither CSV nor JSON Lines"},
	"a CSV with no text column":     {name: "a.csv", content: plain("id,body\n1,a\n"), refused: "the header has no column text or message; columns are separated by commas"},
	"a duplicated column":           {name: "a.csv", content: plain("id,text,Text\n1,a,b\n"), refused: "the header names a column twice"},
	"UTF-16":                        {name: "a.csv", content: plain("\xff\xfet\x00e\x00"), refused: "the file is UTF-16 or UTF-32; save it as UTF-8"},
	"a spreadsheet":                 {name: "a.csv", content: plain("PK\x03\x04zzz"), refused: "the file is a ZIP archive or a spreadsheet; save it as CSV"},
	"a JSON array":                  {name: "a.json", content: plain(` [{"text":"a"}]`), refused: "the file is a JSON array; write one object on each line instead"},
	"not gzip though .gz":           {name: "a.csv.gz", content: plain("id,text\n1,a\n"), refused: "the file is named .gz but is not compressed with gzip"},
	"gzip that ends in its header":  {name: "a.csv.gz", content: plain("\x1f\x8b\x08\x00"), refused: "the compressed file is damaged from its beginning"},
	"gzip that ends in its columns": {name: "a.csv.gz", content: cutTo("id,text\n1,a\n", 14), refused: "the header is not valid: the compressed file ends early or is damaged here; whatever followed is lost"},
	"a zip bomb": {name: "a.csv.gz", content: func() string {
		return gzipped.String("id,text\n1,") + strings.Repeat(gzipped.String(strings.Repeat("x", 1<<20)), 70)
	}, refused: "the compressed file unpacks to more than 200 times its size"},
	"a header only":         {name: "a.csv", content: plain("id,text\n")},
	"gzip without the name": {name: "-", content: packed("id,text\n1,a\n"), results: 1},
	"JSON Lines by content": {name: "-", content: plain("\n {\"text\":\"a\"}\n"), results: 1},
	"a byte order mark":     {name: "a.csv", content: plain("\xef\xbb\xbftext\na\n"), results: 1},
	"an open quote":         {name: "a.csv", content: plain("id,text\n1,\"a\n2,b\n3,c\n"), results: 2, rejects: []rows.Code{rows.OpenQuote}},
	"invalid UTF-8":         {name: "a.jsonl", content: plain("{\"text\":\"\xff\"}\n{\"text\":\"a\"}\n"), results: 1, rejects: []rows.Code{rows.InvalidUTF8}},
	"a NUL in one row":      {name: "a.csv", content: plain("text\na\x00\nb\n"), results: 1, rejects: []rows.Code{rows.NULByte}},
	"a half-written last line of JSON": {
		name: "a.jsonl", content: plain("{\"text\":\"a\"}\n{\"text\":\"b"), results: 1, rejects: []rows.Code{rows.InvalidJSON},
	},
	"a half-written last line of CSV": {
		name: "a.csv", content: plain("id,text,note\n1,a,x\n2,b"), results: 1, rejects: []rows.Code{rows.FieldCount},
	},
	"a line of 3 MiB among others": {
		name: "a.csv", content: plain("id,text\n1,a\n2," + strings.Repeat("x", 3<<20) + "\n3,c\n"), results: 2, rejects: []rows.Code{rows.TooLarge},
	},
	"a line of 3 MiB among others, in gzip": {
		name: "a.csv.gz", content: packed("id,text\n1,a\n2," + strings.Repeat("x", 3<<20) + "\n3,c\n"), results: 2, rejects: []rows.Code{rows.TooLarge},
	},
	"a cut-off .gz": {name: "a.jsonl.gz", content: func() string {
		whole := gzipped.String(strings.Repeat(`{"text":"a"}`+"\n", 40) + `{"text":"a`)
		return whole[:len(whole)-8] // without the sum at its end
	}, results: 40, rejects: []rows.Code{rows.Damaged}},
	"a .gz that is cut between rows": {name: "a.jsonl.gz", content: func() string {
		whole := gzipped.String(strings.Repeat(`{"text":"a"}`+"\n", 40))
		return whole[:len(whole)-8]
	}, results: 40, rejects: []rows.Code{rows.Damaged}},
	"a .gz with something behind it": {name: "a.jsonl.gz", content: func() string {
		return gzipped.String(`{"text":"a"}`+"\n") + "something else"
	}, results: 1, rejects: []rows.Code{rows.Damaged}},
	"two .gz in one": {name: "a.csv.gz", content: func() string {
		return gzipped.String("text\na\n") + gzipped.String("b\n")
	}, results: 2},
}

func plain(s string) func() string  { return func() string { return s } }
func packed(s string) func() string { return func() string { return gzipped.String(s) } }

// cutTo keeps the first n bytes of the compressed content.
func cutTo(s string, n int) func() string { return func() string { return gzipped.String(s)[:n] } }

func TestAwkwardFilesAtHand(t *testing.T) {
	for name, test := range awkward {
		t.Run(name, func(t *testing.T) {
			summary, lines, err := analyzed(t, test.name, strings.NewReader(test.content()))
			if test.refused != "" {
				if got := errs.Public(err).Message; got != test.refused {
					t.Errorf("refused with %q (%v), want %q", got, err, test.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			checkAwkward(t, test.results, test.rejects, summary, lines)
		})
	}
}

func TestAwkwardFilesUploaded(t *testing.T) {
	for name, test := range awkward {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, nil)
			h.put("main/"+strings.ReplaceAll(test.name, "-", "stdin"), test.content())
			h.mustProcess("main/" + strings.ReplaceAll(test.name, "-", "stdin"))
			detail := h.only()
			if test.refused != "" {
				if detail.Status != Failed || detail.Failure == nil || detail.Failure.Message != test.refused {
					t.Errorf("%s with %+v, want FAILED with %q", detail.Status, detail.Failure, test.refused)
				}
				return
			}
			if detail.Status != Completed {
				t.Fatalf("%s with %+v, want COMPLETED", detail.Status, detail.Failure)
			}
			checkAwkward(t, test.results, test.rejects, *detail.Summary, h.pages(detail.BatchID, 7))
		})
	}
}

func checkAwkward(t *testing.T, results int, rejects []rows.Code, summary tally.Summary, lines string) {
	t.Helper()
	var codes []rows.Code
	for _, r := range summary.Rejections {
		codes = append(codes, r.Code)
	}
	if int(summary.Results) != results || !slices.Equal(codes, rejects) {
		t.Errorf("%d results and rejections %q, want %d and %q", summary.Results, codes, results, rejects)
	}
	if got := strings.Count(lines, "\n"); got != results+len(rejects) || int(summary.Rows) != got {
		t.Errorf("%d lines for %d rows, want %d", got, summary.Rows, results+len(rejects))
	}
}

func TestALineOfTwoGigabytesCostsItself(t *testing.T) {
	input := io.MultiReader(strings.NewReader("id,text\n1,a\n"), repeated('x', 2<<30), strings.NewReader("\n3,c\n"))
	summary, lines, err := analyzed(t, "a.csv", input)
	if err != nil {
		t.Fatal(err)
	}
	checkAwkward(t, 2, []rows.Code{rows.TooLarge}, summary, lines)
}

// hostileCSV is a header and then anything, rich in what makes CSV hard.
func hostileCSV(t *rapid.T) string {
	pieces := []string{`"`, `"`, `""`, ",", "\n", "\n", "\r\n", "a", "b c", `","`, "\xff", "\x00", "7,good\n", "8,\"fine, too\"\n"}
	return "id,text\n" + strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 80).Draw(t, "pieces"), "")
}

func hostileJSONL(t *rapid.T) string {
	pieces := []string{`{"text":"a"}`, `{"text":"good","n":1}`, "\n", "\n", "{", "}", `"`, `{"text":""}`, `{"text":1}`, "\xff", " "}
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 60).Draw(t, "pieces"), "") + "\n{}"
}

// inChunks analyses a file chunk by chunk, each from its own bytes alone.
func inChunks(t *rapid.T, name, content string, s size) (results, rejections string, total tally.Delta) {
	file, err := source.Open(strings.NewReader(content), name, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	c := cutter{scanner: file.Scanner, size: s, keep: true}
	var w worker
	var good, bad bytes.Buffer
	for chunk, ok := c.next(nil); ok; chunk, ok = c.next(chunk.data) {
		if got := content[chunk.start.Offset : chunk.start.Offset+chunk.length]; got != string(chunk.data) {
			t.Fatalf("chunk %d is %q by its range and %q by its records", chunk.number, got, chunk.data)
		}
		delta, err := w.analyze(context.Background(), rows.NewReader(bytes.NewReader(chunk.data), file.Layout, chunk.start), &good, &bad)
		if err != nil {
			t.Fatal(err)
		}
		total.Add(delta)
	}
	return good.String(), bad.String(), total
}

func TestTheSizeOfTheChunksDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name, draw := "a.csv", hostileCSV
		if rapid.Bool().Draw(t, "json") {
			name, draw = "a.jsonl", hostileJSONL
		}
		content := draw(t)
		if _, err := source.Open(strings.NewReader(content), name, source.DefaultLimits()); errs.Is(err, errs.Invalid) && strings.Contains(err.Error(), "binary") {
			t.Skip("refused as a whole for its zero bytes, before there are chunks")
		}
		s := size{bytes: int64(rapid.IntRange(1, 60).Draw(t, "bytes")), rows: rapid.IntRange(1, 5).Draw(t, "rows")}
		good, bad, total := inChunks(t, name, content, s)
		wantGood, wantBad, wantTotal := inChunks(t, name, content, size{bytes: 1 << 20, rows: 1 << 20})
		if good != wantGood || bad != wantBad {
			t.Fatalf("chunks of %+v gave\n%s%swant\n%s%s", s, good, bad, wantGood, wantBad)
		}
		if got, want := fmt.Sprint(total.Summary()), fmt.Sprint(wantTotal.Summary()); got != want {
			t.Fatalf("chunks of %+v summed up to\n%s\nwant\n%s", s, got, want)
		}
		if n := strings.Count(good, "\n") + strings.Count(bad, "\n"); int64(n) != total.Rows {
			t.Fatalf("%d lines for %d rows", n, total.Rows)
		}
	})
}

// chunksOf cuts a file and keeps the records.
func chunksOf(t *testing.T, content string, s size) []chunk {
	t.Helper()
	file, err := source.Open(strings.NewReader(content), "a.csv", source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	c := cutter{scanner: file.Scanner, size: s, keep: true}
	var chunks []chunk
	for next, ok := c.next(nil); ok; next, ok = c.next(nil) {
		chunks = append(chunks, next)
	}
	return chunks
}

func TestAKeptRecordThatIsTooLargeStaysOneRecord(t *testing.T) {
	chunks := chunksOf(t, "text\na\n"+strings.Repeat("x", 3<<20)+"\nb\n", storedChunk)
	if len(chunks) != 1 {
		t.Fatalf("%d chunks, want one", len(chunks))
	}
	reader := rows.NewReader(bytes.NewReader(chunks[0].data), rows.Layout{Format: rows.CSV, Columns: []string{"text"}}, chunks[0].start)
	var lines []int
	for row, rejection := reader.Next(); row != nil || rejection != nil; row, rejection = reader.Next() {
		if row != nil {
			lines = append(lines, row.Line)
		} else {
			lines = append(lines, -rejection.Line)
		}
	}
	if !slices.Equal(lines, []int{2, -3, 4}) {
		t.Errorf("rows and (negative) rejections on lines %d, want 2, -3, 4", lines)
	}
	if len(chunks[0].data) > 3*rows.MaxRecord {
		t.Errorf("keeps %d bytes", len(chunks[0].data))
	}
}

func TestLinesWithNothingOnThemDoNotFillAChunk(t *testing.T) {
	if got := len(chunksOf(t, "text\na\n"+strings.Repeat("\n", 9)+"b\nc\n", size{bytes: 100, rows: 2})); got != 2 {
		t.Errorf("%d chunks, want two: of two rows and of one", got)
	}
}

func TestAFileAtHandAndAnUploadedOneGiveTheSame(t *testing.T) {
	var content strings.Builder
	content.WriteString("id,channel,text\n")
	for i := range 3000 {
		fmt.Fprintf(&content, "m%d,chat,\"The parcel came late,\nand nobody answered my %d calls.\"\n", i, i%7)
	}
	h := newHouse(t, nil)
	h.put("main/a.csv", content.String())
	splitter := h.splitter()
	splitter.chunk = size{bytes: 100_000, rows: 500}
	if err := errors.Join(splitter.Split(t.Context(), "main/a.csv"), h.drain()); err != nil {
		t.Fatal(err)
	}
	detail := h.only()
	summary, lines, err := analyzed(t, "a.csv", strings.NewReader(content.String()))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := asJSON(t, detail.Summary), asJSON(t, summary); got != want {
		t.Errorf("uploaded %s\nat hand  %s", got, want)
	}
	if got := h.pages(detail.BatchID, 1000); got != lines || summary.Results != 3000 {
		t.Errorf("the rows differ, or are not 3,000 but %d", summary.Results)
	}
}

func TestProgressGrowsToTheWhole(t *testing.T) {
	content := "text\n" + strings.Repeat("fine\n", 600)
	var seen []Progress
	options := FileOptions{Progress: func(p Progress) { seen = append(seen, p) }, Workers: 3}
	if _, err := AnalyzeFile(t.Context(), strings.NewReader(content), options, io.Discard, io.Discard); err != nil {
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
		_, err := AnalyzeFile(ctx, input, FileOptions{}, results, rejections)
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
