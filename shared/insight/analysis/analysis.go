// Package analysis reads a message once and says everything the product has to say about it.
//
// Normal use: keep one Analyzer per goroutine; the row it returns is valid until its next call.
//
//	var a analysis.Analyzer
//	row := a.Analyze(analysis.Message{ID: "7", Text: "Great phone, awful delivery"}, 1, text.CodePoints)
//	line = row.AppendJSON(line[:0])
//
// Where there are many messages, hand them to Each.
//
// It refuses to keep the message: a Row holds the anonymised text and offsets into the original, never the original.
package analysis

import (
	"github.com/customerai/customerai/shared/insight/categories/match"
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/operators"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/insight/topics"
)

// Message is what a customer or an agent wrote, with what is known about it. Only ID and Text are required.
type Message struct {
	ID             string
	ConversationID string
	CustomerID     string
	Participant    string // CUSTOMER, AGENT or ""
	Timestamp      string // RFC 3339 in UTC, or ""
	Channel        string
	Segment        string
	Language       string // ISO 639-1; "" to have it detected
	Text           string
	Attributes     map[string]string
}

// Row is the analysis of one message: the product's output contract, one JSON line each.
type Row struct {
	ID         string      `json:"id" doc:"The message's id"`
	Line       int         `json:"line" doc:"Line of the file or position of the document, from 1"`
	Language   string      `json:"language" doc:"ISO 639-1 code, or und"`
	Sentiment  Sentiment   `json:"sentiment"`
	Highlights []Highlight `json:"highlights" doc:"The words that moved the score"`
	Topics     []Topic     `json:"topics" doc:"At most three, best first"`
	Categories []string    `json:"categories,omitempty" doc:"The tenant's own categories, by name; absent when none matches. Rows of batches have them"`
	PII        []Entity    `json:"pii" doc:"Personal data found, in the order of the text"`
	Text       string      `json:"text" doc:"The message with personal data replaced by its type"`
}

// Sentiment is the verdict on a message.
type Sentiment struct {
	Label        sentiment.Label  `json:"label" enum:"POSITIVE,NEGATIVE,NEUTRAL,MIXED"`
	Scores       sentiment.Scores `json:"scores" doc:"Calibrated probabilities; they sum to 1"`
	Satisfaction float64          `json:"satisfaction" minimum:"1" maximum:"10" doc:"Expected satisfaction of the writer"`
}

// Highlight is a stretch of the message that moved the score.
type Highlight struct {
	Begin    int     `json:"begin"`
	End      int     `json:"end"`
	Polarity string  `json:"polarity" enum:"positive,negative"`
	Weight   float64 `json:"weight" doc:"How far it moved the score, at least 0"`
}

// Topic is something that the message is about.
type Topic struct {
	Name  topics.Name `json:"name"`
	Score float64     `json:"score" minimum:"0" maximum:"1"`
}

// Entity is a piece of personal data.
type Entity struct {
	Type  pii.Type `json:"type"`
	Begin int      `json:"begin"`
	End   int      `json:"end"`
	Score float64  `json:"score" minimum:"0" maximum:"1"`
}

// Analyzer analyses messages, one after the other. The zero value is ready. It is not safe for concurrent use.
type Analyzer struct {
	Calibration sentiment.Offsets // to a customer's own messages; the zero value changes nothing

	readings []reading
	offsets  []int
	row      Row

	matcher *match.Matcher // nil: nobody's categories
	names   []topics.Name
}

// Analyze returns the row of one message. Offsets count in unit. The row is overwritten by the next call.
func (a *Analyzer) Analyze(message Message, line int, unit text.Unit) *Row {
	return a.report(&a.read([]Message{message})[0], &message, line, unit)
}

// report makes the row of what was read.
func (a *Analyzer) report(r *reading, message *Message, line int, unit text.Unit) *Row {
	row := &a.row
	if row.Topics == nil { // a list without entries is [], never null
		*row = Row{Highlights: []Highlight{}, Topics: []Topic{}, PII: []Entity{}}
	}
	row.ID, row.Line = message.ID, line
	row.Language = message.Language
	if row.Language == "" {
		row.Language = text.Language(&r.document)
	}
	row.Sentiment = Sentiment{
		Label:        r.sentiment.Label,
		Scores:       roundScores(r.sentiment.Scores),
		Satisfaction: round(r.sentiment.Satisfaction, 10),
	}
	row.Topics = row.Topics[:0]
	for _, t := range r.topics {
		row.Topics = append(row.Topics, Topic{t.Name, round(t.Score, scoreScale)})
	}
	if a.matcher != nil {
		a.categorise(r, message.Participant)
	}
	row.Text = operators.Policy{}.Apply(message.Text, r.entities)
	a.place(r, unit)
	return row
}

// place copies highlights and entities into the row with their offsets in unit, which takes one pass over the text.
func (a *Analyzer) place(r *reading, unit text.Unit) {
	a.offsets = a.offsets[:0]
	for _, h := range r.sentiment.Highlights {
		a.offsets = append(a.offsets, h.Begin, h.End)
	}
	for _, e := range r.entities {
		a.offsets = append(a.offsets, e.Begin, e.End)
	}
	text.Offsets(r.document.Text, unit, a.offsets)

	row := &a.row
	row.Highlights, row.PII = row.Highlights[:0], row.PII[:0]
	at := a.offsets
	for _, h := range r.sentiment.Highlights {
		polarity, weight := "positive", h.Weight
		if weight < 0 {
			polarity, weight = "negative", -weight
		}
		row.Highlights = append(row.Highlights, Highlight{at[0], at[1], polarity, round(weight, 100)})
		at = at[2:]
	}
	for _, e := range r.entities {
		row.PII = append(row.PII, Entity{e.Type, at[0], at[1], round(e.Score, 100)})
		at = at[2:]
	}
}
