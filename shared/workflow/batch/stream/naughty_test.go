package stream

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
)

const naughtyStrings = "../../../../../shared/data/security/blns.json"

// Every naughty string in every column, in a file of each format: it is one line of results or of rejections, which is one JSON
// object, and an id that is accepted comes back as it was.
func TestNoNaughtyStringInAnyColumnCostsMoreThanItsRow(t *testing.T) {
	content, err := os.ReadFile(naughtyStrings)
	if err != nil {
		t.Skip("the naughty strings are not beside the repository (../shared/data/security)")
	}
	var naughty []string
	if err := json.Unmarshal(content, &naughty); err != nil || len(naughty) < 500 {
		t.Fatalf("%d strings, %v, want at least 500", len(naughty), err)
	}
	columns := []string{"id", "conversation_id", "customer_id", "participant", "timestamp", "channel", "segment", "language", "note", "text"}
	for at, column := range columns {
		var table, lines bytes.Buffer
		w := csv.NewWriter(&table)
		if err := w.Write(columns); err != nil {
			t.Fatal(err)
		}
		for _, text := range naughty {
			row := make([]string, len(columns))
			row[len(row)-1] = "It is late."
			row[at] = text
			object, err := json.Marshal(map[string]string{"text": "It is late.", column: text})
			if err := errors.Join(err, w.Write(row)); err != nil {
				t.Fatal(err)
			}
			lines.Write(append(object, '\n'))
		}
		w.Flush()
		for name, file := range map[string]*bytes.Buffer{"a.csv": &table, "a.jsonl": &lines} {
			summary, said, err := analyzed(t, name, file)
			if err != nil {
				t.Fatalf("%s in %s: %v", column, name, err)
			}
			if int(summary.Rows) != len(naughty) || strings.Count(said, "\n") != len(naughty) {
				t.Errorf("%s in %s: %d rows and %d lines for %d strings", column, name, summary.Rows, strings.Count(said, "\n"), len(naughty))
			}
			first := map[string]int{"a.csv": 2, "a.jsonl": 1}[name]
			for line := range strings.Lines(said) {
				if problem := strange(column, line, func(n int) string { return naughty[n-first] }); problem != "" {
					t.Errorf("%s in %s: %s: %s", column, name, problem, line)
				}
			}
		}
	}
}

// strange returns what is wrong with a line about a row with a naughty string in a column.
func strange(column, line string, textOf func(line int) string) string {
	var row struct {
		ID, Code, Text string
		Line           int
		PII            []any
	}
	if err := json.Unmarshal([]byte(line), &row); err != nil {
		return "no JSON"
	}
	switch text := textOf(row.Line); {
	case row.Code != "":
	case column == "id" && strings.TrimSpace(text) != "" && row.ID != strings.TrimSpace(text):
		return "another id"
	case column == "text" && len(row.PII) == 0 && row.Text != text:
		return "another text"
	}
	return ""
}
