package chunks

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/workflow/batch/rows"
	"github.com/customerai/customerai/shared/workflow/batch/source"
	"github.com/customerai/customerai/shared/workflow/batch/tally"
)

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
func inChunks(t *rapid.T, name, content string, s Size) (results, rejections string, total tally.Delta) {
	file, err := source.Open(strings.NewReader(content), name, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	c := Cutter{Scanner: file.Scanner, Size: s, Keep: true}
	var w Worker
	var good, bad bytes.Buffer
	for chunk, ok := c.Next(nil); ok; chunk, ok = c.Next(chunk.Data) {
		if got := content[chunk.Start.Offset : chunk.Start.Offset+chunk.Length]; got != string(chunk.Data) {
			t.Fatalf("chunk %d is %q by its range and %q by its records", chunk.Number, got, chunk.Data)
		}
		delta, err := w.Analyze(context.Background(), rows.NewReader(bytes.NewReader(chunk.Data), file.Layout, chunk.Start), &good, &bad)
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
		s := Size{Bytes: int64(rapid.IntRange(1, 60).Draw(t, "bytes")), Rows: rapid.IntRange(1, 5).Draw(t, "rows")}
		good, bad, total := inChunks(t, name, content, s)
		wantGood, wantBad, wantTotal := inChunks(t, name, content, Size{Bytes: 1 << 20, Rows: 1 << 20})
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
func chunksOf(t *testing.T, content string, s Size) []Chunk {
	t.Helper()
	file, err := source.Open(strings.NewReader(content), "a.csv", source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	c := Cutter{Scanner: file.Scanner, Size: s, Keep: true}
	var chunks []Chunk
	for next, ok := c.Next(nil); ok; next, ok = c.Next(nil) {
		chunks = append(chunks, next)
	}
	return chunks
}

func TestAKeptRecordThatIsTooLargeStaysOneRecord(t *testing.T) {
	chunks := chunksOf(t, "text\na\n"+strings.Repeat("x", 3<<20)+"\nb\n", Size{Bytes: 8 << 20, Rows: 50_000})
	if len(chunks) != 1 {
		t.Fatalf("%d chunks, want one", len(chunks))
	}
	reader := rows.NewReader(bytes.NewReader(chunks[0].Data), rows.Layout{Format: rows.CSV, Columns: []string{"text"}}, chunks[0].Start)
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
	if len(chunks[0].Data) > 3*rows.MaxRecord {
		t.Errorf("keeps %d bytes", len(chunks[0].Data))
	}
}

func TestLinesWithNothingOnThemDoNotFillAChunk(t *testing.T) {
	if got := len(chunksOf(t, "text\na\n"+strings.Repeat("\n", 9)+"b\nc\n", Size{Bytes: 100, Rows: 2})); got != 2 {
		t.Errorf("%d chunks, want two: of two rows and of one", got)
	}
}
