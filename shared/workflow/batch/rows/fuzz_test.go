package rows_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/customerai/customerai/shared/workflow/batch/rows"
)

// FuzzCSV reads anything behind a header. Every row must be what encoding/csv makes of the same bytes, which is looser, and
// no line may be lost: rows and rejections begin on lines that go up.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		"1,a\n2,b\n", "1,\"a,\"\"b\"\"\r\nc\"\n", "1,\"a\n2,b\n", "1,\"a\"b\n\n", "\",\",\"\n\",\",\"\n", "1,\xff\n", "1,a\x00\n", "1", "\"\"\"\n", "1,\"\"\n",
	} {
		f.Add(seed)
	}
	layout := rows.Layout{Format: rows.CSV, Columns: []string{"id", "text"}}
	f.Fuzz(func(t *testing.T, data string) {
		data = data[:min(len(data), 4096)] // the comparison below is quadratic
		reader := rows.NewReader(strings.NewReader(data), layout, rows.Start{Line: 1})
		lines := strings.SplitAfter(data, "\n")
		last := 0
		for row, rejection := reader.Next(); row != nil || rejection != nil; row, rejection = reader.Next() {
			if rejection != nil {
				if rejection.Line <= last || rejection.Message == "" {
					t.Fatalf("rejection %+v after line %d", rejection, last)
				}
				last = rejection.Line
				continue
			}
			if row.Line <= last {
				t.Fatalf("row of line %d after line %d", row.Line, last)
			}
			last = row.Line
			standard := csv.NewReader(strings.NewReader(strings.Join(lines[row.Line-1:], "")))
			standard.LazyQuotes, standard.FieldsPerRecord = true, -1
			fields, err := standard.Read()
			want := strings.ReplaceAll(row.Message.Text, "\r\n", "\n") // encoding/csv folds line ends inside quotes
			if err != nil || len(fields) != 2 || fields[1] != want {
				t.Fatalf("line %d is %q, encoding/csv reads %q, %v", row.Line, row.Message.Text, fields, err)
			}
		}
		if err := reader.Err(); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzJSONL reads anything. Every row must be a JSON object to encoding/json too, with the same text.
func FuzzJSONL(f *testing.F) {
	for _, seed := range []string{
		`{"text":"a"}`, `{"id":1,"text":"\u00e9\ud83d\ude00"}`, "{\"message\":\"a\"}\n\n{\"text\":1}", `{"text":"a","text":"b"}`,
		`{"text":"a","d":[[{"k":[1]}]]}`, `{"text":"\ud800"}`, `{"text":"a"}{"text":"b"}`, `{"TEXT":"a","Text":"b"}`, "{\"text\":\"a\"}\r", `{`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data string) {
		lines := strings.Split(data, "\n")
		reader := rows.NewReader(strings.NewReader(data), rows.Layout{Format: rows.JSONL}, rows.Start{Line: 1})
		for row, rejection := reader.Next(); row != nil || rejection != nil; row, rejection = reader.Next() {
			if row == nil {
				continue
			}
			var object map[string]any
			if err := json.Unmarshal([]byte(lines[row.Line-1]), &object); err != nil {
				t.Fatalf("line %d is a row but no JSON: %v", row.Line, err)
			}
			if !utf8.ValidString(row.Message.Text) || !holds(object, row.Message.Text) {
				t.Fatalf("line %d has the text %q, which is in no member of %q", row.Line, row.Message.Text, lines[row.Line-1])
			}
		}
		if err := reader.Err(); err != nil {
			t.Fatal(err)
		}
	})
}

func holds(object map[string]any, text string) bool {
	for _, value := range object {
		if value == text {
			return true
		}
	}
	return false
}

// TestStrictJSON puts every file of JSONTestSuite as an attribute of a row.
func TestStrictJSON(t *testing.T) {
	const archive = "../../../../../shared/data/security/jsontestsuite-340-files.tar.gz"
	file, err := os.Open(archive)
	if err != nil {
		t.Skip("JSONTestSuite is not on this machine: ", err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	// Free cases: what the standard leaves open. The numbers are kept as they are written, so none is out of range.
	accepted := []string{
		"i_number_double_huge_neg_exp.json", "i_number_huge_exp.json", "i_number_neg_int_huge_exp.json",
		"i_number_pos_double_huge_exp.json", "i_number_real_neg_overflow.json", "i_number_real_pos_overflow.json",
		"i_number_real_underflow.json", "i_number_too_big_neg_int.json", "i_number_too_big_pos_int.json",
		"i_number_very_big_negative_int.json",
	}
	seen := map[string]int{}
	for reader := tar.NewReader(unpacked); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		name := path.Base(header.Name)
		if len(name) < 2 || name[1] != '_' || path.Ext(name) != ".json" {
			continue
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		if name[0] == 'y' {
			content = bytes.ReplaceAll(content, []byte("\n"), []byte(" ")) // a line end ends the row
		}
		line := `{"text":"x","attribute":` + string(content) + "}"
		_, rejection := rows.NewReader(strings.NewReader(line), rows.Layout{Format: rows.JSONL}, rows.Start{Line: 1}).Next()
		seen[name[:1]]++
		want := name[0] == 'y' && !strings.Contains(name, "duplicated_key") || slices.Contains(accepted, name)
		if got := rejection == nil; got != want {
			t.Errorf("%s: accepted is %v, want %v", name, got, want)
		}
	}
	if seen["y"] == 0 || seen["n"] == 0 || seen["i"] == 0 {
		t.Errorf("saw %v, want cases of each kind", seen)
	}
}
