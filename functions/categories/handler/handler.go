// Package handler is the categories function: tenants' own rules of what their messages are about.
//
// Normal use: New with the stores; a rule is tried on what was analysed before, and then published.
//
// It refuses a change that does not name the version it changes, and rules with problems, all of which it tells at once.
package handler

import (
	"context"
	"time"

	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/edge/httpapi/paging"
	"github.com/customerai/customerai/shared/insight/categories"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/workflow/batch"
	"github.com/customerai/customerai/shared/workflow/category"
)

// Deps are what the function works on. All are required.
type Deps struct {
	Table   table.Table
	Results blob.Bucket // rows that back-tests read
	Now     func() time.Time
	Audit   *audit.Log // the one of the httpapi.Config
}

type handler struct{ categories *category.Service }

// New binds the function's operations.
func New(deps Deps, config httpapi.Config) (*httpapi.API, error) {
	api, err := httpapi.New("categories", config)
	if err != nil {
		return nil, err
	}
	h := handler{&category.Service{
		Table: deps.Table, Audit: deps.Audit, Now: deps.Now,
		History: &batch.Service{Table: deps.Table, Results: deps.Results, Now: deps.Now},
	}}
	httpapi.Bind(api, "putCategory", h.put)
	httpapi.Bind(api, "getCategory", h.get)
	httpapi.Bind(api, "listCategories", h.list)
	httpapi.Bind(api, "deleteCategory", h.delete)
	httpapi.Bind(api, "backtestCategory", h.backtest)
	return api, nil
}

type putInput struct {
	Name string `path:"name" maxLength:"200" doc:"Letters a-z and A-Z, digits, dots, hyphens and underscores"`
	Body struct {
		Version     int64             `json:"version,omitempty" minimum:"0" doc:"The version that is changed; absent for a new category"`
		Description string            `json:"description,omitempty" maxLength:"1000"`
		Status      categories.Status `json:"status" enum:"DRAFT,PUBLISHED" doc:"A draft can be back-tested and is else without effect"`
		Rule        categories.Rule   `json:"rule"`
	}
}

type categoryOutput struct{ Body category.Category }

func (h handler) put(ctx context.Context, in *putInput) (*categoryOutput, error) {
	saved, err := h.categories.Put(ctx, auth.TenantFrom(ctx), category.Definition{
		Name: in.Name, Description: in.Body.Description, Status: in.Body.Status, Rule: in.Body.Rule,
	}, in.Body.Version)
	if err != nil {
		return nil, err
	}
	return &categoryOutput{saved}, nil
}

type getInput struct {
	Name    string `path:"name" maxLength:"200"`
	Version int64  `query:"version" minimum:"0" doc:"An earlier version; absent: the category as it is"`
}

func (h handler) get(ctx context.Context, in *getInput) (*categoryOutput, error) {
	found, err := h.categories.Get(ctx, auth.TenantFrom(ctx), in.Name, in.Version)
	if err != nil {
		return nil, err
	}
	return &categoryOutput{found}, nil
}

type listInput struct{ paging.Input }

type listCategoriesOutput struct {
	Body struct {
		Categories []category.Category `json:"categories" doc:"By name"`
		NextToken  string              `json:"nextToken,omitempty"`
	}
}

func (h handler) list(ctx context.Context, in *listInput) (*listCategoriesOutput, error) {
	const name = "listCategories"
	cursor, err := in.Cursor(name)
	if err != nil {
		return nil, err
	}
	page, err := h.categories.List(ctx, auth.TenantFrom(ctx), in.Limit, cursor)
	if err != nil {
		return nil, err
	}
	out := &listCategoriesOutput{}
	out.Body.Categories, out.Body.NextToken = page.Items, paging.Token(name, page.Next)
	return out, nil
}

type deleteInput struct {
	Name    string `path:"name" maxLength:"200"`
	Version int64  `query:"version" minimum:"0" doc:"The version that is deleted; absent: whichever there is"`
}

func (h handler) delete(ctx context.Context, in *deleteInput) (*struct{}, error) {
	return nil, h.categories.Delete(ctx, auth.TenantFrom(ctx), in.Name, in.Version)
}

type backtestInput struct {
	Name string `path:"name" maxLength:"200"`
	Body struct {
		Rows     int `json:"rows,omitempty" minimum:"1" maximum:"20000" doc:"Read at most so many rows, the newest batches first; absent: as many as there is time for"`
		Examples int `json:"examples,omitempty" minimum:"0" maximum:"50" default:"10" doc:"Show at most so many matches"`
	}
}

type backtestOutput struct{ Body category.Backtest }

func (h handler) backtest(ctx context.Context, in *backtestInput) (*backtestOutput, error) {
	report, err := h.categories.Backtest(ctx, auth.TenantFrom(ctx), in.Name, category.BacktestOptions{Rows: in.Body.Rows, Examples: in.Body.Examples})
	if err != nil {
		return nil, err
	}
	return &backtestOutput{report}, nil
}
