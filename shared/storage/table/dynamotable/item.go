package dynamotable

import (
	"errors"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/rules"
)

// Names of the attributes. The template that makes the table names the first two and expires as well.
const (
	PartitionAttribute = "pk"
	SortAttribute      = "sk"
	ExpiresAttribute   = "expires" // number, Unix seconds; absent on items that never expire

	valueAttribute   = "value"
	versionAttribute = "version"
	writeAttribute   = "write" // id of the put that wrote the item; absent when a transaction did
)

type attributes = map[string]types.AttributeValue

func binary(s string) types.AttributeValue { return &types.AttributeValueMemberB{Value: []byte(s)} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func keyOf(key table.Key) attributes {
	return attributes{PartitionAttribute: binary(key.Partition), SortAttribute: binary(key.Sort)}
}

// stored is an item as it lies in the table.
type stored struct {
	table.Item
	expires int64
	write   string
}

// decode reads an item. An item that this engine has not written is an error, not an empty value.
func decode(a attributes) (*stored, error) {
	partition, ok1 := bytesOf(a, PartitionAttribute)
	sort, ok2 := bytesOf(a, SortAttribute)
	value, ok3 := bytesOf(a, valueAttribute)
	version, ok4 := numberOf(a, versionAttribute)
	expires, ok5 := numberOf(a, ExpiresAttribute)
	if _, has := a[ExpiresAttribute]; !has {
		ok5 = true
	}
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 {
		return nil, errors.New("an item of the table has other attributes than this engine writes")
	}
	return &stored{
		Item: table.Item{
			Key: table.Key{Partition: string(partition), Sort: string(sort)}, Value: value, Version: version, Expires: rules.Expires(expires),
		},
		expires: expires, write: idOf(a),
	}, nil
}

func bytesOf(a attributes, name string) ([]byte, bool) {
	member, ok := a[name].(*types.AttributeValueMemberB)
	if !ok {
		return nil, false
	}
	return member.Value, true
}

func numberOf(a attributes, name string) (int64, bool) {
	member, ok := a[name].(*types.AttributeValueMemberN)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(member.Value, 10, 64)
	return n, err == nil
}

// idOf returns the id of the put that wrote an item, or "".
func idOf(a attributes) string {
	id, _ := bytesOf(a, writeAttribute)
	return string(id)
}

// write is a table.Write in DynamoDB's words.
type write struct {
	op         table.Op
	key, item  attributes // item for a put
	expression *string
	names      map[string]string
	values     attributes
}

// allOld asks a refused write for the item that it met.
const allOld = types.ReturnValuesOnConditionCheckFailureAllOld

func newWrite(w table.Write, now time.Time) write {
	translated := write{op: w.Op, key: keyOf(w.Item.Key)}
	if w.Op == table.PutOp {
		version, _ := w.Condition.AsVersion() // 0 for absent
		translated.item = keyOf(w.Item.Key)
		translated.item[valueAttribute] = &types.AttributeValueMemberB{Value: append([]byte{}, w.Item.Value...)} // nil would be no binary
		translated.item[versionAttribute] = number(version + 1)
		if expires := rules.Seconds(w.Item.Expires); expires != 0 {
			translated.item[ExpiresAttribute] = number(expires)
		}
	}
	version, versioned := w.Condition.AsVersion()
	switch {
	case w.Condition.IsAbsent():
		translated.expression = aws.String("attribute_not_exists(#partition) OR #expires <= :now")
		translated.names = map[string]string{"#partition": PartitionAttribute, "#expires": ExpiresAttribute}
		translated.values = attributes{":now": number(now.Unix())}
	case versioned:
		translated.expression = aws.String("#version = :version AND (attribute_not_exists(#expires) OR #expires > :now)")
		translated.names = map[string]string{"#version": versionAttribute, "#expires": ExpiresAttribute}
		translated.values = attributes{":version": number(version), ":now": number(now.Unix())}
	}
	return translated
}
