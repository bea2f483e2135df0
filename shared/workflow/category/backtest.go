package category

import (
	"context"
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/analysis"
	"github.com/customerai/customerai/shared/insight/categories"
	"github.com/customerai/customerai/shared/insight/categories/match"
	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/insight/topics"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/workflow/batch"
)

// History is what was analysed before: the batches of a tenant, the newest first, and the rows of each.
type History interface {
	List(ctx context.Context, tenant string, limit int, cursor string) (batch.Page[batch.Batch], error)
	Analysed(ctx context.Context, tenant, id string, limit int, cursor string) (batch.Page[*analysis.Row], error)
}

// Bounds of a back-test.
const (
	maxRead     = 20_000 // rows
	maxTime     = 12 * time.Second
	pageRows    = 1000
	pageBatches = 20
	exampleSize = 500 // code points of an example's text
)

// BacktestOptions say how much of the history is read and shown.
type BacktestOptions struct {
	Rows     int // at most so many rows; 0 for as many as there is time for
	Examples int
}

// Backtest is what a category would have matched.
type Backtest struct {
	Version  int64     `json:"version" doc:"Of the category"`
	Read     int       `json:"read" doc:"Rows read, those of the newest batches first"`
	Matches  int       `json:"matches"`
	Rate     float64   `json:"rate" minimum:"0" maximum:"1" doc:"Matches by rows read; 0 when none was"`
	Batches  int       `json:"batches" doc:"Batches that rows were read of"`
	Complete bool      `json:"complete" doc:"False when there is more history than was read"`
	Ignored  []string  `json:"ignored" doc:"Parts of the rule that a stored row cannot answer: who wrote it, and which part of which conversation it was"`
	Examples []Example `json:"examples" doc:"The first matches, anonymised as they are stored"`
}

// Example is a row that matched.
type Example struct {
	BatchID string `json:"batchId"`
	ID      string `json:"id"`
	Line    int    `json:"line"`
	Text    string `json:"text" doc:"At most 500 characters"`
}

// Backtest matches a category, draft or published, with stored rows, each as a conversation of one message. It ends after so
// many rows or so much time and says how much it read. errs.NotFound when there is no such category.
func (s *Service) Backtest(ctx context.Context, tenant, name string, options BacktestOptions) (Backtest, error) {
	_, category, err := s.current(ctx, tenant, name)
	if err != nil {
		return Backtest{}, err
	}
	rule := category.Rule
	var ignored scopes
	rule.When = ignored.strip(rule.When)
	test := backtest{
		matcher: match.Compile([]match.Named{{Name: name, Rule: rule}}).Matcher(),
		most:    maxRead, examples: options.Examples, until: s.Now().Add(maxTime), now: s.Now,
		report: Backtest{Version: category.Version, Complete: true, Ignored: ignored.names(), Examples: []Example{}},
	}
	if options.Rows > 0 {
		test.most = min(options.Rows, maxRead)
	}
	if err := test.run(ctx, s.History, tenant); err != nil {
		return Backtest{}, fmt.Errorf("back-test: %w", err)
	}
	if test.report.Read > 0 {
		test.report.Rate = float64(test.report.Matches) / float64(test.report.Read)
	}
	// It shows what customers wrote: that is recorded, though nothing is changed.
	if _, err := s.Audit.Commit(ctx, audit.Event{Tenant: tenant, Operation: "backtestCategory", Target: name}); err != nil {
		return Backtest{}, fmt.Errorf("record back-test: %w", err)
	}
	return test.report, nil
}

type backtest struct {
	matcher  *match.Matcher
	document text.Document
	topics   []topics.Name
	matched  []string

	most, examples int
	until          time.Time
	now            func() time.Time
	report         Backtest
}

func (b *backtest) run(ctx context.Context, history History, tenant string) error {
	for cursor := ""; ; {
		page, err := history.List(ctx, tenant, pageBatches, cursor)
		if err != nil {
			return err
		}
		for _, found := range page.Items {
			if b.full() {
				return nil
			}
			// A batch whose time was over since it was listed is history no more, with what was not read of it.
			if err := b.read(ctx, history, tenant, found.BatchID); err != nil && !errs.Is(err, errs.NotFound) {
				return err
			}
		}
		if cursor = page.Next; cursor == "" {
			return nil
		}
	}
}

// full reports whether nothing more is to be read, and notes that there was more.
func (b *backtest) full() bool {
	if b.report.Read < b.most && !b.late() {
		return false
	}
	b.report.Complete = false
	return true
}

func (b *backtest) late() bool { return !b.now().Before(b.until) }

// read matches the rows of one batch. A batch in progress has a next page that is empty for now.
func (b *backtest) read(ctx context.Context, history History, tenant, id string) error {
	for cursor, first := "", true; ; first = false {
		page, err := history.Analysed(ctx, tenant, id, min(pageRows, b.most-b.report.Read), cursor)
		if err != nil {
			return err
		}
		if first && len(page.Items) > 0 {
			b.report.Batches++
		}
		for _, row := range page.Items {
			if b.late() { // a page of long rows takes a large rule minutes
				b.report.Complete = false
				return nil
			}
			b.match(id, row)
		}
		if page.Next == "" || len(page.Items) == 0 {
			b.report.Complete = b.report.Complete && page.Next == ""
			return nil
		}
		if cursor = page.Next; b.full() {
			return nil
		}
	}
}

func (b *backtest) match(id string, row *analysis.Row) {
	b.report.Read++
	b.document.Reset(row.Text)
	b.topics = b.topics[:0]
	for _, topic := range row.Topics {
		b.topics = append(b.topics, topic.Name)
	}
	b.matcher.Begin(1)
	b.matcher.Add(match.Message{
		Document: &b.document, Topics: b.topics, Label: row.Sentiment.Label, Satisfaction: row.Sentiment.Satisfaction,
	})
	if b.matched = b.matcher.Matches(b.matched[:0]); len(b.matched) == 0 {
		return
	}
	b.report.Matches++
	if len(b.report.Examples) < b.examples {
		b.report.Examples = append(b.report.Examples, Example{BatchID: id, ID: row.ID, Line: row.Line, Text: cut(row.Text, exampleSize)})
	}
}

// cut returns the first so many code points.
func cut(s string, most int) string {
	for i := range s {
		if most == 0 {
			return s[:i]
		}
		most--
	}
	return s
}

// scopes notes which of them a rule uses.
type scopes struct{ participant, first, last bool }

// strip returns the condition without what a stored row cannot answer.
func (s *scopes) strip(c categories.Condition) categories.Condition {
	s.participant = s.participant || c.Participant != "" && c.Participant != categories.Anyone
	s.first, s.last = s.first || c.First > 0, s.last || c.Last > 0
	c.Participant, c.First, c.Last = "", 0, 0
	c.All, c.Any = s.stripAll(c.All), s.stripAll(c.Any)
	if c.Not != nil {
		stripped := s.strip(*c.Not)
		c.Not = &stripped
	}
	return c
}

func (s *scopes) stripAll(conditions []categories.Condition) []categories.Condition {
	if conditions == nil {
		return nil
	}
	stripped := make([]categories.Condition, len(conditions))
	for i, c := range conditions {
		stripped[i] = s.strip(c)
	}
	return stripped
}

func (s *scopes) names() []string {
	names := []string{}
	for _, scope := range []struct {
		name string
		used bool
	}{{"participant", s.participant}, {"first", s.first}, {"last", s.last}} {
		if scope.used {
			names = append(names, scope.name)
		}
	}
	return names
}
