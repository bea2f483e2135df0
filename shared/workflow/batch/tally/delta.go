// Package tally counts what an analysis found: a Delta for each chunk of a file, a Summary over any number of them.
//
// Normal use: add every row and rejection of a chunk to one delta and keep it; add up the kept ones when somebody asks.
//
//	var delta tally.Delta
//	delta.AddRow(row, result)
//	delta.AddRejection(rejection)
//	total.Add(delta)
//	summary := total.Summary()
//
// Every field of a delta is a count or a sum of whole numbers, so that neither order nor grouping can change a total by a
// bit. Means are made once, in the summary.
//
// It refuses to grow with the file: languages and cells of the cube are bounded, and what does not fit is counted as other.
package tally

import (
	"fmt"
	"math"
	"time"

	"github.com/customerai/customerai/shared/insight/analysis"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/workflow/batch/rows"
)

// Bounds of a delta.
const (
	MaxCells     = 256
	MaxLanguages = 64
	maxCellName  = 64 // bytes of a channel or a segment
)

// scale is the resolution of the sums: a millionth.
const scale = 1_000_000

// other takes what is beyond the bounds.
const other = "other"

// Delta is what was counted in one stretch of rows. The zero value is ready. Rows = Results + the rejected ones.
type Delta struct {
	Rows         int64               `json:"rows"`
	Results      int64               `json:"results"`
	Rejections   []Reason            `json:"rejections,omitempty"`
	Labels       Labels              `json:"labels"`
	Satisfaction int64               `json:"satisfaction"` // sum, in millionths
	Histogram    [10]int64           `json:"histogram"`    // of satisfaction, rounded to 1 to 10
	Topics       map[string]*Topical `json:"topics,omitempty"`
	PII          map[string]*int64   `json:"pii,omitempty"`
	Languages    map[string]*int64   `json:"languages,omitempty"`
	Cells        []Cell              `json:"cells,omitempty"`
	Other        Measure             `json:"other"` // rows in no cell

	cells map[Slice]int // place in Cells
	week  week          // of the row before
}

// Labels counts rows by sentiment.
type Labels struct {
	Positive int64 `json:"positive"`
	Negative int64 `json:"negative"`
	Neutral  int64 `json:"neutral"`
	Mixed    int64 `json:"mixed"`
}

// Topical counts rows with a topic. Sentiment is the sum of their positive less negative scores, in millionths.
type Topical struct {
	Count     int64 `json:"count"`
	Sentiment int64 `json:"sentiment"`
}

// Reason counts rows that were rejected for the same reason.
type Reason struct {
	Code  rows.Code `json:"code"`
	Field string    `json:"field"`
	Count int64     `json:"count"`
}

// Slice names a cell of the cube. A part is empty where the rows do not say.
type Slice struct {
	Channel string `json:"channel"`
	Segment string `json:"segment"`
	Week    string `json:"week"` // ISO 8601: 2026-W48
}

// Measure is what is known of the rows in a cell.
type Measure struct {
	Count        int64  `json:"count"`
	Labels       Labels `json:"labels"`
	Satisfaction int64  `json:"satisfaction"` // sum, in millionths
}

// Cell is one cell of the cube of channel, segment and week.
type Cell struct {
	Slice
	Measure
}

// AddRow counts an analysed row.
func (d *Delta) AddRow(row *rows.Row, result *analysis.Row) {
	d.Rows++
	d.Results++
	measure := Measure{Count: 1, Satisfaction: fixed(result.Sentiment.Satisfaction)}
	switch result.Sentiment.Label {
	case sentiment.Positive:
		measure.Labels.Positive++
	case sentiment.Negative:
		measure.Labels.Negative++
	case sentiment.Mixed:
		measure.Labels.Mixed++
	default:
		measure.Labels.Neutral++
	}
	d.Labels.add(measure.Labels)
	d.Satisfaction += measure.Satisfaction
	d.Histogram[min(max(int(math.Round(result.Sentiment.Satisfaction)), 1), 10)-1]++

	valence := fixed(result.Sentiment.Scores.Positive) - fixed(result.Sentiment.Scores.Negative)
	for _, topic := range result.Topics {
		addTopic(&d.Topics, string(topic.Name), Topical{1, valence})
	}
	for _, entity := range result.PII {
		addCount(&d.PII, string(entity.Type), 1, math.MaxInt)
	}
	addCount(&d.Languages, result.Language, 1, MaxLanguages)
	d.addCell(Slice{row.Message.Channel, row.Message.Segment, d.week.of(row.Time)}, measure)
}

