package rows

import (
	"io"
	"strconv"
	"strings"
)

// Reader reads rows. Make it with NewReader.
type Reader struct {
	scanner   *Scanner
	decoder   decoder
	kept      strings.Builder // of a few records
	draft     draft
	row       Row
	rejection Rejection
}

// decoder fills a draft from one record, of which it keeps stretches.
type decoder interface {
	decode(record string, draft *draft) problem
}

// NewReader returns a reader of the records of r, whose first byte is at start: behind the header, where there is one.
func NewReader(r io.Reader, layout Layout, start Start) *Reader {
	return newReader(NewScanner(r, layout.Format, start), layout)
}

// NewReaderOf is NewReader of data in memory, which is not copied and must stay as it is. Damaged data is the end of a damaged file.
func NewReaderOf(data []byte, damaged bool, layout Layout, start Start) *Reader {
	return newReader(newScannerOf(data, damaged, layout.Format, start), layout)
}

func newReader(scanner *Scanner, layout Layout) *Reader {
	reader := &Reader{scanner: scanner}
	if layout.Format == CSV {
		reader.decoder = newCSVDecoder(layout.Columns)
	} else {
		reader.decoder = &jsonDecoder{}
	}
	return reader
}

// Next returns the next row or rejection, and neither at the end. Both are valid until the next call.
func (r *Reader) Next() (*Row, *Rejection) {
	for r.scanner.Scan() {
		record := r.scanner.Record()
		if record.Blank {
			continue
		}
		if p := r.decode(record); p.code != "" {
			r.rejection = Rejection{Line: record.Line, ID: r.id(record), Code: p.code, Field: p.field, Message: p.code.Message()}
			return nil, &r.rejection
		}
		r.row.Line, r.row.Message.ID = record.Line, r.id(record)
		return &r.row, nil
	}
	return nil, nil
}

// Err returns what ended the reading early, nil at the end.
func (r *Reader) Err() error { return r.scanner.Err() }

func (r *Reader) decode(record Record) problem {
	r.draft.reset()
	if record.Code != "" {
		return problem{code: record.Code}
	}
	if p := r.decoder.decode(r.keep(record.Raw), &r.draft); p.code != "" {
		return p
	}
	if len(record.Raw) > longRecord {
		r.draft.part()
	}
	return r.draft.finish(&r.row)
}

// keep returns a copy of a record, in memory that it has in common with its neighbours unless it is long.
func (r *Reader) keep(raw []byte) string {
	if r.kept.Cap()-r.kept.Len() < len(raw) {
		r.kept.Reset()
		r.kept.Grow(max(len(raw), longRecord))
	}
	begin := r.kept.Len()
	r.kept.Write(raw)
	return r.kept.String()[begin:]
}

func (r *Reader) id(record Record) string {
	if id, ok := r.draft.id(); ok {
		return id
	}
	return strconv.Itoa(record.Line)
}
