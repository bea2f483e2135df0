package rows

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxDepth is how deep a value may be nested, the record's own object included.
const maxDepth = 32

// jsonDecoder decodes one JSON object a record. jsontext is strict where it matters: names that occur twice, bytes that are
// not UTF-8 and lone surrogates are refused. Names that differ in letter case only occur twice.
type jsonDecoder struct {
	source bytes.Buffer
	tokens jsontext.Decoder
	text   []byte
	short  plainObject
}

func (d *jsonDecoder) decode(record string, draft *draft) problem {
	short := &d.short
	if len(record) > longRecord {
		short = new(plainObject) // which nobody keeps, nor the record with it
	}
	if short.decode(record, draft) {
		return problem{}
	}
	draft.reset()
	if code := check(record); code != "" {
		return problem{code: code}
	}
	return d.strict(record, draft)
}

func (d *jsonDecoder) strict(record string, draft *draft) problem {
	d.source.Reset()
	d.source.WriteString(record)
	d.tokens.Reset(&d.source)
	if d.tokens.PeekKind() != '{' {
		return problem{code: InvalidJSON}
	}
	if _, err := d.tokens.ReadToken(); err != nil {
		return problem{code: InvalidJSON}
	}
	var found problem
	for d.tokens.PeekKind() != '}' {
		p, err := d.member(draft)
		switch {
		case errors.Is(err, jsontext.ErrDuplicateName):
			return problem{code: DuplicateName}
		case err != nil:
			return problem{code: InvalidJSON}
		case found.code == "":
			found = p
		}
	}
	if _, err := d.tokens.ReadToken(); err != nil {
		return problem{code: InvalidJSON}
	}
	if _, err := d.tokens.ReadToken(); !errors.Is(err, io.EOF) {
		return problem{code: InvalidJSON}
	}
	return found
}

// member reads one name and its value. A null is as good as no member, but its name may still not occur twice.
func (d *jsonDecoder) member(draft *draft) (problem, error) {
	name, err := d.tokens.ReadValue()
	if err != nil {
		return problem{}, err
	}
	column, err := d.column(name)
	if err != nil {
		return problem{}, err
	}
	value, err := d.tokens.ReadValue()
	if err != nil {
		return problem{}, err
	}
	content, ok := "", true
	switch kind := value.Kind(); {
	case kind == 'n':
		return problem{}, nil
	case kind == '"':
		if d.text, err = jsontext.AppendUnquote(d.text[:0], value); err != nil {
			return problem{}, err
		}
		content = string(d.text)
	case column.field == attribute:
		content, ok = string(value), depth(value) < maxDepth
	case column.field == fieldID && kind == '0':
		content = string(value)
	default:
		ok = false
	}
	switch {
	case !ok:
		return problem{InvalidValue, names[column.field]}, nil
	case strings.IndexByte(content, 0) >= 0:
		return problem{NULByte, names[column.field]}, nil
	case !draft.set(column, content):
		return problem{DuplicateName, names[column.field]}, nil
	}
	return problem{}, nil
}

// column finds the meaning of a quoted name.
func (d *jsonDecoder) column(quoted jsontext.Value) (column, error) {
	text, err := jsontext.AppendUnquote(d.text[:0], quoted)
	if d.text = text; err != nil {
		return column{}, err
	}
	return columnNamed(string(text)), nil
}

// depth is how deep a valid JSON value is nested: 0 for a scalar.
func depth(value jsontext.Value) int {
	deepest, open, quoted := 0, 0, false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			open++
			deepest = max(deepest, open)
		case c == '}' || c == ']':
			open--
		}
	}
	return deepest
}
