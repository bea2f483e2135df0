package rules

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
)

// afterAll sorts after every sort key, because it is longer than any and holds only the last byte.
var afterAll = strings.Repeat("\xff", table.MaxSortKey+1)

// tagSize is the part of a cursor that ties it to its query.
const tagSize = 8

// Range is what is left of a query: the items with From <= sort key < To. Both bounds are always set.
type Range struct {
	From, To string
}

// Query checks a query and applies its cursor to its bounds.
func Query(query table.Query) (Range, error) {
	if err := partitionKey(query.Partition); err != nil {
		return Range{}, err
	}
	if len(query.From) > table.MaxSortKey || len(query.To) > table.MaxSortKey {
		return Range{}, errs.New(errs.Invalid, fmt.Sprintf("a query's bounds must have at most %d bytes", table.MaxSortKey))
	}
	if query.Limit < 0 {
		return Range{}, errs.New(errs.Invalid, "a query's limit must not be negative")
	}
	// No sort key is empty, so "\x00" comes before every other.
	r := Range{From: max(query.From, "\x00"), To: query.To}
	if r.To == "" {
		r.To = afterAll
	}
	if query.Cursor == "" {
		return r, nil
	}
	last, err := parseCursor(query)
	if err != nil {
		return Range{}, err
	}
	// A cursor only ever narrows the range, whatever was done to it.
	if query.Reverse {
		r.To = min(r.To, last)
	} else {
		r.From = max(r.From, last+"\x00")
	}
	return r, nil
}

// Next returns the cursor for the page that follows the item with this sort key.
func Next(query table.Query, last string) string {
	return base64.RawURLEncoding.EncodeToString(append(tag(query), last...))
}

func parseCursor(query table.Query) (last string, err error) {
	refused := errs.New(errs.Invalid, "the cursor is not one of this query")
	raw, err := base64.RawURLEncoding.Strict().DecodeString(query.Cursor)
	if err != nil || len(raw) <= tagSize || len(raw) > tagSize+table.MaxSortKey {
		return "", refused
	}
	if !bytes.Equal(raw[:tagSize], tag(query)) {
		return "", refused
	}
	return string(raw[tagSize:]), nil
}

// tag ties a cursor to partition, bounds and direction, but not to the limit, which a caller may change between pages.
// It catches mistakes; a forged cursor gains nothing, as it can only narrow the query it comes with.
func tag(query table.Query) []byte {
	var text []byte
	for _, part := range []string{query.Partition, query.From, query.To} {
		text = binary.AppendUvarint(text, uint64(len(part)))
		text = append(text, part...)
	}
	if query.Reverse {
		text = append(text, 'r')
	}
	sum := sha256.Sum256(text)
	return sum[:tagSize:tagSize]
}