// AddRejection counts a record that is no row.
func (d *Delta) AddRejection(rejection *rows.Rejection) {
	d.Rows++
	d.reject(rejection.Code, rejection.Field, 1)
}

// Add adds another delta.
func (d *Delta) Add(o *Delta) {
	d.Rows += o.Rows
	d.Results += o.Results
	for _, r := range o.Rejections {
		d.reject(r.Code, r.Field, r.Count)
	}
	d.Labels.add(o.Labels)
	d.Satisfaction += o.Satisfaction
	for i, n := range o.Histogram {
		d.Histogram[i] += n
	}
	for name, t := range o.Topics {
		addTopic(&d.Topics, name, *t)
	}
	for name, n := range o.PII {
		addCount(&d.PII, name, *n, math.MaxInt)
	}
	for name, n := range o.Languages {
		addCount(&d.Languages, name, *n, math.MaxInt)
	}
	for _, cell := range o.Cells {
		sum := d.find(cell.Slice)
		if sum == nil {
			sum = d.newCell(cell.Slice)
		}
		sum.add(cell.Measure)
	}
	d.Other.add(o.Other)
}

func (d *Delta) reject(code rows.Code, field string, n int64) {
	for i := range d.Rejections {
		if r := &d.Rejections[i]; r.Code == code && r.Field == field {
			r.Count += n
			return
		}
	}
	d.Rejections = append(d.Rejections, Reason{code, field, n})
}

// addCell counts a row in its cell, or in the other one when the cell is beyond the bounds.
func (d *Delta) addCell(slice Slice, measure Measure) {
	cell := d.find(slice)
	if cell == nil {
		if len(d.Cells) >= MaxCells || len(slice.Channel) > maxCellName || len(slice.Segment) > maxCellName {
			cell = &d.Other
		} else {
			cell = d.newCell(slice)
		}
	}
	cell.add(measure)
}

// find returns the measure of a cell, nil if there is none.
func (d *Delta) find(slice Slice) *Measure {
	if d.cells == nil {
		d.cells = make(map[Slice]int)
		for i, cell := range d.Cells {
			d.cells[cell.Slice] = i
		}
	}
	if i, ok := d.cells[slice]; ok {
		return &d.Cells[i].Measure
	}
	return nil
}

func (d *Delta) newCell(slice Slice) *Measure {
	d.cells[slice] = len(d.Cells)
	d.Cells = append(d.Cells, Cell{Slice: slice})
	return &d.Cells[len(d.Cells)-1].Measure
}

func (l *Labels) add(o Labels) {
	l.Positive += o.Positive
	l.Negative += o.Negative
	l.Neutral += o.Neutral
	l.Mixed += o.Mixed
}

func (m *Measure) add(o Measure) {
	m.Count += o.Count
	m.Labels.add(o.Labels)
	m.Satisfaction += o.Satisfaction
}

func addTopic(topics *map[string]*Topical, name string, t Topical) {
	if *topics == nil {
		*topics = make(map[string]*Topical)
	}
	sum := (*topics)[name]
	if sum == nil {
		sum = new(Topical)
		(*topics)[name] = sum
	}
	sum.Count += t.Count
	sum.Sentiment += t.Sentiment
}

// addCount counts n more of a name, or of other when there are limit names already.
func addCount(counts *map[string]*int64, name string, n int64, limit int) {
	if *counts == nil {
		*counts = make(map[string]*int64)
	}
	sum := (*counts)[name]
	if sum == nil && len(*counts) >= limit {
		name = other
		sum = (*counts)[name]
	}
	if sum == nil {
		sum = new(int64)
		(*counts)[name] = sum
	}
	*sum += n
}

func fixed(x float64) int64 { return int64(math.Round(x * scale)) }

// week is a week and its name. Rows that follow each other are often of one.
type week struct {
	begin int64 // Unix seconds
	name  string
}

// of returns the name of the week of a time, "" of none.
func (w *week) of(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	const length = 7 * 24 * time.Hour
	if since := at.Unix() - w.begin; since < 0 || since >= int64(length/time.Second) || w.name == "" {
		year, number := at.ISOWeek()
		*w = week{at.Truncate(length).Unix(), fmt.Sprintf("%d-W%02d", year, number)} // the zero time was a Monday
	}
	return w.name
}
