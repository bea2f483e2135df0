package sqlitetable

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/rules"
)

// Get implements table.Table.
func (t *Table) Get(ctx context.Context, key table.Key) (table.Item, error) {
	if err := rules.Key(key); err != nil {
		return table.Item{}, err
	}
	item := table.Item{Key: key}
	var expires int64
	err := t.sql.get.QueryRowContext(ctx, []byte(key.Partition), []byte(key.Sort), t.now().Unix()).
		Scan(&item.Value, &item.Version, &expires)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return table.Item{}, errs.New(errs.NotFound, "no such item")
	case err != nil:
		return table.Item{}, fmt.Errorf("get item: %w", explain(err))
	}
	item.Expires = rules.Expires(expires)
	return item, nil
}

// Query implements table.Table.
func (t *Table) Query(ctx context.Context, query table.Query) (table.Page, error) {
	r, err := rules.Query(query)
	if err != nil {
		return table.Page{}, err
	}
	page, err := t.page(ctx, query, r)
	if err != nil {
		return table.Page{}, fmt.Errorf("query items: %w", explain(err))
	}
	return page, nil
}

func (t *Table) page(ctx context.Context, query table.Query, r rules.Range) (page table.Page, err error) {
	statement := t.sql.queryForward
	if query.Reverse {
		statement = t.sql.queryBack
	}
	limit := -1 // none
	if query.Limit > 0 {
		limit = query.Limit + 1 // one more tells whether there is a next page
	}
	rows, err := statement.QueryContext(ctx, []byte(query.Partition), []byte(r.From), []byte(r.To), t.now().Unix(), limit)
	if err != nil {
		return table.Page{}, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	size := 0
	for rows.Next() {
		item := table.Item{Key: table.Key{Partition: query.Partition}}
		var expires int64
		if err := rows.Scan(&item.Sort, &item.Value, &item.Version, &expires); err != nil {
			return table.Page{}, err
		}
		size += rules.Size(item)
		if size > table.MaxPage || (query.Limit > 0 && len(page.Items) == query.Limit) {
			page.Next = rules.Next(query, page.Items[len(page.Items)-1].Sort)
			return page, nil
		}
		item.Expires = rules.Expires(expires)
		page.Items = append(page.Items, item)
	}
	return page, rows.Err()
}
