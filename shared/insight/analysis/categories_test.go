package analysis_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/insight/analysis"
	"github.com/customerai/customerai/shared/insight/categories"
	"github.com/customerai/customerai/shared/insight/categories/match"
	"github.com/customerai/customerai/shared/insight/text"
)

func set(conditions ...categories.Condition) *match.Set {
	var named []match.Named
	for i, c := range conditions {
		named = append(named, match.Named{Name: string(rune('a' + i)), Rule: categories.Rule{When: c}})
	}
	return match.Compile(named)
}

func TestRowsNameTheCategoriesThatTheyMatch(t *testing.T) {
	high := 4.0
	var a analysis.Analyzer
	a.Use(set(
		categories.Condition{Words: []string{"parcel*"}},
		categories.Condition{Topics: []string{"shipping_delivery"}},
		categories.Condition{Sentiment: &categories.Feeling{Labels: []string{"NEGATIVE"}, MaxSatisfaction: &high}},
		categories.Condition{Words: []string{"parcels"}, Participant: categories.Agent},
	))
	rows := a.AnalyzeAll([]analysis.Message{
		{ID: "1", Text: "Where are my parcels? This is terrible, I am so angry.", Participant: analysis.Customer},
		{ID: "2", Text: "Good morning"},
		{ID: "3", Text: "The parcels left today", Participant: analysis.Agent},
	}, text.CodePoints)
	for i, want := range [][]string{{"a", "b", "c"}, {}, {"a", "b", "d"}} {
		if got := rows[i].Categories; !slices.Equal(got, want) {
			t.Errorf("message %d: got %v, want %v", i+1, got, want)
		}
	}
	if line := string(rows[0].AppendJSON(nil)); !strings.Contains(line, `,"categories":["a","b","c"],"pii":[`) {
		t.Errorf("got %s, want the categories behind the topics", line)
	}
}

func TestWithoutCategoriesALineSaysNothingOfThem(t *testing.T) {
	var a analysis.Analyzer
	a.Use(set(categories.Condition{Words: []string{"hello"}}))
	if row := a.Analyze(analysis.Message{Text: "hello"}, 1, text.CodePoints); len(row.Categories) != 1 {
		t.Errorf("got %v, want the category", row.Categories)
	}
	for _, none := range []*match.Set{nil, match.Compile(nil)} {
		a.Use(none)
		row := a.Analyze(analysis.Message{Text: "hello"}, 1, text.CodePoints)
		if line := string(row.AppendJSON(nil)); strings.Contains(line, "categories") {
			t.Errorf("got %s, want no word of categories", line)
		}
	}
}
