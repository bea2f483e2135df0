package rows

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/customerai/customerai/shared/errs"
)

// Limits of a CSV header.
const (
	MaxColumns    = 256
	MaxColumnName = 128 // bytes
)

// ReadHeader reads the names of the columns from the first record of a CSV file: trimmed and in lower case. Its errors are
// errs.Invalid and say what is wrong with the file.
func ReadHeader(s *Scanner) ([]string, error) {
	for s.Scan() {
		if record := s.Record(); !record.Blank {
			return parseHeader(record)
		}
	}
	if err := s.Err(); err != nil {
		return nil, err
	}
	return nil, errs.New(errs.Invalid, "the file is empty")
}

func parseHeader(record Record) ([]string, error) {
	header := string(record.Raw)
	if code := cmp.Or(record.Code, check(header)); code != "" {
		return nil, errs.New(errs.Invalid, "the header is not valid: "+code.Message())
	}
	columns := splitFields(withoutLineEnd(header), nil)
	if len(columns) > MaxColumns {
		return nil, errs.New(errs.Invalid, "the header has more than 256 columns")
	}
	for i, name := range columns {
		name = strings.ToLower(strings.TrimSpace(name))
		switch {
		case len(name) > MaxColumnName:
			return nil, errs.New(errs.Invalid, "the header has a name longer than 128 bytes")
		case strings.ContainsFunc(name, isControl):
			return nil, errs.New(errs.Invalid, "the header holds a control character; lines must end with LF or CRLF")
		case name != "" && slices.Contains(columns[:i], name):
			return nil, errs.New(errs.Invalid, "the header names a column twice")
		}
		columns[i] = name
	}
	if !slices.Contains(columns, "text") && !slices.Contains(columns, "message") {
		return nil, errs.New(errs.Invalid, "the header has no column text or message; columns are separated by commas")
	}
	return columns, nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// check returns why a record cannot be decoded in any format, "" if it may be.
func check(record string) Code {
	switch {
	case strings.IndexByte(record, 0) >= 0:
		return NULByte
	case !utf8.ValidString(record):
		return InvalidUTF8
	}
	return ""
}

func withoutLineEnd(record string) string {
	return strings.TrimSuffix(strings.TrimSuffix(record, "\n"), "\r")
}

// splitFields appends the fields of one CSV record without its line end, whose quotes are known to work out.
func splitFields(record string, fields []string) []string {
	for {
		if !strings.HasPrefix(record, `"`) {
			field, rest, more := strings.Cut(record, ",")
			fields = append(fields, field)
			if !more {
				return fields
			}
			record = rest
			continue
		}
		end := 1
		for {
			end += strings.IndexByte(record[end:], '"')
			if !strings.HasPrefix(record[end+1:], `"`) {
				break
			}
			end += 2
		}
		fields = append(fields, unquote(record[1:end]))
		if end+1 == len(record) {
			return fields
		}
		record = record[end+2:]
	}
}

func unquote(field string) string {
	if strings.IndexByte(field, '"') < 0 {
		return field
	}
	return strings.ReplaceAll(field, `""`, `"`)
}

// csvDecoder decodes records of a file with the given columns.
type csvDecoder struct {
	columns []column
	fields  []string
}

func newCSVDecoder(names []string) *csvDecoder {
	d := &csvDecoder{columns: make([]column, len(names))}
	for i, name := range names {
		d.columns[i] = columnOf(name)
	}
	return d
}

func (d *csvDecoder) decode(record string, draft *draft) problem {
	if code := check(record); code != "" {
		return problem{code: code}
	}
	d.fields = splitFields(withoutLineEnd(record), d.fields[:0])
	if len(d.fields) != len(d.columns) {
		return problem{code: FieldCount}
	}
	for i, c := range d.columns {
		draft.set(c, d.fields[i])
	}
	return problem{}
}
