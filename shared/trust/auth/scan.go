package auth

import (
	"bytes"
	"encoding/base64"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MaxToken is the longest token that is looked at, in bytes. Ours are about 500.
const MaxToken = 8 << 10

const (
	signatureBytes = 32 // of HMAC-SHA-256
	stringKind     = jsontext.Kind('"')
	numberKind     = jsontext.Kind('0')
)

var (
	headerFields = map[string]jsontext.Kind{"alg": stringKind, "kid": stringKind, "typ": stringKind}
	claimFields  = map[string]jsontext.Kind{
		"iss": stringKind, "aud": stringKind, "sub": stringKind, "jti": stringKind,
		"iat": numberKind, "nbf": numberKind, "exp": numberKind, "epoch": numberKind,
		"tenant": stringKind, "scope": stringKind,
	}
)

// scan reports whether token has the one shape that Mint gives: three canonical base64url parts, of which the first two
// are objects with exactly our names. It comes before the MAC, so it must cost little whatever it is given, and it makes
// a token's text unique: no second spelling of the same token passes.
func scan(token string) bool {
	if len(token) > MaxToken {
		return false
	}
	header, rest, _ := strings.Cut(token, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	tag, ok := decode(signature)
	return ok && len(tag) == signatureBytes && holdsExactly(header, headerFields) && holdsExactly(payload, claimFields)
}

// decode accepts the canonical, unpadded spelling only. Go's decoder alone would skip line breaks.
func decode(part string) ([]byte, bool) {
	data, err := base64.RawURLEncoding.Strict().DecodeString(part)
	return data, err == nil && base64.RawURLEncoding.EncodeToString(data) == part
}

// holdsExactly reports whether part decodes to one JSON object with all of the fields, none twice and no others: case
// variants, crit, jwk and the like are others. The decoder itself refuses duplicate names, invalid UTF-8 and lone surrogates.
func holdsExactly(part string, fields map[string]jsontext.Kind) bool {
	data, ok := decode(part)
	if !ok {
		return false
	}
	d := jsontext.NewDecoder(bytes.NewBuffer(data))
	if open, err := d.ReadToken(); err != nil || open.Kind() != '{' {
		return false
	}
	for range fields {
		name, err := d.ReadToken()
		if err != nil || name.Kind() != '"' {
			return false
		}
		kind, known := fields[name.String()]
		if value, err := d.ReadValue(); err != nil || !known || value.Kind() != kind || kind == numberKind && !whole(value) {
			return false
		}
	}
	if end, err := d.ReadToken(); err != nil || end.Kind() != '}' {
		return false
	}
	_, err := d.ReadToken()
	return err == io.EOF //nolint:errorlint // a bare io.EOF is the decoder's word for "nothing follows"
}

// whole refuses signs, fractions, exponents and, by its length, milliseconds.
func whole(number []byte) bool {
	return len(number) <= 11 && len(bytes.Trim(number, "0123456789")) == 0
}

// keyID returns what the header of a token that scan accepts says of its key. It is a hint that nobody has signed.
func keyID(token string) string {
	header, _, _ := strings.Cut(token, ".")
	data, _ := decode(header)
	var fields struct {
		KID string `json:"kid"`
	}
	_ = json.Unmarshal(data, &fields) // scan has read it already
	return fields.KID
}
