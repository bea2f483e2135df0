// Package dynamotable is the table engine on AWS: one DynamoDB table, on demand, for everything.
//
// Normal use, in a function's main; opening makes no request:
//
//	table := dynamotable.Open(config, "customerai-table", time.Now)
//
// The table has the binary keys pk and sk, so that sort keys order by their bytes; a value; a version; and, on
// items that expire, expires in Unix seconds, which is the attribute to name in the table's time to live. DynamoDB deletes
// what has expired within days; until then it is absent here, as the port wants it.
//
// A write whose answer is lost is not a write that failed. A put carries an id of its own, by which the engine knows its
// own work again: a repetition that finds it succeeds, and when no repetition got an answer the item is read back. A
// delete of a version runs as a transaction, which DynamoDB itself makes once. What stays open after all of that is
// errs.Unavailable, as the port says.
//
// It refuses secondary indexes, scans and unconditional puts; nobody's role needs the right to them.
package dynamotable

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/attempts"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/rules"
)

// Table is a table.Table on DynamoDB. Make it with Open.
type Table struct {
	client *dynamodb.Client
	name   *string
	now    func() time.Time
}

// Open returns the table of that name. The configuration's retryer decides how often and how long a request is repeated.
func Open(config aws.Config, name string, now func() time.Time) *Table {
	return &Table{client: dynamodb.NewFromConfig(config), name: aws.String(name), now: now}
}

// Get implements table.Table.
func (t *Table) Get(ctx context.Context, key table.Key) (table.Item, error) {
	if err := rules.Key(key); err != nil {
		return table.Item{}, err
	}
	found, err := t.get(ctx, key)
	if err != nil {
		return table.Item{}, fmt.Errorf("get item: %w", err)
	}
	if found == nil || !rules.Live(found.expires, t.now()) {
		return table.Item{}, errs.New(errs.NotFound, "no such item")
	}
	return found.Item, nil
}

// get returns what is stored under key, expired or not, or nil.
func (t *Table) get(ctx context.Context, key table.Key) (*stored, error) {
	output, err := t.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: t.name, Key: keyOf(key), ConsistentRead: aws.Bool(true),
	}, patient)
	if err != nil {
		return nil, explain(ctx, err)
	}
	if len(output.Item) == 0 {
		return nil, nil
	}
	return decode(output.Item)
}

// Put implements table.Table.
func (t *Table) Put(ctx context.Context, item table.Item, condition table.Condition) error {
	if err := rules.Put(item, condition); err != nil {
		return err
	}
	w := newWrite(table.Put(item, condition), t.now())
	id := rand.Text()
	w.item[writeAttribute] = binary(id)
	var watched attempts.Watcher
	_, err := t.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: t.name, Item: w.item,
		ConditionExpression: w.expression, ExpressionAttributeNames: w.names, ExpressionAttributeValues: w.values,
		ReturnValuesOnConditionCheckFailure: allOld,
	}, watch(&watched))
	if err == nil {
		return nil
	}
	if current, refused := conditionFailed(err); refused {
		switch {
		case idOf(current) == id: // the first attempt was made; a repetition met its work
			return nil
		case !watched.Unanswered():
			return errs.New(errs.Conflict, "the condition does not hold")
		}
		return fmt.Errorf("put item: %w", unknownOutcome(err)) // made and overtaken, or never made
	}
	if watched.Unanswered() && t.holds(ctx, item.Key, id) {
		return nil
	}
	return fmt.Errorf("put item: %w", explain(ctx, err))
}

// holds reports whether the item under key is the one that was put with this id.
func (t *Table) holds(ctx context.Context, key table.Key, id string) bool {
	found, err := t.get(ctx, key)
	return err == nil && found != nil && found.write == id
}

// Delete implements table.Table.
func (t *Table) Delete(ctx context.Context, key table.Key, condition table.Condition) error {
	if err := rules.Delete(key, condition); err != nil {
		return err
	}
	w := newWrite(table.Delete(key, condition), t.now())
	var err error
	if _, versioned := condition.AsVersion(); versioned {
		// After a lost answer nobody could tell one's own delete from another's, and both would think they had won.
		err = t.transact(ctx, []write{w})
	} else {
		_, err = t.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName: t.name, Key: w.key,
			ConditionExpression: w.expression, ExpressionAttributeNames: w.names, ExpressionAttributeValues: w.values,
		}, patient)
	}
	if _, refused := conditionFailed(err); refused {
		return errs.New(errs.Conflict, "the condition does not hold")
	}
	if err != nil {
		return fmt.Errorf("delete item: %w", explain(ctx, err))
	}
	return nil
}
