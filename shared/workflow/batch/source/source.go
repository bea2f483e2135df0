// Package source opens a file of customer messages whatever it is wrapped in: CSV or JSON Lines, with or without gzip and
// a byte order mark.
//
// Normal use: open, then scan; the scanner stands behind the header.
//
//	file, err := source.Open(r, "messages.csv.gz", source.DefaultLimits())
//	for file.Scanner.Scan() { … }
//	err = file.Scanner.Err()
//
// The name decides (.csv, .jsonl, .ndjson, each with .gz), the first bytes decide where the name does not, as for standard
// input.
//
// It refuses, with errs.Invalid or errs.TooLarge and a reason that a person can act on, what is no such file: nothing at
// all, UTF-16, binary data, a JSON array, .gz that is not gzip, a header without a text column, and what unpacks to more
// than the limits, as soon as they are passed. Any other error comes from the reader.
package source

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"path"
	"strings"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/workflow/batch/rows"
)

// File is an open file. Layout, Scanner and where the scanner stands are all that is needed to read on from any record.
type File struct {
	Layout  rows.Layout
	Gzip    bool // offsets count unpacked bytes
	Scanner *rows.Scanner
}

// sniffed is how many of the first bytes decide what a file is.
const sniffed = 512

// Open reads the beginning of r. The caller keeps ownership of r.
func Open(r io.Reader, name string, limits Limits) (*File, error) {
	base, namedGzip := strings.CutSuffix(strings.ToLower(path.Base(name)), ".gz")
	content := bufio.NewReaderSize(r, 64<<10)
	magic, err := peek(content, 2)
	if err != nil {
		return nil, err
	}
	zipped := bytes.Equal(magic, []byte{0x1f, 0x8b})
	if zipped {
		unpacked, err := unpack(content, limits)
		if err != nil {
			return nil, err
		}
		content = bufio.NewReaderSize(unpacked, 64<<10)
	} else {
		content = bufio.NewReaderSize(&capped{source: content, limits: limits}, 64<<10)
	}
	head, err := peek(content, sniffed)
	if err != nil {
		return nil, err
	}
	if namedGzip && !zipped && len(head) > 0 {
		return nil, errs.New(errs.Invalid, "the file is named .gz but is not compressed with gzip")
	}
	start := rows.Start{Line: 1}
	if mark := []byte("\xef\xbb\xbf"); bytes.HasPrefix(head, mark) {
		if _, err := content.Discard(len(mark)); err != nil {
			return nil, err
		}
		head, start.Offset = head[len(mark):], int64(len(mark))
	}
	if err := refuse(head); err != nil {
		return nil, err
	}
	file := &File{Layout: rows.Layout{Format: formatOf(base, head)}, Gzip: zipped}
	file.Scanner = rows.NewScanner(content, file.Layout.Format, start)
	switch {
	case file.Layout.Format == rows.CSV:
		file.Layout.Columns, err = rows.ReadHeader(file.Scanner)
	case bytes.HasPrefix(bytes.TrimLeft(head, blanks), []byte("[")):
		err = errs.New(errs.Invalid, "the file is a JSON array; write one object on each line instead")
	}
	if err != nil {
		return nil, err
	}
	return file, nil
}

const blanks = " \t\r\n"

// peek returns the first bytes of r, fewer when it is shorter or damaged: what is wrong shows when they have been read.
func peek(r *bufio.Reader, n int) ([]byte, error) {
	head, err := r.Peek(n)
	switch {
	case err == nil, err == io.EOF, len(head) > 0:
		return head, nil
	case errors.Is(err, rows.ErrDamaged):
		return nil, errs.Wrap(errs.Invalid, "the compressed file is damaged from its beginning", err)
	}
	return nil, err
}

// refuse says why a file that begins like this cannot be read.
func refuse(head []byte) error {
	begins := func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) }
	switch {
	case len(head) == 0:
		return errs.New(errs.Invalid, "the file is empty")
	case begins("\xff\xfe"), begins("\xfe\xff"), begins("\x00\x00\xfe\xff"):
		return errs.New(errs.Invalid, "the file is UTF-16 or UTF-32; save it as UTF-8")
	case begins("PK\x03\x04"):
		return errs.New(errs.Invalid, "the file is a ZIP archive or a spreadsheet; save it as CSV")
	case begins("%PDF-"), begins("PAR1"), begins("\x28\xb5\x2f\xfd"), begins("BZh"), begins("\xfd7zXZ"),
		bytes.Count(head, []byte{0})*4 > len(head):
		return errs.New(errs.Invalid, "the file is binary, neither CSV nor JSON Lines")
	}
	return nil
}

// formatOf decides by the name without .gz, else by the first byte that says something.
func formatOf(base string, head []byte) rows.Format {
	switch path.Ext(base) {
	case ".csv":
		return rows.CSV
	case ".jsonl", ".ndjson":
		return rows.JSONL
	}
	if first := bytes.TrimLeft(head, blanks); len(first) > 0 && (first[0] == '{' || first[0] == '[') {
		return rows.JSONL
	}
	return rows.CSV
}
