// Package upload takes files over HTTP at addresses that were signed beforehand, as S3 does with presigned URLs.
//
// Normal use: one key, known to the signer alone; the handler is mounted at Path on the server that baseURL names.
//
//	signer, err := upload.NewSigner(key, "http://127.0.0.1:8080", time.Now)
//	mux.Handle(upload.Path, upload.NewHandler(signer, bucket, logger))
//	address, err := signer.PresignPut(ctx, "main/incoming/…", 1<<30, time.Now().Add(time.Hour))
//
// It refuses every method but PUT, an address that is altered or expired, more bytes than were signed for, and a second
// upload to the same key: what was uploaded may already be under analysis.
package upload

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
)

// Path is where the handler is mounted; the object's key follows it.
const Path = "/uploads/"

// MinKey is the shortest signing key, in bytes: as long as the signature.
const MinKey = sha256.Size

// Signer makes upload addresses and checks them. It is a blob.Presigner. Make it with NewSigner.
type Signer struct {
	key     []byte
	baseURL string
	now     func() time.Time
}

// NewSigner returns a signer for the server at baseURL. It refuses a key below MinKey.
func NewSigner(key []byte, baseURL string, now func() time.Time) (*Signer, error) {
	if len(key) < MinKey {
		return nil, errs.New(errs.Invalid, fmt.Sprintf("the upload key must have at least %d bytes", MinKey))
	}
	if base, err := url.Parse(baseURL); err != nil || base.Scheme == "" || base.Host == "" {
		return nil, errs.New(errs.Invalid, "the upload base URL must have a scheme and a host")
	}
	return &Signer{key: key, baseURL: strings.TrimSuffix(baseURL, "/"), now: now}, nil
}

// PresignPut implements blob.Presigner. Expiry has a resolution of one second.
func (s *Signer) PresignPut(ctx context.Context, key string, maxBytes int64, expires time.Time) (string, error) {
	if err := cmp.Or(ctx.Err(), blob.ValidKey(key)); err != nil {
		return "", err
	}
	if maxBytes < 1 {
		return "", errs.New(errs.Invalid, "an upload must be allowed at least one byte")
	}
	limit, until := strconv.FormatInt(maxBytes, 10), strconv.FormatInt(expires.Unix(), 10)
	query := url.Values{
		"max":       {limit},
		"expires":   {until},
		"signature": {base64.RawURLEncoding.EncodeToString(s.sign(key, limit, until))},
	}
	path := url.URL{Path: Path + key}
	return s.baseURL + path.EscapedPath() + "?" + query.Encode(), nil
}

// verify returns how many bytes an address allows, or errs.Forbidden. The signature is checked before anything is
// parsed, so only text that this signer wrote is ever interpreted.
func (s *Signer) verify(key string, query url.Values) (maxBytes int64, err error) {
	refused := errs.New(errs.Forbidden, "the upload address is not valid or has expired")
	limit, until := query.Get("max"), query.Get("expires")
	signature, err := base64.RawURLEncoding.Strict().DecodeString(query.Get("signature"))
	if err != nil || !hmac.Equal(signature, s.sign(key, limit, until)) {
		return 0, refused
	}
	maxBytes, err1 := strconv.ParseInt(limit, 10, 64)
	expires, err2 := strconv.ParseInt(until, 10, 64)
	if err := cmp.Or(err1, err2); err != nil || s.now().Unix() >= expires {
		return 0, refused
	}
	return maxBytes, nil
}

// sign is HMAC-SHA256 over the method, the key and both limits. No part can hold a line feed: ValidKey refuses control
// characters, and the handler's key passes it before it comes here. The first line keeps a signature that was made with
// the same key for another purpose from fitting.
func (s *Signer) sign(key, limit, until string) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(strings.Join([]string{"upload address, version 1", "PUT", key, limit, until}, "\n")))
	return mac.Sum(nil)
}
