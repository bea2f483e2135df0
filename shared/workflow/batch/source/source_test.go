package source_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/testkit/gzipped"
	"github.com/customerai/customerai/shared/workflow/batch/rows"
	"github.com/customerai/customerai/shared/workflow/batch/source"
)

func TestNameAndContentDecideTheFormat(t *testing.T) {
	const csv, jsonl = "text\na\n", "{\"text\":\"a\"}\n"
	for name, test := range map[string]struct {
		name, content string
		want          rows.Format
		gzip          bool
		columns       []string
		next          rows.Start
	}{
		"CSV by name":                     {"a.CSV", csv, rows.CSV, false, []string{"text"}, rows.Start{Line: 2, Offset: 5}},
		"JSON Lines by name":              {"a.jsonl", jsonl, rows.JSONL, false, nil, rows.Start{Line: 1}},
		"JSON Lines by its other name":    {"a.ndjson", jsonl, rows.JSONL, false, nil, rows.Start{Line: 1}},
		"CSV by content":                  {"-", csv, rows.CSV, false, []string{"text"}, rows.Start{Line: 2, Offset: 5}},
		"JSON Lines by content":           {"", " \n" + jsonl, rows.JSONL, false, nil, rows.Start{Line: 1}},
		"the name wins over the content":  {"a.csv", "{\"x\",text\n1,a\n", rows.CSV, false, []string{`{"x"`, "text"}, rows.Start{Line: 2, Offset: 10}},
		"a byte order mark":               {"a.csv", "\xef\xbb\xbf" + csv, rows.CSV, false, []string{"text"}, rows.Start{Line: 2, Offset: 8}},
		"gzip by name":                    {"a.csv.GZ", gzipped.String(csv), rows.CSV, true, []string{"text"}, rows.Start{Line: 2, Offset: 5}},
		"gzip by content":                 {"a.jsonl", gzipped.String(jsonl), rows.JSONL, true, nil, rows.Start{Line: 1}},
		"a folder's name decides nothing": {"a.csv/x", jsonl, rows.JSONL, false, nil, rows.Start{Line: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			file, err := source.Open(strings.NewReader(test.content), test.name, source.DefaultLimits())
			if err != nil {
				t.Fatal(err)
			}
			if file.Layout.Format != test.want || file.Gzip != test.gzip || !slices.Equal(file.Layout.Columns, test.columns) {
				t.Errorf("got %+v, gzip %v, want %s %q, gzip %v", file.Layout, file.Gzip, test.want, test.columns, test.gzip)
			}
			if got := file.Scanner.Position(); got != test.next {
				t.Errorf("stands at %+v, want %+v", got, test.next)
			}
		})
	}
}

func TestFilesThatAreNoneAreRefused(t *testing.T) {
	for name, test := range map[string]struct{ name, content, want string }{
		"nothing":            {"a.csv", "", "the file is empty"},
		"nothing in gzip":    {"a.csv.gz", gzipped.String(""), "the file is empty"},
		"UTF-16":             {"a.csv", "\xfe\xff\x00t", "the file is UTF-16 or UTF-32; save it as UTF-8"},
		"a ZIP archive":      {"a.csv", "PK\x03\x04", "the file is a ZIP archive or a spreadsheet; save it as CSV"},
		"a PDF":              {"a.csv", "%PDF-1.7", "the file is binary, neither CSV nor JSON Lines"},
		"NULs":               {"a.jsonl", strings.Repeat("\x00", 600), "the file is binary, neither CSV nor JSON Lines"},
		"a JSON array":       {"a.jsonl", "[{}]", "the file is a JSON array; write one object on each line instead"},
		"a name that lies":   {"a.csv.gz", "text\n", "the file is named .gz but is not compressed with gzip"},
		"a header that ends": {"a.csv", "id\n", "the header has no column text or message; columns are separated by commas"},
		"gzip's first bytes": {"a.csv.gz", "\x1f\x8b", "the compressed file is damaged from its beginning"},
		"gzip's header":      {"a.csv.gz", gzipped.String("text\n")[:10], "the compressed file is damaged from its beginning"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := source.Open(strings.NewReader(test.content), test.name, source.DefaultLimits())
			if !errs.Is(err, errs.Invalid) || errs.Public(err).Message != test.want {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestLimitsEndTheScan(t *testing.T) {
	long := "text\n" + strings.Repeat("aaaaaaa\n", 10_000)
	for name, test := range map[string]struct {
		content string
		limits  source.Limits
		want    string
	}{
		"a plain file":    {long, source.Limits{Unpacked: 9000}, "the file holds more than 9000 bytes"},
		"an unpacked one": {gzipped.String(long), source.Limits{Unpacked: 9000, Ratio: 1000}, "the file holds more than 9000 bytes"},
		"a bomb":          {gzipped.String(long), source.Limits{Unpacked: 1 << 30, Ratio: 10, RatioFrom: 9000}, "the compressed file unpacks to more than 10 times its size"},
	} {
		t.Run(name, func(t *testing.T) {
			file, err := source.Open(iotest.OneByteReader(strings.NewReader(test.content)), "a.csv", test.limits)
			if err == nil {
				for file.Scanner.Scan() {
				}
				err = file.Scanner.Err()
			}
			if !errs.Is(err, errs.TooLarge) || errs.Public(err).Message != test.want {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestAReadersOwnErrorIsNotTheFiles(t *testing.T) {
	boom := errors.New("boom")
	packed := gzipped.String("text\n" + strings.Repeat("a\n", 100))
	for name, prefix := range map[string]string{
		"before anything": "", "inside a plain header": "te", "inside a header of gzip": packed[:5], "inside the content": packed[:len(packed)-20],
	} {
		t.Run(name, func(t *testing.T) {
			r := io.MultiReader(strings.NewReader(prefix), iotest.ErrReader(boom))
			file, err := source.Open(r, "a.csv", source.DefaultLimits())
			if err == nil {
				for file.Scanner.Scan() {
				}
				err = file.Scanner.Err()
			}
			if !errors.Is(err, boom) {
				t.Errorf("got %v, want boom", err)
			}
		})
	}
}
