package dynamotable

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/rules"
)

// tokenKey is where a token of the last TokenLifetime is kept: in a partition of its own, so that many transactions do not
// meet in one. No domain key begins with a zero byte.
func tokenKey(token string) table.Key {
	return table.Key{Partition: "\x00token\x00" + token, Sort: "used"}
}

// Transact implements table.Table. A token is kept as an item of the same transaction. DynamoDB's own client request
// token would not do: it compares the whole request, and conditions tell the time, so that the same writes a second later
// are another request to it. It still serves here for the repetitions of one call.
func (t *Table) Transact(ctx context.Context, token string, writes []table.Write) error {
	if err := rules.Transact(token, writes); err != nil {
		return err
	}
	now := t.now()
	fingerprint := rules.Fingerprint(writes)
	marker := table.Item{Key: tokenKey(token), Value: fingerprint[:], Expires: wholeSecond(now.Add(table.TokenLifetime))}
	all := make([]write, 0, len(writes)+1)
	all = append(all, newWrite(table.Put(marker, table.Absent()), now))
	for _, w := range writes {
		all = append(all, newWrite(w, now))
	}
	err := t.transact(ctx, all)
	current, refused := conditionFailed(err)
	switch {
	case err == nil:
		return nil
	case !refused:
		return fmt.Errorf("transact: %w", explain(ctx, err))
	case current == nil: // of the marker; the refusal was another write's
		return errs.New(errs.Conflict, "the condition does not hold")
	}
	found, err := decode(current)
	if err != nil {
		return fmt.Errorf("transact: read the token: %w", err)
	}
	if !bytes.Equal(found.Value, fingerprint[:]) {
		return errs.New(errs.Conflict, "the transaction token was used for other writes")
	}
	return nil
}

// wholeSecond rounds up, so that a token is kept no shorter than its lifetime.
func wholeSecond(t time.Time) time.Time {
	if cut := t.Truncate(time.Second); cut.Before(t) {
		return cut.Add(time.Second)
	}
	return t
}

// transact sends the writes under a token of the request, by which DynamoDB makes them once however often the client
// repeats it.
func (t *Table) transact(ctx context.Context, writes []write) error {
	items := make([]types.TransactWriteItem, len(writes))
	for i, w := range writes {
		switch w.op {
		case table.PutOp:
			items[i].Put = &types.Put{
				TableName: t.name, Item: w.item, ReturnValuesOnConditionCheckFailure: allOld,
				ConditionExpression: w.expression, ExpressionAttributeNames: w.names, ExpressionAttributeValues: w.values,
			}
		case table.DeleteOp:
			items[i].Delete = &types.Delete{
				TableName: t.name, Key: w.key,
				ConditionExpression: w.expression, ExpressionAttributeNames: w.names, ExpressionAttributeValues: w.values,
			}
		case table.CheckOp:
			items[i].ConditionCheck = &types.ConditionCheck{
				TableName: t.name, Key: w.key,
				ConditionExpression: w.expression, ExpressionAttributeNames: w.names, ExpressionAttributeValues: w.values,
			}
		}
	}
	_, err := t.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{
		TransactItems: items, ClientRequestToken: aws.String(rand.Text()),
	}, patient)
	return err
}
