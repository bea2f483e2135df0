package tally_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/analysis"
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/topics"
	"github.com/customerai/customerai/shared/workflow/batch/rows"
	"github.com/customerai/customerai/shared/workflow/batch/tally"
)

var day = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func row(channel string, at time.Time) *rows.Row {
	return &rows.Row{Message: analysis.Message{Channel: channel, Segment: "retail"}, Time: at}
}

func result(label sentiment.Label, positive, negative, satisfaction float64, topic topics.Name, types ...pii.Type) *analysis.Row {
	r := &analysis.Row{Language: "en", Topics: []analysis.Topic{{Name: topic}}}
	r.Sentiment = analysis.Sentiment{
		Label: label, Scores: sentiment.Scores{Positive: positive, Negative: negative}, Satisfaction: satisfaction,
	}
	for _, name := range types {
		r.PII = append(r.PII, analysis.Entity{Type: name})
	}
	return r
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTheSummarySaysWhatWasCounted(t *testing.T) {
	var d tally.Delta
	d.AddRow(row("chat", day), result(sentiment.Positive, 0.9, 0.1, 9.4, "praise", "EMAIL_ADDRESS", "PERSON"))
	d.AddRow(row("chat", day), result(sentiment.Negative, 0.1, 0.7, 2.5, "fees", "EMAIL_ADDRESS"))
	d.AddRow(row("email", time.Time{}), result(sentiment.Mixed, 0.4, 0.4, 5, "fees"))
	d.AddRow(row("email", time.Time{}), result(sentiment.Neutral, 0, 0, 11, "other"))
	d.AddRejection(&rows.Rejection{Code: rows.EmptyText, Field: "text"})
	d.AddRejection(&rows.Rejection{Code: rows.OpenQuote})
	d.AddRejection(&rows.Rejection{Code: rows.OpenQuote})
	want := tally.Summary{
		Rows: 7, Results: 4, Rejected: 3,
		Rejections: []tally.RejectionCount{
			{Code: rows.OpenQuote, Message: rows.OpenQuote.Message(), Count: 2},
			{Code: rows.EmptyText, Field: "text", Message: rows.EmptyText.Message(), Count: 1},
		},
		Sentiment:    tally.Labels{Positive: 1, Negative: 1, Neutral: 1, Mixed: 1},
		Satisfaction: tally.Satisfaction{Mean: 6.975, Histogram: [10]int64{2: 1, 4: 1, 8: 1, 9: 1}},
		Topics:       []tally.TopicCount{{Name: "fees", Count: 2, Sentiment: -0.3}, {Name: "other", Count: 1}, {Name: "praise", Count: 1, Sentiment: 0.8}},
		PII:          []tally.TypeCount{{Type: "EMAIL_ADDRESS", Count: 2}, {Type: "PERSON", Count: 1}},
		Languages:    []tally.LanguageCount{{Language: "en", Count: 4}},
		Cells: []tally.CellSummary{
			{
				Slice:          tally.Slice{Channel: "chat", Segment: "retail", Week: "2026-W48"},
				MeasureSummary: tally.MeasureSummary{Count: 2, Sentiment: tally.Labels{Positive: 1, Negative: 1}, Satisfaction: 5.95},
			},
			{
				Slice:          tally.Slice{Channel: "email", Segment: "retail"},
				MeasureSummary: tally.MeasureSummary{Count: 2, Sentiment: tally.Labels{Neutral: 1, Mixed: 1}, Satisfaction: 8},
			},
		},
	}
	if got, want := asJSON(t, d.Summary()), asJSON(t, want); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestEachRowCountsInItsOwnWeek(t *testing.T) {
	var d tally.Delta
	for _, at := range []time.Time{day, day.AddDate(1, 0, 7), day, day.AddDate(0, 0, 7), {}} {
		d.AddRow(row("chat", at), result(sentiment.Neutral, 0, 0, 5, "other"))
	}
	got := map[string]int64{}
	for _, cell := range d.Cells {
		got[cell.Week] = cell.Count
	}
	if want := map[string]int64{"2026-W48": 2, "2026-W49": 1, "": 1, "2027-W48": 1}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestNothingCountedIsAnEmptySummaryWithoutNulls(t *testing.T) {
	var d tally.Delta
	if got := asJSON(t, d.Summary()); strings.Contains(got, "null") {
		t.Errorf("got %s", got)
	}
}

// draw makes a delta of some rows with few distinct values, so that sums meet.
func draw(t *rapid.T) *tally.Delta {
	var d tally.Delta
	for range rapid.IntRange(0, 12).Draw(t, "rows") {
		if rapid.Bool().Draw(t, "rejected") {
			d.AddRejection(&rows.Rejection{Code: rapid.SampledFrom([]rows.Code{rows.OpenQuote, rows.EmptyText}).Draw(t, "code")})
			continue
		}
		at := day.AddDate(0, 0, rapid.IntRange(0, 30).Draw(t, "day"))
		score := rapid.Float64Range(0, 1).Draw(t, "score")
		label := rapid.SampledFrom([]sentiment.Label{sentiment.Positive, sentiment.Negative, sentiment.Neutral, sentiment.Mixed}).Draw(t, "label")
		d.AddRow(row(rapid.SampledFrom([]string{"chat", "email", ""}).Draw(t, "channel"), at), result(label, score, 1-score, 1+9*score, "fees", "PERSON"))
	}
	return &d
}

func TestNeitherOrderNorGroupingNorStorageChangesATotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		deltas := rapid.SliceOfN(rapid.Custom(draw), 1, 6).Draw(t, "deltas")
		var want tally.Delta
		for _, d := range deltas {
			want.Add(d)
		}
		shuffled := rapid.Permutation(deltas).Draw(t, "order")
		cut := rapid.IntRange(0, len(shuffled)).Draw(t, "cut")
		var left, right, got tally.Delta
		for i, d := range shuffled {
			var stored tally.Delta
			b, err := json.Marshal(d)
			if err == nil {
				err = json.Unmarshal(b, &stored)
			}
			if err != nil {
				t.Fatal(err)
			}
			if i < cut {
				left.Add(&stored)
			} else {
				right.Add(&stored)
			}
		}
		got.Add(&right)
		got.Add(&left)
		if got, want := fmt.Sprint(got.Summary()), fmt.Sprint(want.Summary()); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}

func TestADeltaIsBoundedWhateverTheRowsAre(t *testing.T) {
	var d tally.Delta
	const n = 5000
	random := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		r := result(sentiment.Neutral, 0, 0, 5, "other")
		r.Language = "x" + strconv.Itoa(i)
		channel := strings.Repeat("<", 60) + strconv.Itoa(i)
		if random.IntN(2) == 0 {
			channel = strings.Repeat("<", 65)
		}
		d.AddRow(&rows.Row{Message: analysis.Message{Channel: channel, Segment: strings.Repeat("<", 64)}, Time: day}, r)
	}
	if b := asJSON(t, &d); len(b) > 380<<10 {
		t.Errorf("%d bytes, which is no item of a table", len(b))
	}
	var total tally.Delta
	total.Add(&d)
	s := total.Summary()
	cells := s.OtherCells.Count
	for _, cell := range s.Cells {
		cells += cell.Count
	}
	if len(s.Cells) != tally.MaxCells || cells != n {
		t.Errorf("%d cells and others hold %d rows, want %d cells and %d rows", len(s.Cells), cells, tally.MaxCells, n)
	}
	if len(s.Languages) != tally.MaxLanguages+1 || s.Languages[0].Language != "other" || s.Languages[0].Count != n-tally.MaxLanguages {
		t.Errorf("%d languages, first %+v", len(s.Languages), s.Languages[0])
	}
}

func TestTheSummaryKeepsTheLargestCellsOfManyDeltas(t *testing.T) {
	var total tally.Delta
	for i := range 2 * tally.MaxCells {
		var d tally.Delta
		for range 1 + i%2 {
			d.AddRow(row(fmt.Sprintf("c%04d", i), day), result(sentiment.Neutral, 0, 0, 5, "other"))
		}
		total.Add(&d)
	}
	s := total.Summary()
	if len(s.Cells) != tally.MaxCells || s.Cells[0].Channel != "c0001" || s.Cells[tally.MaxCells-1].Count != 2 || s.OtherCells.Count != tally.MaxCells {
		t.Errorf("%d cells from %+v to %+v, others %d", len(s.Cells), s.Cells[0], s.Cells[len(s.Cells)-1], s.OtherCells.Count)
	}
}
