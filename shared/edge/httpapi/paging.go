package httpapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"

	"github.com/customerai/customerai/shared/errs"
)

// Paging is embedded in the input of every operation that lists.
type Paging struct {
	Limit     int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"At most so many entries on this page"`
	NextToken string `query:"nextToken" maxLength:"8192" doc:"nextToken of the page before"`
}

// Cursor returns the cursor inside NextToken, "" for the first page. A token that EncodeToken did not make for the same
// list is refused by name.
func (p Paging) Cursor(list string) (string, error) {
	cursor, ok := decodeToken(list, p.NextToken)
	if !ok {
		return "", errs.InvalidFields(errs.Field{Path: "nextToken", Message: "must be the nextToken of this list's last answer, unchanged"})
	}
	return cursor, nil
}

const tokenSum = 8 // bytes

// EncodeToken makes the nextToken for a cursor, "" for none. The list is whatever tells one list from another: the
// operation and the ids it lists below. The token is checked, not secret and not signed: what a caller may see is decided
// by the keys that the operation derives from the principal, never by the token.
func EncodeToken(list, cursor string) string {
	if cursor == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(list + "\x00" + cursor))
	return base64.RawURLEncoding.EncodeToString(append(sum[:tokenSum:tokenSum], cursor...))
}

func decodeToken(list, token string) (cursor string, ok bool) {
	if token == "" {
		return "", true
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) <= tokenSum {
		return "", false
	}
	cursor = string(raw[tokenSum:])
	sum := sha256.Sum256([]byte(list + "\x00" + cursor))
	return cursor, subtle.ConstantTimeCompare(sum[:tokenSum], raw[:tokenSum]) == 1
}
