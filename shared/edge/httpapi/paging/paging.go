// Package paging hands out a list page by page, with a token that tells where the next page begins.
//
// Normal use:
//
//	type listInput struct{ paging.Input }
//
//	cursor, err := in.Cursor("listBatches")            // where this page begins
//	token := paging.Token("listBatches", page.Next)    // nextToken of the answer
//
// It refuses a token that was not made for the same list. The token is checked, not secret and not signed: what a caller
// may see is decided by the keys that the operation derives from the principal, never by the token.
package paging

import (
	"crypto/sha256"
	"encoding/base64"

	"github.com/customerai/customerai/shared/errs"
)

// Input is embedded in the input of every operation that lists.
type Input struct {
	Limit     int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"At most so many entries on this page"`
	NextToken string `query:"nextToken" maxLength:"8192" doc:"nextToken of the page before"`
}

// Cursor returns the cursor inside NextToken, "" for the first page. A token that Token did not make for the same
// list is refused by name.
func (in Input) Cursor(list string) (string, error) {
	cursor, ok := decode(list, in.NextToken)
	if !ok {
		return "", errs.InvalidFields(errs.Field{Path: "nextToken", Message: "must be the nextToken of this list's last answer, unchanged"})
	}
	return cursor, nil
}

const sumBytes = 8

// Token makes the nextToken for a cursor, "" for none. The list is whatever tells one list from another: the
// operation and the ids it lists below.
func Token(list, cursor string) string {
	if cursor == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(list + "\x00" + cursor))
	return base64.RawURLEncoding.EncodeToString(append(sum[:sumBytes:sumBytes], cursor...))
}

func decode(list, token string) (cursor string, ok bool) {
	if token == "" {
		return "", true
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) <= sumBytes {
		return "", false
	}
	cursor = string(raw[sumBytes:])
	return cursor, Token(list, cursor) == token // not the sum alone: decoding passes over line breaks
}
