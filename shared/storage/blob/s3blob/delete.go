package s3blob

import (
	"cmp"
	"context"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
)

// noVersion is what S3 calls the one version of an object in a bucket that has none.
const noVersion = "null"

// Delete implements blob.Bucket. A request that names no version would only put a mark over the bytes.
func (b *Bucket) Delete(ctx context.Context, key, version string) error {
	if err := cmp.Or(ctx.Err(), blob.ValidKey(key)); err != nil {
		return err
	}
	if version != blob.EveryVersion {
		return b.deleteVersion(ctx, key, version)
	}
	for {
		page, err := b.client.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{Bucket: b.name, Prefix: &key})
		if err != nil {
			return fmt.Errorf("list versions of an object: %w", explain(ctx, err))
		}
		if page.IsTruncated == nil { // as in List
			return errs.New(errs.Unavailable, "the bucket's answer is not a listing")
		}
		var versions []string // a key comes before every longer one that begins with it
		for i := range page.Versions {
			if v := &page.Versions[i]; aws.ToString(v.Key) == key {
				versions = append(versions, aws.ToString(v.VersionId))
			}
		}
		for i := range page.DeleteMarkers {
			if mark := &page.DeleteMarkers[i]; aws.ToString(mark.Key) == key {
				versions = append(versions, aws.ToString(mark.VersionId))
			}
		}
		for _, v := range versions {
			if err := b.deleteVersion(ctx, key, v); err != nil {
				return err
			}
		}
		if len(versions) == 0 || !aws.ToBool(page.IsTruncated) {
			return nil
		}
	}
}

func (b *Bucket) deleteVersion(ctx context.Context, key, version string) error {
	_, err := b.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: b.name, Key: &key, VersionId: &version})
	if err != nil && !isStatus(err, http.StatusNotFound) {
		return fmt.Errorf("delete object: %w", explain(ctx, err))
	}
	return nil
}
