package rows

import (
	"strings"

	"github.com/customerai/customerai/shared/insight/analysis"
)

// MaxID is the longest id, in bytes.
const MaxID = 256

// field is a column with a meaning, attribute any other.
type field uint8

const (
	attribute field = iota
	fieldID
	fieldConversation
	fieldCustomer
	fieldParticipant
	fieldTimestamp
	fieldChannel
	fieldSegment
	fieldLanguage
	fieldText
	fieldMessage
	fieldCount
)

// names has the columns in the order of the constants.
var names = [fieldCount]string{
	"", "id", "conversation_id", "customer_id", "participant", "timestamp", "channel", "segment", "language", "text", "message",
}

type column struct {
	field field
	name  string // in lower case
}

// columnNamed finds the meaning of a name as it is written.
func columnNamed(name string) column {
	if c := columnOf(name); c.field != attribute {
		return c
	}
	return columnOf(strings.ToLower(strings.TrimSpace(name)))
}

// columnOf finds the meaning of a name that is in lower case.
func columnOf(name string) column {
	for f := fieldID; f < fieldCount; f++ {
		if name == names[f] {
			return column{f, name}
		}
	}
	return column{attribute, name}
}

// problem is why a draft is no row. The zero problem is none.
type problem struct {
	code  Code
	field string
}

// draft collects the fields of one record as they were written.
type draft struct {
	values     [fieldCount]string
	present    [fieldCount]bool
	attributes map[string]string
	calendar   calendar
}

func (d *draft) reset() {
	clear(d.attributes)
	d.values, d.present = [fieldCount]string{}, [fieldCount]bool{}
}

// set keeps a value and reports whether it was the first of its column. Columns without a name are not kept.
func (d *draft) set(c column, value string) bool {
	if c.field != attribute {
		first := !d.present[c.field]
		d.values[c.field], d.present[c.field] = value, true
		return first
	}
	if c.name == "" {
		return true
	}
	if d.attributes == nil {
		d.attributes = make(map[string]string)
	}
	_, seen := d.attributes[c.name]
	d.attributes[c.name] = value
	return !seen
}

// longRecord is what a record has more bytes than whose short values are not stretches of it.
const longRecord = 4 << 10

// part copies all values but the text out of the record, because who keeps the channel of a row would keep its megabyte of text, too.
func (d *draft) part() {
	for f := fieldID; f < fieldText; f++ {
		d.values[f] = strings.Clone(d.values[f])
	}
}

func (d *draft) trimmed(f field) string { return strings.TrimSpace(d.values[f]) }

// id is the record's own id, if it has one that may be used.
func (d *draft) id() (string, bool) {
	id := d.trimmed(fieldID)
	return id, id != "" && len(id) <= MaxID
}

// finish makes a row of the draft, all but its line and id.
func (d *draft) finish(row *Row) problem {
	text := fieldText
	if !d.present[fieldText] {
		text = fieldMessage
	} else if d.present[fieldMessage] {
		d.set(column{attribute, names[fieldMessage]}, d.values[fieldMessage])
	}
	switch {
	case !d.present[text]:
		return problem{MissingText, names[fieldText]}
	case strings.TrimSpace(d.values[text]) == "":
		return problem{EmptyText, names[text]}
	case len(d.trimmed(fieldID)) > MaxID:
		return problem{InvalidID, names[fieldID]}
	}
	participant, ok := parseParticipant(d.trimmed(fieldParticipant))
	if !ok {
		return problem{InvalidParticipant, names[fieldParticipant]}
	}
	language := d.trimmed(fieldLanguage)
	if !validLanguage(language) {
		return problem{InvalidLanguage, names[fieldLanguage]}
	}
	timestamp := d.trimmed(fieldTimestamp)
	at, ok := d.calendar.parse(timestamp)
	if !ok {
		return problem{InvalidTimestamp, names[fieldTimestamp]}
	}
	row.Time = at
	row.Message = analysis.Message{
		ConversationID: d.trimmed(fieldConversation), CustomerID: d.trimmed(fieldCustomer),
		Participant: participant, Channel: d.trimmed(fieldChannel), Segment: d.trimmed(fieldSegment), Language: language,
		Text: d.values[text], Attributes: d.attributes,
	}
	if !at.IsZero() {
		row.Message.Timestamp = formatTime(at, timestamp)
	}
	return problem{}
}

func parseParticipant(s string) (string, bool) {
	switch {
	case s == "", s == analysis.Customer, s == analysis.Agent:
		return s, true
	case strings.EqualFold(s, analysis.Customer):
		return analysis.Customer, true
	case strings.EqualFold(s, analysis.Agent):
		return analysis.Agent, true
	}
	return "", false
}

// validLanguage accepts "" and what has the shape of a BCP 47 tag: two or three letters, then subtags of up to eight
// letters and digits.
func validLanguage(s string) bool {
	if s == "" {
		return true
	}
	if len(s) > 35 {
		return false
	}
	primary := true
	for subtag := range strings.SplitSeq(s, "-") {
		if len(subtag) == 0 || len(subtag) > 8 || primary && (len(subtag) < 2 || len(subtag) > 3) {
			return false
		}
		for _, c := range []byte(subtag) {
			letter := 'a' <= c|0x20 && c|0x20 <= 'z'
			digit := '0' <= c && c <= '9'
			if !letter && (primary || !digit) {
				return false
			}
		}
		primary = false
	}
	return true
}
