package s3blob

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/attempts"
	"github.com/customerai/customerai/shared/storage/blob"
)

// PartSize is what a write holds in memory, in bytes, and the length of its parts. With S3's 10,000 parts an object may
// have 78 GiB.
const PartSize = 8 << 20

// idKey names the metadata by which a write knows its own object again.
const idKey = "write"

// abortWithin ends the attempt to clean up after a write that failed, whose own context may have ended.
const abortWithin = 5 * time.Second

// write is one Write on its way.
type write struct {
	*Bucket
	key     string
	id      string
	options blob.WriteOptions
}

// Write implements blob.Bucket.
func (b *Bucket) Write(ctx context.Context, key string, r io.Reader, options blob.WriteOptions) (blob.Info, error) {
	if err := cmp.Or(ctx.Err(), blob.ValidKey(key)); err != nil {
		return blob.Info{}, err
	}
	w := write{Bucket: b, key: key, id: rand.Text(), options: options}
	buffer := make([]byte, b.partLen)
	n, last, err := fill(ctx, r, buffer)
	if err != nil {
		return blob.Info{}, err
	}
	if last {
		err = w.whole(ctx, buffer[:n])
	} else {
		err = w.parts(ctx, r, buffer)
	}
	if err != nil {
		return blob.Info{}, fmt.Errorf("write object: %w", explain(ctx, err))
	}
	// The answer to a write does not tell when, and a description should be one, whoever gives it.
	output, err := b.head(ctx, key)
	if err != nil {
		return blob.Info{}, fmt.Errorf("describe what was written: %w", explain(ctx, err))
	}
	return describe(key, output), nil
}

// fill reads into the whole buffer, unless r ends before: then the part is the last. An error is r's or the context's.
func fill(ctx context.Context, r io.Reader, buffer []byte) (n int, last bool, err error) {
	for n < len(buffer) {
		if err := ctx.Err(); err != nil {
			return 0, false, err
		}
		read, err := r.Read(buffer[n:])
		n += read
		if errors.Is(err, io.EOF) {
			return n, true, ctx.Err()
		}
		if err != nil {
			return 0, false, fmt.Errorf("read what is to be written: %w", err)
		}
	}
	return n, false, nil
}

func (w *write) condition() *string {
	if w.options.IfAbsent {
		return aws.String("*")
	}
	return nil
}

func (w *write) contentType() *string {
	if w.options.ContentType == "" {
		return nil
	}
	return &w.options.ContentType
}

// whole stores the object with one request.
func (w *write) whole(ctx context.Context, content []byte) error {
	var watched attempts.Watcher
	_, err := w.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: w.name, Key: &w.key, Body: bytes.NewReader(content), ContentLength: aws.Int64(int64(len(content))),
		ContentType: w.contentType(), IfNoneMatch: w.condition(), Metadata: map[string]string{idKey: w.id},
		ChecksumAlgorithm: types.ChecksumAlgorithmCrc32, // a bucket that locks its objects asks for one
	}, watch(&watched))
	return w.outcome(ctx, err, &watched)
}

// parts stores the object in parts, the first of which is in the buffer. What fails leaves nothing behind.
func (w *write) parts(ctx context.Context, r io.Reader, buffer []byte) error {
	created, err := w.client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: w.name, Key: &w.key, ContentType: w.contentType(), Metadata: map[string]string{idKey: w.id},
		ChecksumAlgorithm: types.ChecksumAlgorithmCrc32,
	})
	if err != nil {
		return err
	}
	complete, err := w.sendParts(ctx, r, buffer, created.UploadId)
	if err == nil {
		var watched attempts.Watcher
		_, err = w.client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
			Bucket: w.name, Key: &w.key, UploadId: created.UploadId, IfNoneMatch: w.condition(), MultipartUpload: complete,
		}, watch(&watched))
		err = w.outcome(ctx, err, &watched)
	}
	if err != nil {
		err = errors.Join(err, w.abort(ctx, created.UploadId))
	}
	return err
}

func (w *write) sendParts(ctx context.Context, r io.Reader, buffer []byte, upload *string) (*types.CompletedMultipartUpload, error) {
	complete := &types.CompletedMultipartUpload{}
	for n, last := len(buffer), false; n > 0; {
		number := aws.Int32(int32(len(complete.Parts) + 1)) //nolint:gosec // S3 refuses the 10,001st
		output, err := w.client.UploadPart(ctx, &s3.UploadPartInput{
			Bucket: w.name, Key: &w.key, UploadId: upload, PartNumber: number, Body: bytes.NewReader(buffer[:n]),
			ContentLength: aws.Int64(int64(n)), ChecksumAlgorithm: types.ChecksumAlgorithmCrc32,
		})
		if err != nil {
			return nil, err
		}
		complete.Parts = append(complete.Parts, types.CompletedPart{PartNumber: number, ETag: output.ETag, ChecksumCRC32: output.ChecksumCRC32})
		if last {
			break
		}
		if n, last, err = fill(ctx, r, buffer); err != nil {
			return nil, err
		}
	}
	return complete, nil
}

// abort frees the parts of a write that failed, also when it failed because its context ended.
func (w *write) abort(ctx context.Context, upload *string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abortWithin)
	defer cancel()
	_, err := w.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: w.name, Key: &w.key, UploadId: upload})
	if isStatus(err, http.StatusNotFound) { // there is nothing left to abort
		return nil
	}
	return err
}

// outcome turns the answer to the request that makes the object into what became of the write.
func (w *write) outcome(ctx context.Context, err error, watched *attempts.Watcher) error {
	if err == nil {
		return nil
	}
	if watched.Unanswered() { // an attempt may have been made, and a repetition have met its work
		if output, failure := w.head(ctx, w.key); failure == nil && output.Metadata[idKey] == w.id {
			return nil
		}
	}
	if !isStatus(err, http.StatusPreconditionFailed) {
		return err
	}
	if watched.Unanswered() {
		return errs.Wrap(errs.Unavailable, "the bucket did not say whether the object was written", err)
	}
	return errs.Wrap(errs.Conflict, "the object is there already", err)
}
