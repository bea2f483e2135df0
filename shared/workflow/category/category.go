// Package category keeps the categories that tenants define, and tries them on what was analysed before.
//
// Normal use: a Service for each function; Published for whoever analyses.
//
//	saved, err := service.Put(ctx, tenant, category.Definition{Name: "churn", Status: categories.Published, Rule: rule}, 0)
//	report, err := service.Backtest(ctx, tenant, "churn", category.BacktestOptions{})
//
// Every change makes a version and keeps the ones before. It refuses a change that does not name the version it changes, so
// that two writers cannot overwrite each other unseen, and more than MaxCategories.
package category

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/categories"
	"github.com/customerai/customerai/shared/insight/categories/match"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
)

// MaxCategories is how many categories a tenant can have.
const MaxCategories = 200

// Service works on the categories of all tenants. It is safe for concurrent use. Published needs the table alone, all else
// needs all fields.
type Service struct {
	Table   table.Table
	History History // what was analysed before
	Audit   *audit.Log
	Now     func() time.Time
}

// Definition is what a tenant says of a category.
type Definition struct {
	Name        string            `json:"name"`
	Description string            `json:"description,omitempty"`
	Status      categories.Status `json:"status" enum:"DRAFT,PUBLISHED" doc:"A draft can be back-tested and is else without effect"`
	Rule        categories.Rule   `json:"rule"`
}

// Category is a version of a definition.
type Category struct {
	Definition
	Version   int64     `json:"version" doc:"From 1, one more with every change"`
	UpdatedAt time.Time `json:"updatedAt"`
}

// Validate returns every problem of the definition by field path.
func (d *Definition) Validate() []errs.Field {
	var problems []errs.Field
	if !categories.ValidName(d.Name) {
		problems = append(problems, errs.Field{Path: "name", Message: "must be 1 to 200 of the letters a-z and A-Z, digits, hyphens, underscores and dots, and not dots alone"})
	}
	if d.Status != categories.Draft && d.Status != categories.Published {
		problems = append(problems, errs.Field{Path: "status", Message: "must be DRAFT or PUBLISHED"})
	}
	return append(problems, d.Rule.Validate("rule")...)
}

// Put saves a definition as its category's next version. Version is the one it changes, 0 for a category that is not there.
// errs.Invalid for a definition with problems, errs.Conflict when the category has another version or there are too many,
// errs.TooLarge for one that no item can hold.
func (s *Service) Put(ctx context.Context, tenant string, definition Definition, version int64) (Category, error) {
	if problems := definition.Validate(); len(problems) > 0 {
		return Category{}, errs.InvalidFields(problems...)
	}
	condition, next, err := s.next(ctx, tenant, definition.Name, version)
	if err != nil {
		return Category{}, err
	}
	saved := Category{Definition: definition, Version: next, UpdatedAt: s.Now().UTC().Truncate(time.Millisecond)}
	value, err := json.Marshal(saved)
	if err != nil {
		return Category{}, fmt.Errorf("encode category: %w", err)
	}
	event := audit.Event{Tenant: tenant, Operation: "putCategory", Target: definition.Name}
	_, err = s.Audit.Commit(
		ctx, event,
		table.Put(table.Item{Key: currentKey(tenant, definition.Name), Value: value}, condition),
		table.Put(table.Item{Key: versionKey(tenant, definition.Name, next), Value: value}, table.Absent()),
	)
	if errs.Is(err, errs.Conflict) {
		return Category{}, errChanged
	}
	if err != nil {
		return Category{}, fmt.Errorf("save category: %w", err)
	}
	return saved, nil
}

var (
	errChanged = errs.New(errs.Conflict, "the category does not have this version; read it again")
	errTooMany = errs.New(errs.Conflict, fmt.Sprintf("there are %d categories already", MaxCategories))
	errNone    = errs.New(errs.NotFound, "there is no such category")
)

// next returns what must hold for a change of version, and the version that it makes.
func (s *Service) next(ctx context.Context, tenant, name string, version int64) (table.Condition, int64, error) {
	item, current, err := s.current(ctx, tenant, name)
	switch {
	case err == nil && current.Version != version:
		return table.Condition{}, 0, errChanged
	case err == nil:
		return table.Version(item.Version), version + 1, nil
	case !errs.Is(err, errs.NotFound):
		return table.Condition{}, 0, err
	case version != 0:
		return table.Condition{}, 0, errChanged
	}
	others, err := table.All(ctx, s.Table, table.Query{Partition: listPartition(tenant)})
	if err != nil {
		return table.Condition{}, 0, fmt.Errorf("count categories: %w", err)
	}
	if len(others) >= MaxCategories {
		return table.Condition{}, 0, errTooMany
	}
	last, err := s.Table.Query(ctx, table.Query{Partition: versionPartition(tenant, name), Reverse: true, Limit: 1})
	if err != nil {
		return table.Condition{}, 0, fmt.Errorf("find the last version: %w", err)
	}
	next := int64(1)
	for _, item := range last.Items { // of a category that was deleted: its numbers are not used again
		deleted, err := decode(item)
		if err != nil {
			return table.Condition{}, 0, err
		}
		next = deleted.Version + 1
	}
	return table.Absent(), next, nil
}

