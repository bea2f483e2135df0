// Package gzipped compresses what a test writes down in plain.
//
// Normal use:
//
//	bucket.Write(ctx, "main/messages.csv.gz", strings.NewReader(gzipped.String("text\nhello\n")), blob.WriteOptions{})
//
// It refuses to fail: memory takes whatever is written to it.
package gzipped

import (
	"bytes"
	"compress/gzip"
	"errors"
)

// String returns the content as one gzip member.
func String(content string) string {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write([]byte(content))
	if err := errors.Join(err, w.Close()); err != nil {
		panic(err)
	}
	return packed.String()
}
