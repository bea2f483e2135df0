package rows

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/customerai/customerai/shared/insight/analysis"
)

// plainObject reads a record as most are written: an object on one line, of strings, no name of which comes twice. Its values are
// stretches of the record, so that a row takes one allocation.
//
// It judges nothing: of a record that is anything else it says so, and the strict decoder begins anew.
type plainObject struct {
	rest string // not yet read
	text []byte
}

// decode fills a draft from a record that is valid UTF-8, and reports whether it could.
func (o *plainObject) decode(record string, draft *draft) bool {
	o.rest = record
	if !o.skip('{') {
		return false
	}
	for {
		name, ok := o.string()
		if !ok || !o.skip(':') {
			return false
		}
		value, ok := o.string()
		if !ok {
			return false
		}
		if c := columnNamed(name); c.name == "" || !draft.set(c, value) {
			return false // a name twice, or an empty one, whose second the draft would not notice
		}
		if !o.skip(',') {
			return o.skip('}') && strings.Trim(o.rest, "\r\n") == ""
		}
	}
}

// skip passes over a mark, with the spaces before it, if it comes next.
func (o *plainObject) skip(mark byte) bool {
	i := 0
	for i < len(o.rest) && o.rest[i] == ' ' {
		i++
	}
	if i == len(o.rest) || o.rest[i] != mark {
		return false
	}
	o.rest = o.rest[i+1:]
	return true
}

// string returns what the string that comes next says.
func (o *plainObject) string() (content string, ok bool) {
	if !o.skip('"') {
		return "", false
	}
	rest, end, escaped := o.rest, 0, false
	for {
		end += analysis.Verbatim(rest[min(end, len(rest)):])
		if end >= len(rest) || rest[end] < ' ' {
			return "", false
		}
		if rest[end] == '"' {
			break
		}
		if rest[end] == '\\' {
			escaped = true
			end++ // what is escaped may be a quotation mark
		}
		end++
	}
	content, o.rest = rest[:end], rest[end+1:]
	if !escaped {
		return content, true
	}
	text, err := jsontext.AppendUnquote(o.text[:0], `"`+content+`"`)
	o.text = text
	return string(text), err == nil && bytes.IndexByte(text, 0) < 0
}
