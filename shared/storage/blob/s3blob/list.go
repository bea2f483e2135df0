package s3blob

import (
	"context"
	"fmt"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
)

// maxPage is how many keys S3 lists in one answer.
const maxPage = 1000

// List implements blob.Bucket. A cursor is the last key of the page before, so that it outlives its object. Objects that
// others have put under keys which ValidKey refuses are passed over: nobody could open them here.
func (b *Bucket) List(ctx context.Context, prefix, cursor string, limit int) (blob.Page, error) {
	if err := ctx.Err(); err != nil {
		return blob.Page{}, err
	}
	if err := blob.ValidListing(prefix, cursor, limit); err != nil {
		return blob.Page{}, err
	}
	var page blob.Page
	for after := cursor; ; {
		input := &s3.ListObjectsV2Input{
			Bucket: b.name, Prefix: &prefix, MaxKeys: aws.Int32(int32(min(limit-len(page.Objects), maxPage))), //nolint:gosec // at most maxPage
			EncodingType: types.EncodingTypeUrl, // a key may hold what XML cannot
		}
		if after != "" {
			input.StartAfter = &after
		}
		output, err := b.client.ListObjectsV2(ctx, input)
		if err != nil {
			return blob.Page{}, fmt.Errorf("list objects: %w", explain(ctx, err))
		}
		if output.IsTruncated == nil { // the client makes an empty listing of an answer that is none
			return blob.Page{}, errs.New(errs.Unavailable, "the bucket's answer is not a listing")
		}
		if after, err = add(&page, output.Contents); err != nil {
			return blob.Page{}, err
		}
		more := aws.ToBool(output.IsTruncated) && after != ""
		// A page that only passed over keys has none to go on from; it goes on by itself.
		if !more || len(page.Objects) > 0 {
			if more {
				page.Next = page.Objects[len(page.Objects)-1].Key
			}
			return page, nil
		}
	}
}

// add appends what S3 has listed and returns its last key, or "" when it has listed nothing.
func add(page *blob.Page, contents []types.Object) (last string, err error) {
	for i := range contents {
		object := &contents[i]
		if last, err = url.QueryUnescape(aws.ToString(object.Key)); err != nil {
			return "", errs.Wrap(errs.Unavailable, "the bucket listed a key that is not well escaped", err)
		}
		if blob.ValidKey(last) != nil {
			continue
		}
		page.Objects = append(page.Objects, blob.Info{
			Key: last, Size: aws.ToInt64(object.Size), ETag: aws.ToString(object.ETag), Modified: second(object.LastModified),
		})
	}
	return last, nil
}
