package category_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/analysis"
	"github.com/customerai/customerai/shared/workflow/batch"
	"github.com/customerai/customerai/shared/workflow/category"
)

// history is what a tenant has had analysed: rows by batch.
type history []struct {
	id   string
	rows []*analysis.Row
}

func (h history) List(_ context.Context, _ string, _ int, cursor string) (batch.Page[batch.Batch], error) {
	// One batch a page, so that every page is turned.
	at := len(cursor)
	if at >= len(h) {
		return batch.Page[batch.Batch]{}, nil
	}
	page := batch.Page[batch.Batch]{Items: []batch.Batch{{BatchID: h[at].id}}}
	if at+1 < len(h) {
		page.Next = cursor + "."
	}
	return page, nil
}

func (h history) Analysed(_ context.Context, _, id string, limit int, cursor string) (batch.Page[*analysis.Row], error) {
	switch {
	case id == "bat_down":
		return batch.Page[*analysis.Row]{}, errDown
	case id == "bat_gone", id == "bat_going" && cursor != "":
		return batch.Page[*analysis.Row]{}, errs.New(errs.NotFound, "no such batch")
	}
	var page batch.Page[*analysis.Row]
	for _, b := range h {
		if b.id == id {
			rest := b.rows[len(cursor):]
			page.Items = rest[:min(limit, len(rest), 3)] // pages may be short
			if len(page.Items) < len(rest) || id == "bat_running" {
				page.Next = cursor + strings.Repeat(".", len(page.Items))
			}
		}
	}
	return page, nil
}

func rows(n int, texts ...string) (rows []*analysis.Row) {
	var a analysis.Analyzer
	var messages []analysis.Message
	for i := range n {
		messages = append(messages, analysis.Message{ID: strconv.Itoa(i), Text: texts[i%len(texts)]})
	}
	return a.AnalyzeAll(messages, "codepoint")
}

func TestABackTestSaysWhatWouldHaveMatched(t *testing.T) {
	s := newService(t)
	s.History = history{
		{"bat_new", rows(4, "I want a refund, "+strings.Repeat("oh so very é ", 60), "hello there")},
		{"bat_none", nil},
		{"bat_old", rows(5, "no REFUND for john@example.com")},
	}
	mustPut(t, s, definition("refunds", `{"words":["refund"],"participant":"CUSTOMER","first":2}`), 0)
	got, err := s.Backtest(t.Context(), "main", "refunds", category.BacktestOptions{Examples: 3})
	if err != nil {
		t.Fatal(err)
	}
	if got.Read != 9 || got.Matches != 7 || got.Rate != 7.0/9 || got.Batches != 2 || !got.Complete || got.Version != 1 {
		t.Errorf("got %+v, want 7 matches of 9 rows of 2 batches", got)
	}
	if want := []string{"participant", "first"}; !slices.Equal(got.Ignored, want) {
		t.Errorf("got %v ignored, want %v", got.Ignored, want)
	}
	if len(got.Examples) != 3 || got.Examples[0].BatchID != "bat_new" || got.Examples[2].BatchID != "bat_old" {
		t.Fatalf("got %+v, want two examples of the newest batch and one of the next", got.Examples)
	}
	if text := got.Examples[0].Text; len([]rune(text)) != 500 {
		t.Errorf("got an example of %d characters, want 500", len([]rune(text)))
	}
	if text := got.Examples[2].Text; strings.Contains(text, "john@") || !strings.Contains(text, "REFUND") {
		t.Errorf("got %q, want it anonymised", text)
	}
}

func TestABackTestMatchesTopicsAndSentiment(t *testing.T) {
	s := newService(t)
	s.History = history{{"bat_a", rows(2, "where is my parcel, this is terrible, worst shop ever", "great service, thank you")}}
	mustPut(t, s, definition("angry", `{"all":[{"any":[{"topics":["shipping_delivery","complaint"],"last":1},{"not":{"words":["a"]}}]},{"sentiment":{"labels":["NEGATIVE"]}}]}`), 0)
	got, err := s.Backtest(t.Context(), "main", "angry", category.BacktestOptions{})
	if err != nil || got.Matches != 1 || len(got.Examples) != 0 || !slices.Equal(got.Ignored, []string{"last"}) {
		t.Errorf("got %+v and %v, want one match and no example", got, err)
	}
}

func TestABackTestIsBounded(t *testing.T) {
	for name, c := range map[string]struct {
		history  history
		rows     int
		clock    time.Duration // that passes with every look at it
		read     int
		complete bool
	}{
		"by rows":                              {history{{"bat_a", rows(10, "a")}, {"bat_b", rows(10, "a")}}, 4, 0, 4, false},
		"by rows, at a batch":                  {history{{"bat_a", rows(3, "a")}, {"bat_b", rows(10, "a")}}, 3, 0, 3, false},
		"by time, within a page":               {history{{"bat_a", rows(10, "a")}, {"bat_b", rows(10, "a")}}, 0, 5 * time.Second, 1, false},
		"by time, at a page":                   {history{{"bat_a", rows(10, "a")}, {"bat_b", rows(10, "a")}}, 0, 2 * time.Second, 3, false},
		"by what there is":                     {history{{"bat_a", rows(10, "a")}}, 0, 0, 10, true},
		"by a batch under way":                 {history{{"bat_running", rows(2, "a")}, {"bat_b", rows(1, "a")}}, 0, 0, 3, false},
		"not by a removed batch":               {history{{"bat_gone", rows(5, "a")}, {"bat_b", rows(2, "a")}}, 0, 0, 2, true},
		"not by one that is removed meanwhile": {history{{"bat_going", rows(5, "a")}, {"bat_b", rows(2, "a")}}, 0, 0, 5, true},
		"by an empty history":                  {history{}, 0, 0, 0, true},
		"by more than there is":                {history{{"bat_a", rows(2, "a")}}, 50000, 0, 2, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			mustPut(t, s, definition("a", `{"words":["a"]}`), 0)
			s.History = c.history
			now := noon()
			s.Now = func() time.Time { now = now.Add(c.clock); return now }
			got, err := s.Backtest(t.Context(), "main", "a", category.BacktestOptions{Rows: c.rows})
			if err != nil || got.Read != c.read || got.Matches != c.read || got.Complete != c.complete {
				t.Errorf("got %+v and %v, want %d read and complete %t", got, err, c.read, c.complete)
			}
		})
	}
}

func TestABackTestThatCannotReadFails(t *testing.T) {
	s := newService(t)
	mustPut(t, s, definition("a", `{"words":["a"]}`), 0)
	s.History = history{{"bat_down", nil}}
	if _, err := s.Backtest(t.Context(), "main", "a", category.BacktestOptions{}); !errs.Is(err, errs.Unavailable) {
		t.Errorf("got %v, want unavailable", err)
	}
	if _, err := s.Backtest(t.Context(), "main", "b", category.BacktestOptions{}); !errs.Is(err, errs.NotFound) {
		t.Errorf("got %v, want not found", err)
	}
}
