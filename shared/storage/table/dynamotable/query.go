package dynamotable

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/rules"
)

// Query implements table.Table. Expired items count towards a page, as they do for DynamoDB's limit.
func (t *Table) Query(ctx context.Context, query table.Query) (table.Page, error) {
	r, err := rules.Query(query)
	if err != nil {
		return table.Page{}, err
	}
	first, last, some := between(r)
	if !some {
		return table.Page{}, nil
	}
	input := &dynamodb.QueryInput{
		TableName: t.name, ConsistentRead: aws.Bool(true), ScanIndexForward: aws.Bool(!query.Reverse),
		KeyConditionExpression:    aws.String("#partition = :partition AND #sort BETWEEN :first AND :last"),
		ExpressionAttributeNames:  map[string]string{"#partition": PartitionAttribute, "#sort": SortAttribute},
		ExpressionAttributeValues: attributes{":partition": binary(query.Partition), ":first": binary(first), ":last": binary(last)},
	}
	if query.Limit > 0 {
		input.Limit = aws.Int32(int32(min(query.Limit, table.MaxPage))) // no page has more items than bytes
	}
	output, err := t.client.Query(ctx, input, patient)
	if err != nil {
		return table.Page{}, fmt.Errorf("query items: %w", explain(ctx, err))
	}
	return t.page(query, output)
}

// page makes a page of an answer. DynamoDB ends one with the item that takes it over its limit, the port before it.
func (t *Table) page(query table.Query, output *dynamodb.QueryOutput) (page table.Page, err error) {
	now, size, last := t.now(), 0, ""
	for _, a := range output.Items {
		found, err := decode(a)
		if err != nil {
			return table.Page{}, fmt.Errorf("query items: %w", err)
		}
		if size += rules.Size(found.Item); size > table.MaxPage {
			page.Next = rules.Next(query, last)
			return page, nil
		}
		last = found.Sort
		if rules.Live(found.expires, now) {
			page.Items = append(page.Items, found.Item)
		}
	}
	if len(output.LastEvaluatedKey) > 0 {
		key, ok := bytesOf(output.LastEvaluatedKey, SortAttribute)
		if !ok {
			return table.Page{}, errors.New("query items: the last key of a page has no sort key")
		}
		page.Next = rules.Next(query, string(key))
	}
	return page, nil
}

// between turns a half-open range into the closed one that DynamoDB knows; some is false when no key can be in it. It is
// exact: no sort key is longer than MaxSortKey, so that every key has a next and, but for the first, a previous one.
func between(r rules.Range) (first, last string, some bool) {
	first, last = r.From, r.To
	if len(first) > table.MaxSortKey { // the cursor after a key of full length
		if first = after(first[:table.MaxSortKey]); first == "" {
			return "", "", false
		}
	}
	switch end := len(last) - 1; {
	case len(last) > table.MaxSortKey:
		last = last[:table.MaxSortKey]
	case last[end] == 0:
		last = last[:end]
	default:
		last = last[:end] + string([]byte{last[end] - 1}) + strings.Repeat("\xff", table.MaxSortKey-len(last))
	}
	return first, last, first <= last
}

// after returns the key that follows one of full length, or "" after the last.
func after(key string) string {
	for i := len(key) - 1; i >= 0; i-- {
		if key[i] != 0xff {
			return key[:i] + string([]byte{key[i] + 1})
		}
	}
	return ""
}
