// Package rows turns the bytes of a file of customer messages into rows, and what cannot be a row into a rejection.
//
// Normal use: read the header once with ReadHeader where the format has one, then read rows from any stretch of the file
// that begins where a record begins.
//
//	reader := rows.NewReader(r, rows.Layout{Format: rows.CSV, Columns: columns}, rows.Start{Line: 2})
//	for row, rejection := reader.Next(); row != nil || rejection != nil; row, rejection = reader.Next() { … }
//	if err := reader.Err(); err != nil { … }
//
// CSV is RFC 4180 with a header, commas and LF or CRLF; a quote inside an unquoted field is literal. JSON Lines is one flat
// object a line. Both have the columns text (or message; text wins), id, conversation_id, customer_id, participant,
// timestamp, channel, segment and language in any order and letter case; other columns are kept as attributes. Lines with
// nothing on them are no rows. A row without an id has its line number as id.
//
// It refuses to guess and to stay silent: a record that breaks a rule is one rejection with its line, a code and a reason,
// and never its content. It refuses to let one bad record take its neighbours along: a quote that is never closed costs its
// first physical line, a record over MaxRecord costs that record and no memory. The verdicts depend on the record and what
// follows it up to MaxRecord only, and a stretch that is cut where a record begins gets the verdicts of the whole file.
package rows

import (
	"strconv"
	"time"

	"github.com/customerai/customerai/shared/insight/analysis"
)

// MaxRecord is the largest record, in bytes with its line end.
const MaxRecord = 1 << 20

// Format is how a file holds its rows.
type Format string

// The formats.
const (
	CSV   Format = "csv"
	JSONL Format = "jsonl"
)

// Layout says how to read the records of a file. Columns is the header of a CSV file as ReadHeader returned it.
type Layout struct {
	Format  Format   `json:"format"`
	Columns []string `json:"columns,omitempty"`
}

// Row is one message. It is valid until the next call of Next.
type Row struct {
	Line    int // physical line on which the record begins, from 1
	Message analysis.Message
	Time    time.Time // of Message.Timestamp; zero when the row has none
}

// Code says why a record is no row.
type Code string

// Every reason there is.
const (
	TooLarge           Code = "record_too_large"
	OpenQuote          Code = "open_quote"
	TextAfterQuote     Code = "text_after_quote"
	FieldCount         Code = "field_count"
	InvalidUTF8        Code = "invalid_utf8"
	NULByte            Code = "nul_byte"
	InvalidJSON        Code = "invalid_json"
	DuplicateName      Code = "duplicate_name"
	InvalidValue       Code = "invalid_value"
	MissingText        Code = "missing_text"
	EmptyText          Code = "empty_text"
	InvalidID          Code = "invalid_id"
	InvalidParticipant Code = "invalid_participant"
	InvalidTimestamp   Code = "invalid_timestamp"
	InvalidLanguage    Code = "invalid_language"
	Damaged            Code = "damaged_file"
)

var messages = map[Code]string{
	TooLarge:           "the record is larger than 1 MiB",
	OpenQuote:          "a quoted field is not closed",
	TextAfterQuote:     "text follows a closing quote",
	FieldCount:         "the number of fields differs from the header's",
	InvalidUTF8:        "the record is not valid UTF-8",
	NULByte:            "the record holds a NUL character",
	InvalidJSON:        "the line is not one JSON object",
	DuplicateName:      "a name occurs twice",
	InvalidValue:       "the value has the wrong type or is nested too deeply",
	MissingText:        "the record has no text",
	EmptyText:          "the text is empty",
	InvalidID:          "the id is longer than 256 bytes",
	InvalidParticipant: "the participant must be CUSTOMER or AGENT",
	InvalidTimestamp:   "the timestamp must be RFC 3339, an ISO 8601 date or date and time, or Unix seconds or milliseconds",
	InvalidLanguage:    "the language must be a code such as en or pt-BR",
	Damaged:            "the compressed file ends early or is damaged here; whatever followed is lost",
}

// Message is the reason in words.
func (c Code) Message() string { return messages[c] }

// Rejection is a record that is no row. Field is the column at fault, "" when it is the record as a whole. It never holds
// content of the record but its id.
type Rejection struct {
	Line    int    `json:"line" doc:"Physical line on which the record begins, from 1"`
	ID      string `json:"id" doc:"The record's id, or its line number when it has none that can be read"`
	Code    Code   `json:"code" doc:"Why it was rejected"`
	Field   string `json:"field" doc:"The column at fault; empty when it is the whole record"`
	Message string `json:"message" doc:"The reason in words, without the record's content"`
}

// AppendJSON appends the rejection as one line of JSON, without a newline.
func (r *Rejection) AppendJSON(b []byte) []byte {
	b = strconv.AppendInt(append(b, `{"line":`...), int64(r.Line), 10)
	b = analysis.AppendString(append(b, `,"id":`...), r.ID)
	b = append(append(b, `,"code":"`...), r.Code...)
	b = append(append(b, `","field":"`...), r.Field...)
	return append(append(append(b, `","message":"`...), r.Message...), `"}`...)
}
