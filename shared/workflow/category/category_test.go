package category_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/analysis"
	"github.com/customerai/customerai/shared/insight/categories"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/rivals"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/workflow/category"
)

func noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

func newService(t *testing.T) *category.Service {
	t.Helper()
	stored := memtable.New(noon)
	return &category.Service{Table: stored, Audit: audittest.New(t, stored, noon), Now: noon}
}

func definition(name, when string) category.Definition {
	d := category.Definition{Name: name, Status: categories.Published}
	if err := json.Unmarshal([]byte(`{"when":`+when+`}`), &d.Rule); err != nil {
		panic(err)
	}
	return d
}

func mustPut(t *testing.T, s *category.Service, d category.Definition, version int64) category.Category {
	t.Helper()
	saved, err := s.Put(t.Context(), "main", d, version)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

func TestEveryChangeMakesAVersionAndKeepsTheOnesBefore(t *testing.T) {
	s := newService(t)
	for version := range int64(3) {
		d := definition("churn", fmt.Sprintf(`{"words":["v%d"]}`, version+1))
		saved := mustPut(t, s, d, version)
		if saved.Version != version+1 || !saved.UpdatedAt.Equal(noon()) {
			t.Errorf("got version %d of %v, want %d of noon", saved.Version, saved.UpdatedAt, version+1)
		}
	}
	for version, want := range map[int64]string{0: "v3", 1: "v1", 2: "v2", 3: "v3"} {
		got, err := s.Get(t.Context(), "main", "churn", version)
		if err != nil || got.Rule.When.Words[0] != want {
			t.Errorf("version %d: got %v and %v, want %s", version, got.Rule.When.Words, err, want)
		}
	}
	if _, err := s.Get(t.Context(), "main", "churn", 4); !errs.Is(err, errs.NotFound) {
		t.Errorf("version 4: got %v, want not found", err)
	}
}

func TestAChangeNamesTheVersionItChanges(t *testing.T) {
	s := newService(t)
	d := definition("churn", `{"words":["leave"]}`)
	mustPut(t, s, d, 0)
	for _, version := range []int64{0, 2} {
		if _, err := s.Put(t.Context(), "main", d, version); !errs.Is(err, errs.Conflict) {
			t.Errorf("put over version %d: got %v, want a conflict", version, err)
		}
	}
	if err := s.Delete(t.Context(), "main", "churn", 2); !errs.Is(err, errs.Conflict) {
		t.Errorf("delete of version 2: got %v, want a conflict", err)
	}
	if _, err := s.Put(t.Context(), "main", definition("new", `{"words":["a"]}`), 1); !errs.Is(err, errs.Conflict) {
		t.Errorf("put over what is not there: got %v, want a conflict", err)
	}
}

func TestOfManyWritersOfOneVersionOneSucceeds(t *testing.T) {
	s := newService(t)
	rivals.OneSucceeds(t, func() error {
		_, err := s.Put(t.Context(), "main", definition("churn", `{"words":["leave"]}`), 0)
		return err
	})
}

func TestADeletedCategoryIsGoneAndItsNumbersAreNotUsedAgain(t *testing.T) {
	s := newService(t)
	d := definition("churn", `{"words":["leave"]}`)
	mustPut(t, s, d, mustPut(t, s, d, 0).Version)
	if err := s.Delete(t.Context(), "main", "churn", 2); err != nil {
		t.Fatal(err)
	}
	for _, version := range []int64{0, 1, 2} {
		if _, err := s.Get(t.Context(), "main", "churn", version); !errs.Is(err, errs.NotFound) {
			t.Errorf("version %d: got %v, want not found", version, err)
		}
	}
	if err := s.Delete(t.Context(), "main", "churn", 2); !errs.Is(err, errs.NotFound) {
		t.Errorf("second delete: got %v, want not found", err)
	}
	if got := mustPut(t, s, d, 0).Version; got != 3 {
		t.Errorf("got version %d of a category made again, want 3", got)
	}
	if err := s.Delete(t.Context(), "main", "churn", 0); err != nil {
		t.Errorf("delete of whichever version there is: got %v", err)
	}
}

func TestTenantsDoNotSeeEachOther(t *testing.T) {
	s := newService(t)
	mustPut(t, s, definition("churn", `{"words":["leave"]}`), 0)
	if _, err := s.Get(t.Context(), "other", "churn", 0); !errs.Is(err, errs.NotFound) {
		t.Errorf("got %v, want not found", err)
	}
	if page, err := s.List(t.Context(), "other", 10, ""); err != nil || len(page.Items) != 0 {
		t.Errorf("got %v and %v, want an empty list", page.Items, err)
	}
}

func TestAListIsByNameInPages(t *testing.T) {
	s := newService(t)
	for _, name := range []string{"b", "c", "a"} {
		mustPut(t, s, definition(name, `{"words":["x"]}`), 0)
	}
	var names []string
	cursor := ""
	for {
		page, err := s.List(t.Context(), "main", 2, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Items {
			names = append(names, c.Name)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if want := []string{"a", "b", "c"}; !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
	if _, err := s.List(t.Context(), "main", 2, "none of ours"); !errs.Is(err, errs.Invalid) {
		t.Errorf("got %v, want a foreign cursor refused", err)
	}
}

func TestThereAreNotTooManyCategories(t *testing.T) {
	s := newService(t)
	for i := range category.MaxCategories {
		mustPut(t, s, definition(fmt.Sprintf("c%d", i), `{"words":["x"]}`), 0)
	}
	if _, err := s.Put(t.Context(), "main", definition("more", `{"words":["x"]}`), 0); !errs.Is(err, errs.Conflict) {
		t.Errorf("got %v, want a conflict", err)
	}
	mustPut(t, s, definition("c7", `{"words":["y"]}`), 1)
}

func TestProblemsOfADefinitionAreToldAtOnce(t *testing.T) {
	d := definition("a b", `{"words":["*"]}`)
	d.Status = "LIVE"
	_, err := newService(t).Put(t.Context(), "main", d, 0)
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Code != errs.Invalid {
		t.Fatalf("got %v, want invalid fields", err)
	}
	var paths []string
	for _, field := range e.Fields {
		paths = append(paths, field.Path)
	}
	if want := []string{"name", "status", "rule.when.words[0]"}; !slices.Equal(paths, want) {
		t.Errorf("got %v, want %v", paths, want)
	}
	if _, err := newService(t).Get(t.Context(), "main", "a#b", 0); !errs.Is(err, errs.NotFound) {
		t.Errorf("got %v for a name that none has, want not found", err)
	}
}

func TestChangesLeaveTheirRecords(t *testing.T) {
	stored := memtable.New(noon)
	log := audittest.New(t, stored, noon)
	s := &category.Service{Table: stored, Audit: log, Now: noon, History: history{}}
	mustPut(t, s, definition("churn", `{"words":["leave"]}`), 0)
	if _, err := s.Backtest(t.Context(), "main", "churn", category.BacktestOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(t.Context(), "main", "churn", 1); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), "main", definition("churn", `{"words":["leave"]}`), 5); err == nil {
		t.Fatal("got a put over nothing")
	}
	var operations []string
	for _, r := range audittest.Records(t, log, "main") {
		operations = append(operations, r.Operation)
	}
	if want := []string{"putCategory", "backtestCategory", "deleteCategory"}; !slices.Equal(operations, want) {
		t.Errorf("got %v, want %v", operations, want)
	}
}

func TestPublishedCategoriesAreThoseOfTheTenantThatAreNoDrafts(t *testing.T) {
	s := newService(t)
	if set, err := s.Published(t.Context(), "main"); set != nil || err != nil {
		t.Errorf("got %v and %v of a tenant without categories, want nil", set, err)
	}
	draft := definition("a", `{"words":["x"]}`)
	draft.Status = categories.Draft
	mustPut(t, s, draft, 0)
	if set, err := s.Published(t.Context(), "main"); set != nil || err != nil {
		t.Errorf("got %v and %v of a tenant with a draft, want nil", set, err)
	}
	mustPut(t, s, definition("c", `{"words":["x"]}`), 0)
	mustPut(t, s, definition("b", `{"words":["x","y"]}`), 0)
	set, err := s.Published(t.Context(), "main")
	if err != nil {
		t.Fatal(err)
	}
	var a analysis.Analyzer
	a.Use(set)
	if got, want := a.Analyze(analysis.Message{Text: "x"}, 1, "codepoint").Categories, []string{"b", "c"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	s.Table = failing{s.Table}
	if _, err := s.Published(t.Context(), "main"); !errs.Is(err, errs.Unavailable) {
		t.Errorf("got %v of a table that does not answer, want unavailable", err)
	}
}

// failing is a table that does not answer.
type failing struct{ table.Table }

var errDown = errs.New(errs.Unavailable, "down")

func (failing) Get(context.Context, table.Key) (table.Item, error) { return table.Item{}, errDown }

func (failing) Query(context.Context, table.Query) (table.Page, error) { return table.Page{}, errDown }

func TestATableThatDoesNotAnswerIsUnavailable(t *testing.T) {
	s := newService(t)
	s.Table = failing{s.Table}
	_, put := s.Put(t.Context(), "main", definition("a", `{"words":["x"]}`), 0)
	_, get := s.Get(t.Context(), "main", "a", 0)
	_, list := s.List(t.Context(), "main", 1, "")
	_, test := s.Backtest(t.Context(), "main", "a", category.BacktestOptions{})
	for name, err := range map[string]error{"put": put, "get": get, "list": list, "delete": s.Delete(t.Context(), "main", "a", 1), "back-test": test} {
		if !errs.Is(err, errs.Unavailable) {
			t.Errorf("%s: got %v, want unavailable", name, err)
		}
	}
}
