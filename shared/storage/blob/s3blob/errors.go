package s3blob

import (
	"context"
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/attempts"
)

// isStatus reports whether S3 has answered with a status. Of a HEAD there is nothing else to go by.
func isStatus(err error, status int) bool {
	e, ok := errors.AsType[*smithyhttp.ResponseError](err)
	return ok && e.HTTPStatusCode() == status
}

// explain gives an error of the client a code. The context's own, and errors that have one, are passed through.
func explain(ctx context.Context, err error) error {
	if ended := ctx.Err(); ended != nil {
		return errors.Join(ended, err)
	}
	if _, coded := errors.AsType[*errs.Error](err); coded {
		return err
	}
	return errs.Wrap(errs.Unavailable, "the bucket did not answer", err)
}

// missingOr is explain where an object was asked for, which may not be there.
func missingOr(ctx context.Context, err error) error {
	if isStatus(err, http.StatusNotFound) && !isNoBucket(err) {
		return errs.Wrap(errs.NotFound, "no such object", err)
	}
	return explain(ctx, err)
}

// isNoBucket tells a bucket that is missing, which is a fault of the deployment, from an object that is.
func isNoBucket(err error) bool {
	e, ok := errors.AsType[smithy.APIError](err)
	return ok && e.ErrorCode() == "NoSuchBucket"
}

// watch returns an option of a request that watches its attempts. S3 asks to repeat a conditional write that met another
// one: by then one of them has been made.
func watch(watcher *attempts.Watcher) func(*s3.Options) {
	watcher.Passing = func(err error) bool { return isStatus(err, http.StatusConflict) }
	return func(o *s3.Options) { o.Retryer = watcher.Over(o.Retryer) }
}
