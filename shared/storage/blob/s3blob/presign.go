package s3blob

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
)

// maxValid is the longest that S3 honours a signature. One made with a function's own credentials ends with them, which
// may be earlier.
const maxValid = 7 * 24 * time.Hour

// PresignPut implements blob.Presigner, as far as S3 can: nothing in a signed PUT bounds its size, so whoever reads the
// object has to look at its size first, and the address may be used again until it expires. S3 itself takes at most 5 GiB.
func (b *Bucket) PresignPut(ctx context.Context, key string, maxBytes int64, expires time.Time) (string, error) {
	if err := blob.ValidKey(key); err != nil {
		return "", err
	}
	valid := expires.Sub(b.now())
	switch {
	case maxBytes < 1:
		return "", errs.New(errs.Invalid, "an upload must be allowed at least one byte")
	case valid <= 0 || valid > maxValid:
		return "", errs.New(errs.Invalid, "an upload address must expire within seven days from now")
	}
	request, err := b.signer.PresignPutObject(ctx, &s3.PutObjectInput{Bucket: b.name, Key: &key}, s3.WithPresignExpires(valid))
	if err != nil {
		return "", fmt.Errorf("presign upload: %w", explain(ctx, err))
	}
	return request.URL, nil
}