// current returns the category with its item, or errs.NotFound.
func (s *Service) current(ctx context.Context, tenant, name string) (table.Item, Category, error) {
	if !categories.ValidName(name) {
		return table.Item{}, Category{}, errNone
	}
	item, err := s.Table.Get(ctx, currentKey(tenant, name))
	if errs.Is(err, errs.NotFound) {
		return table.Item{}, Category{}, errNone
	}
	if err != nil {
		return table.Item{}, Category{}, fmt.Errorf("read category: %w", err)
	}
	category, err := decode(item)
	return item, category, err
}

func decode(item table.Item) (Category, error) {
	var category Category
	if err := json.Unmarshal(item.Value, &category); err != nil {
		return Category{}, fmt.Errorf("decode category: %w", err)
	}
	return category, nil
}

// Get returns a category, as it is with version 0, else as it was in that version. errs.NotFound when there is none.
func (s *Service) Get(ctx context.Context, tenant, name string, version int64) (Category, error) {
	_, category, err := s.current(ctx, tenant, name)
	if err != nil || version == 0 || version == category.Version {
		return category, err
	}
	item, err := s.Table.Get(ctx, versionKey(tenant, name, version))
	if errs.Is(err, errs.NotFound) {
		return Category{}, errNone
	}
	if err != nil {
		return Category{}, fmt.Errorf("read version of category: %w", err)
	}
	return decode(item)
}

// Delete removes a category of this version, 0 for whichever it has; the numbers of its versions are not used again.
// errs.NotFound when there is none, errs.Conflict when it has another version, or a new one meanwhile.
func (s *Service) Delete(ctx context.Context, tenant, name string, version int64) error {
	item, category, err := s.current(ctx, tenant, name)
	if err != nil {
		return err
	}
	if version != 0 && category.Version != version {
		return errChanged
	}
	event := audit.Event{Tenant: tenant, Operation: "deleteCategory", Target: name}
	_, err = s.Audit.Commit(ctx, event, table.Delete(item.Key, table.Version(item.Version)))
	if errs.Is(err, errs.Conflict) {
		return errChanged
	}
	if err != nil {
		return fmt.Errorf("delete category: %w", err)
	}
	return nil
}

// Page is one page of a list. Next is "" after the last.
type Page struct {
	Items []Category
	Next  string
}

// List returns the tenant's categories by name. errs.Invalid for a cursor that is none.
func (s *Service) List(ctx context.Context, tenant string, limit int, cursor string) (Page, error) {
	page, err := s.Table.Query(ctx, table.Query{Partition: listPartition(tenant), Limit: limit, Cursor: cursor})
	switch {
	case cursor != "" && errs.Is(err, errs.Invalid):
		return Page{}, errs.InvalidFields(errs.Field{Path: "nextToken", Message: "must be one that this list gave"})
	case err != nil:
		return Page{}, fmt.Errorf("list categories: %w", err)
	}
	list := Page{Items: []Category{}, Next: page.Next}
	for _, item := range page.Items {
		category, err := decode(item)
		if err != nil {
			return Page{}, err
		}
		list.Items = append(list.Items, category)
	}
	return list, nil
}

// Published returns the tenant's published categories, compiled, or nil when there are none.
func (s *Service) Published(ctx context.Context, tenant string) (*match.Set, error) {
	items, err := table.All(ctx, s.Table, table.Query{Partition: listPartition(tenant)})
	if err != nil {
		return nil, fmt.Errorf("read categories: %w", err)
	}
	var published []match.Named
	for _, item := range items {
		category, err := decode(item)
		if err != nil {
			return nil, err
		}
		if category.Status == categories.Published {
			published = append(published, match.Named{Name: category.Name, Rule: category.Rule})
		}
	}
	if len(published) == 0 {
		return nil, nil //nolint:nilnil // nil is a set without categories
	}
	return match.Compile(published), nil
}
