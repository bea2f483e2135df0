package tally

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/customerai/customerai/shared/workflow/batch/rows"
)

// Summary is what a person or a program reads of a file. Its lists are sorted, the most frequent first, so that the same
// rows give the same bytes.
type Summary struct {
	Rows         int64            `json:"rows" doc:"Rows read: results and rejected ones"`
	Results      int64            `json:"results" doc:"Rows analysed"`
	Rejected     int64            `json:"rejected" doc:"Rows that could not be read"`
	Rejections   []RejectionCount `json:"rejections"`
	Sentiment    Labels           `json:"sentiment" doc:"Rows by label"`
	Satisfaction Satisfaction     `json:"satisfaction"`
	Topics       []TopicCount     `json:"topics"`
	PII          []TypeCount      `json:"pii"`
	Languages    []LanguageCount  `json:"languages"`
	Cells        []CellSummary    `json:"cells" doc:"Rows by channel, segment and ISO week"`
	OtherCells   MeasureSummary   `json:"otherCells" doc:"Rows beyond the cells that are kept"`
}

// RejectionCount counts rows rejected for one reason.
type RejectionCount struct {
	Code    rows.Code `json:"code"`
	Field   string    `json:"field"`
	Message string    `json:"message"`
	Count   int64     `json:"count"`
}

// Satisfaction is the distribution of the satisfaction scores.
type Satisfaction struct {
	Mean      float64   `json:"mean" doc:"1 to 10; 0 without results"`
	Histogram [10]int64 `json:"histogram" doc:"Results by score, rounded to 1 to 10"`
}

// TopicCount counts rows with a topic.
type TopicCount struct {
	Name      string  `json:"name"`
	Count     int64   `json:"count"`
	Sentiment float64 `json:"sentiment" doc:"Mean of positive less negative score, -1 to 1"`
}

// TypeCount counts personal data of one type.
type TypeCount struct {
	Type  string `json:"type"`
	Count int64  `json:"count"`
}

// LanguageCount counts rows in one language.
type LanguageCount struct {
	Language string `json:"language"`
	Count    int64  `json:"count"`
}

// MeasureSummary is what is known of the rows in a cell.
type MeasureSummary struct {
	Count        int64   `json:"count"`
	Sentiment    Labels  `json:"sentiment"`
	Satisfaction float64 `json:"satisfaction" doc:"Mean, 1 to 10; 0 without rows"`
}

// CellSummary is one cell of the cube.
type CellSummary struct {
	Slice
	MeasureSummary
}

// Summary returns the summary of what was counted. Of the cells it keeps the MaxCells with the most rows.
func (d *Delta) Summary() Summary {
	s := Summary{
		Rows: d.Rows, Results: d.Results, Rejected: d.Rows - d.Results, Sentiment: d.Labels,
		Satisfaction: Satisfaction{mean(d.Satisfaction, d.Results), d.Histogram},
		Rejections:   []RejectionCount{}, Topics: []TopicCount{}, PII: []TypeCount{}, Languages: []LanguageCount{}, Cells: []CellSummary{},
	}
	for _, r := range d.Rejections {
		s.Rejections = append(s.Rejections, RejectionCount{r.Code, r.Field, r.Code.Message(), r.Count})
	}
	slices.SortFunc(s.Rejections, func(a, b RejectionCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Field, b.Field))
	})
	for _, name := range slices.Sorted(maps.Keys(d.Topics)) {
		t := d.Topics[name]
		s.Topics = append(s.Topics, TopicCount{name, t.Count, mean(t.Sentiment, t.Count)})
	}
	slices.SortStableFunc(s.Topics, func(a, b TopicCount) int { return cmp.Compare(b.Count, a.Count) })
	for _, name := range slices.Sorted(maps.Keys(d.PII)) {
		s.PII = append(s.PII, TypeCount{name, *d.PII[name]})
	}
	slices.SortStableFunc(s.PII, func(a, b TypeCount) int { return cmp.Compare(b.Count, a.Count) })
	for _, name := range slices.Sorted(maps.Keys(d.Languages)) {
		s.Languages = append(s.Languages, LanguageCount{name, *d.Languages[name]})
	}
	slices.SortStableFunc(s.Languages, func(a, b LanguageCount) int { return cmp.Compare(b.Count, a.Count) })
	d.summariseCells(&s)
	return s
}

func (d *Delta) summariseCells(s *Summary) {
	rest := d.Other
	byRows := slices.SortedFunc(slices.Values(d.Cells), func(a, b Cell) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count),
			cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Segment, b.Segment), cmp.Compare(a.Week, b.Week))
	})
	for i, cell := range byRows {
		if i >= MaxCells {
			rest.add(cell.Measure)
			continue
		}
		s.Cells = append(s.Cells, CellSummary{cell.Slice, cell.summary()})
	}
	s.OtherCells = rest.summary()
}

func (m Measure) summary() MeasureSummary {
	return MeasureSummary{m.Count, m.Labels, mean(m.Satisfaction, m.Count)}
}

// mean of a sum in millionths, to four decimals.
func mean(sum, count int64) float64 {
	if count == 0 {
		return 0
	}
	return math.Round(float64(sum)/float64(count)/scale*1e4) / 1e4
}
