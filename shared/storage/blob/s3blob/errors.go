package s3blob

import (
	"context"
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/customerai/customerai/shared/errs"
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
	if isStatus(err, http.StatusNotFound) && !isNoBucket(err) {
		return errs.Wrap(errs.NotFound, "no such object", err)
	}
	return errs.Wrap(errs.Unavailable, "the bucket did not answer", err)
}

// isNoBucket tells a bucket that is missing, which is a fault of the deployment, from an object that is.
func isNoBucket(err error) bool {
	e, ok := errors.AsType[smithy.APIError](err)
	return ok && e.ErrorCode() == "NoSuchBucket"
}

// attempts watches the attempts of one request: whether one of them ended without an answer, so that it may have been made.
type attempts struct {
	aws.Retryer
	unanswered bool
}

// watch is an option of a request.
func (a *attempts) watch(o *s3.Options) {
	a.Retryer = o.Retryer
	o.Retryer = a
}

// IsErrorRetryable is asked once for every attempt that failed.
func (a *attempts) IsErrorRetryable(err error) bool {
	e, answered := errors.AsType[*smithyhttp.ResponseError](err)
	if !answered || e.HTTPStatusCode() >= http.StatusInternalServerError {
		a.unanswered = true
	}
	// S3 asks to repeat a conditional write that met another one: by then one of them has been made.
	return a.Retryer.IsErrorRetryable(err) || isStatus(err, http.StatusConflict)
}
