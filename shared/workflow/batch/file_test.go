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

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/testkit/gzipped"
	"github.com/customerai/customerai/shared/workflow/batch/chunks"
	"github.com/customerai/customerai/shared/workflow/batch/ledger"
	"github.com/customerai/customerai/shared/workflow/batch/rows"
	"github.com/customerai/customerai/shared/workflow/batch/stream"
	"github.com/customerai/customerai/shared/workflow/batch/tally"
)

// analyzed is what becomes of a file at hand.
func analyzed(t testing.TB, name string, input io.Reader) (tally.Summary, string, error) {
	t.Helper()
	var results, rejections bytes.Buffer
	summary, err := stream.Analyze(context.Background(), input, stream.Options{Name: name}, &results, &rejections)
	return summary, results.String() + rejections.String(), err
}

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
				if detail.Status != ledger.Failed || detail.Failure == nil || detail.Failure.Message != test.refused {
					t.Errorf("%s with %+v, want FAILED with %q", detail.Status, detail.Failure, test.refused)
				}
				return
			}
			if detail.Status != ledger.Completed {
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

func TestAFileAtHandAndAnUploadedOneGiveTheSame(t *testing.T) {
	var content strings.Builder
	content.WriteString("id,channel,text\n")
	for i := range 3000 {
		fmt.Fprintf(&content, "m%d,chat,\"The parcel came late,\nand nobody answered my %d calls.\"\n", i, i%7)
	}
	h := newHouse(t, nil)
	h.put("main/a.csv", content.String())
	splitter := h.splitter()
	splitter.chunk = chunks.Size{Bytes: 100_000, Rows: 500}
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
