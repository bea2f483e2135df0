// Package blob keeps files: what was uploaded and what was made of it.
//
// Normal use: stream in, stream out; a key is a slash-separated path that begins with the tenant.
//
//	object, err := bucket.Open(ctx, key, blob.Range{Offset: chunk.Offset, Length: chunk.Length})
//	defer object.Close()
//	_, err = bucket.Write(ctx, key, reader, blob.WriteOptions{ContentType: "application/gzip"})
//	err = bucket.Delete(ctx, key, object.Version)
//
// Engines live below this folder (dirblob, s3blob) and pass blobtest.Run.
//
// It refuses half files: a write is there whole or not at all, also after a crash. It refuses keys that a file system
// could read as something else: empty, absolute, with empty, "." or ".." segments, backslashes, control characters,
// segments that begin with a dot, or more than MaxKey bytes.
package blob

import (
	"context"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/customerai/customerai/shared/errs"
)

// MaxKey is the longest key, in bytes.
const MaxKey = 900

// Info describes a stored object. ETag changes whenever the bytes do; it is opaque.
type Info struct {
	Key      string
	Size     int64
	ETag     string
	Modified time.Time
}

// Range is a part of an object. The zero Range is the whole; Length 0 means to the end.
type Range struct {
	Offset int64
	Length int64
}

// Object is an open object. The caller closes it. Info describes the whole object, also when a range was asked for. Version
// names these very bytes for Delete; it is opaque.
type Object struct {
	io.ReadCloser
	Info    Info
	Version string
}

// EveryVersion is all that is or ever was kept under a key.
const EveryVersion = ""

// WriteOptions say how an object is written; the zero value overwrites.
type WriteOptions struct {
	IfAbsent    bool // errs.Conflict when the key exists
	ContentType string
}

// Page is one page of a listing. Next is "" after the last.
type Page struct {
	Objects []Info
	Next    string
}

// Bucket keeps objects. It is safe for concurrent use. Every method may also return errs.Invalid (a key that ValidKey
// refuses), errs.Unavailable and the context's error.
type Bucket interface {
	// Open returns the object's bytes in the range, or errs.NotFound. The range must begin within the object (or at 0, for
	// an empty one), else errs.Invalid; it may end beyond it.
	Open(ctx context.Context, key string, r Range) (Object, error)

	// Write stores all of r. When r fails, nothing is stored and r's error is in the chain.
	Write(ctx context.Context, key string, r io.Reader, options WriteOptions) (Info, error)

	// Stat returns the object's description, or errs.NotFound.
	Stat(ctx context.Context, key string) (Info, error)

	// List returns the objects whose keys begin with prefix, in the order of their keys' bytes, at most limit of them and
	// perhaps fewer. The cursor is the Next of the page before. errs.Invalid for a limit below 1 or a foreign cursor.
	List(ctx context.Context, prefix, cursor string, limit int) (Page, error)

	// Delete removes for good what was opened as that version, and nothing that has come under the key since; or
	// EveryVersion, none of which can be read afterwards by anybody. Removing nothing succeeds.
	Delete(ctx context.Context, key, version string) error
}

// Presigner hands out addresses that let their holder upload one object, once authorised, without a token.
type Presigner interface {
	// PresignPut returns an address that accepts one PUT of at most maxBytes until expires. errs.Invalid for a key that
	// ValidKey refuses and for less than one byte.
	PresignPut(ctx context.Context, key string, maxBytes int64, expires time.Time) (string, error)
}

// ValidKey returns errs.Invalid when a key must not be used.
func ValidKey(key string) error {
	refused := errs.New(errs.Invalid, "the object key is not valid")
	if key == "" || len(key) > MaxKey || !utf8.ValidString(key) {
		return refused
	}
	for segment := range strings.SplitSeq(key, "/") {
		if segment == "" || segment[0] == '.' || len(segment) > 255 {
			return refused
		}
	}
	if strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' }) {
		return refused
	}
	return nil
}

// ValidListing returns errs.Invalid for a limit below 1 and for a cursor that no listing of the prefix hands out.
func ValidListing(prefix, cursor string, limit int) error {
	if limit < 1 {
		return errs.New(errs.Invalid, "the limit must be at least 1")
	}
	if cursor != "" && (ValidKey(cursor) != nil || !strings.HasPrefix(cursor, prefix)) {
		return errs.New(errs.Invalid, "the cursor is not one of this listing")
	}
	return nil
}
