package rows

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/customerai/customerai/shared/insight/analysis"
)

// plainObject reads a record as most are written: an object on one line, of strings, no name of which comes twice. Its values are
// stretches of the record, so that a row takes no allocation of its own.
//
// It judges nothing: of a record that is anything else it says so, and the strict decoder begins anew.
type plainObject struct {
	record  string
	at      int // what is not yet read
	text    []byte
	members []member // of the record before
}

// member is what a record says before a value, from the value before it on. Most records say the same as the one before, and so
// mean the same column.
type member struct {
	lead   string
	column column
}

// decode fills a draft from a record, and reports whether it could.
func (o *plainObject) decode(record string, draft *draft) bool {
	o.record, o.at = record, 0
	for i := 0; i == 0 || !o.skip('}'); i++ {
		if i < len(o.members) && strings.HasPrefix(record[o.at:], o.members[i].lead) {
			o.at += len(o.members[i].lead)
		} else if !o.lead(i) {
			return false
		}
		value, ok := o.string()
		if !ok || !draft.set(o.members[i].column, value) {
			return false
		}
	}
	return strings.Trim(record[o.at:], "\r\n") == ""
}

// lead reads what stands before the value of member i.
func (o *plainObject) lead(i int) bool {
	begin, mark := o.at, byte(',')
	if i == 0 {
		mark = '{'
	}
	if !o.skip(mark) {
		return false
	}
	name, ok := o.string()
	if !ok || !o.skip(':') {
		return false
	}
	c := columnNamed(name)
	o.members = append(o.members[:i], member{o.record[begin:o.at], c})
	return c.name != "" // which the draft would not keep, and not notice a second time
}

// skip passes over a mark, with the spaces before it, if it comes next.
func (o *plainObject) skip(mark byte) bool {
	i := o.at
	for i < len(o.record) && o.record[i] == ' ' {
		i++
	}
	if i == len(o.record) || o.record[i] != mark {
		return false
	}
	o.at = i + 1
	return true
}

// string returns what the string that comes next says.
func (o *plainObject) string() (content string, ok bool) {
	if !o.skip('"') {
		return "", false
	}
	begin := o.at
	end := begin + analysis.Verbatim(o.record[begin:])
	if end < len(o.record) && o.record[end] == '"' {
		o.at = end + 1
		return o.record[begin:end], true
	}
	return o.unquote(begin, end)
}

// unquote returns what the string that begins at begin says, which stands for itself up to end and no further.
func (o *plainObject) unquote(begin, end int) (content string, ok bool) {
	record, escaped := o.record, false
	for end < len(record) && record[end] != '"' {
		if record[end] < ' ' {
			return "", false
		}
		if record[end] == '\\' {
			escaped = true
			end++ // what is escaped may be a quotation mark
		}
		end++
		end += analysis.Verbatim(record[min(end, len(record)):])
	}
	if end >= len(record) {
		return "", false
	}
	o.at = end + 1
	if !escaped {
		return record[begin:end], utf8.ValidString(record[begin:end])
	}
	text, err := jsontext.AppendUnquote(o.text[:0], record[begin-1:end+1])
	o.text = text
	return string(text), err == nil && bytes.IndexByte(text, 0) < 0
}
