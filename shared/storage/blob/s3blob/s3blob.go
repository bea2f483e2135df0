// Package s3blob is the bucket engine on AWS: one S3 bucket.
//
// Normal use, in a function's main; opening makes no request:
//
//	results := s3blob.Open(config, "customerai-results", time.Now)
//
// Bytes are streamed both ways. A write holds one part of PartSize in memory; what fits into it goes up as one request,
// anything longer in parts that become an object together, or never. Give the bucket a rule that aborts incomplete
// multipart uploads: a process that dies in the middle leaves its parts behind.
//
// Give the bucket versions, too: without them a Delete of the version that was opened takes what came after it. Delete leaves
// neither an older version nor a mark behind.
//
// A write with IfAbsent whose answer is lost is known again by an id in the object's metadata, so that its repetition does
// not take its own work for another's.
//
// It refuses what S3 cannot promise about an upload address: a signed PUT names a key and an end, but neither a greatest
// size nor a number of uses. PresignPut says what that means for its caller.
package s3blob

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
)

// Bucket is a blob.Bucket and a blob.Presigner on S3. Make it with Open.
type Bucket struct {
	client  *s3.Client
	signer  *s3.PresignClient
	name    *string
	partLen int
	now     func() time.Time
}

// Open returns the bucket of that name. The configuration's retryer decides how often and how long a request is repeated.
func Open(config aws.Config, name string, now func() time.Time) *Bucket {
	client := s3.NewFromConfig(config, func(o *s3.Options) {
		o.UsePathStyle = o.BaseEndpoint != nil // an address of one's own knows no bucket.address
	})
	return &Bucket{client: client, signer: s3.NewPresignClient(client), name: aws.String(name), partLen: PartSize, now: now}
}

// Open implements blob.Bucket.
func (b *Bucket) Open(ctx context.Context, key string, r blob.Range) (blob.Object, error) {
	if err := cmp.Or(ctx.Err(), blob.ValidKey(key)); err != nil {
		return blob.Object{}, err
	}
	if r.Offset < 0 || r.Length < 0 {
		return blob.Object{}, errs.New(errs.Invalid, "the range must not be negative")
	}
	object, err := b.open(ctx, key, header(r))
	if isStatus(err, http.StatusRequestedRangeNotSatisfiable) {
		if r.Offset > 0 {
			return blob.Object{}, errs.Wrap(errs.Invalid, "the range begins beyond the end of the object", err)
		}
		// An empty object has no range at all, but the port lets one begin at 0.
		object, err = b.open(ctx, key, nil)
		object.ReadCloser = limited{io.LimitReader(object.ReadCloser, r.Length), object.ReadCloser}
	}
	if err != nil {
		return blob.Object{}, fmt.Errorf("open object: %w", missingOr(ctx, err))
	}
	return object, nil
}

// limited keeps to the range although the object may have been replaced since it was empty.
type limited struct {
	io.Reader
	io.Closer
}

// header spells a range as HTTP does, or returns nil for the whole.
func header(r blob.Range) *string {
	switch {
	case r == blob.Range{}:
		return nil
	case r.Length == 0 || r.Length > math.MaxInt64-r.Offset:
		return aws.String(fmt.Sprintf("bytes=%d-", r.Offset))
	}
	return aws.String(fmt.Sprintf("bytes=%d-%d", r.Offset, r.Offset+r.Length-1))
}

func (b *Bucket) open(ctx context.Context, key string, byteRange *string) (blob.Object, error) {
	output, err := b.client.GetObject(ctx, &s3.GetObjectInput{Bucket: b.name, Key: &key, Range: byteRange})
	if err != nil {
		return blob.Object{}, err
	}
	info := blob.Info{
		Key: key, Size: aws.ToInt64(output.ContentLength), ETag: aws.ToString(output.ETag), Modified: second(output.LastModified),
	}
	if byteRange != nil {
		if info.Size, err = wholeSize(aws.ToString(output.ContentRange)); err != nil {
			return blob.Object{}, errors.Join(err, output.Body.Close())
		}
	}
	return blob.Object{ReadCloser: body{output.Body}, Info: info, Version: cmp.Or(aws.ToString(output.VersionId), noVersion)}, nil
}

// wholeSize reads the size of the object from a Content-Range: "bytes 0-99/1234".
func wholeSize(contentRange string) (int64, error) {
	_, size, _ := strings.Cut(contentRange, "/")
	n, err := strconv.ParseInt(size, 10, 64)
	if err != nil {
		return 0, errs.Wrap(errs.Unavailable, "the answer for a range does not tell the object's size", err)
	}
	return n, nil
}

// body gives a connection that breaks in the middle a code.
type body struct{ io.ReadCloser }

func (b body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = errs.Wrap(errs.Unavailable, "the bucket broke off in the middle of an object", err)
	}
	return n, err
}

// Stat implements blob.Bucket.
func (b *Bucket) Stat(ctx context.Context, key string) (blob.Info, error) {
	if err := cmp.Or(ctx.Err(), blob.ValidKey(key)); err != nil {
		return blob.Info{}, err
	}
	output, err := b.head(ctx, key)
	if err != nil {
		return blob.Info{}, fmt.Errorf("describe object: %w", missingOr(ctx, err))
	}
	return describe(key, output), nil
}

func (b *Bucket) head(ctx context.Context, key string) (*s3.HeadObjectOutput, error) {
	return b.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: b.name, Key: &key})
}

func describe(key string, output *s3.HeadObjectOutput) blob.Info {
	return blob.Info{
		Key: key, Size: aws.ToInt64(output.ContentLength), ETag: aws.ToString(output.ETag), Modified: second(output.LastModified),
	}
}

// second cuts a time as HTTP's headers do, so that a listing, which could tell more, describes an object alike.
func second(t *time.Time) time.Time { return aws.ToTime(t).UTC().Truncate(time.Second) }
