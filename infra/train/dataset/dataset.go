// Package dataset reads the rows that models are trained and measured on. Rows stay outside the repository.
//
// Normal use: Read a file of gzipped JSON Lines, keep what the model can use.
//
//	rows, err := dataset.Read(filepath.Join(dir, "sentiment", "train.jsonl.gz"))
//
// It refuses rows that are not JSON objects, naming the file and the line, never the text.
package dataset

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Row is one labelled text. Which of the fields are set depends on the source.
type Row struct {
	Text     string   `json:"text"`
	Label    string   `json:"label"`
	Intent   string   `json:"intent"`
	Category string   `json:"category"`
	Source   string   `json:"source"`
	Valence  *float64 `json:"valence"` // mean of human ratings, -4 to 4
	Test     string   `json:"test"`    // the capability a template test is about
}

// Read returns the rows of a gzipped JSON Lines file.
func Read(path string) ([]Row, error) { return ReadAs[Row](path) }

// ReadAs is Read for rows of another shape.
func ReadAs[T any](path string) ([]T, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	rows, err := readFrom[T](file)
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("read rows of %s: %w", filepath.Base(path), err)
	}
	return rows, nil
}

func readFrom[T any](r io.Reader) ([]T, error) {
	unzipped, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	var rows []T
	lines := bufio.NewScanner(unzipped)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var row T
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			return nil, fmt.Errorf("line %d: not a row", len(rows)+1)
		}
		rows = append(rows, row)
	}
	return rows, lines.Err()
}
