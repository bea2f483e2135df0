// Package attempts tells whether a request to AWS may have been carried out although its answer says otherwise.
//
// Normal use, in an engine, for one request:
//
//	var watched attempts.Watcher
//	_, err := client.PutItem(ctx, input, func(o *dynamodb.Options) { o.Retryer = watched.Over(o.Retryer) })
//	if watched.Unanswered() { … }
//
// The SDK repeats a request that got no answer. The repetition of a conditional write then meets the work of the first
// attempt and is refused, and only who knows of the first can tell that from a conflict.
//
// It refuses to count an answer of the service below 500: after it, nothing was done.
package attempts

import (
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Watcher is a retryer that watches the attempts of one request. The zero value is ready for Over.
type Watcher struct {
	aws.Retryer
	// Passing, if set, tells errors that another attempt may not meet from those that the retryer knows itself.
	Passing    func(error) bool
	unanswered bool
}

// Over puts the watcher before a retryer, whose decisions and budget hold.
func (w *Watcher) Over(retryer aws.Retryer) aws.Retryer {
	w.Retryer = retryer
	return w
}

// Unanswered reports whether an attempt ended in a way that leaves open whether the request was carried out.
func (w *Watcher) Unanswered() bool { return w.unanswered }

// IsErrorRetryable implements aws.Retryer. The SDK asks it once for every attempt that failed.
func (w *Watcher) IsErrorRetryable(err error) bool {
	if !refused(err) {
		w.unanswered = true
	}
	return w.Retryer.IsErrorRetryable(err) || w.Passing != nil && w.Passing(err)
}

// refused reports whether the service has answered that it did nothing. A connection that broke is an answer with status 0
// to the SDK, and an answer that cannot be read is one with 200.
func refused(err error) bool {
	e, ok := errors.AsType[*smithyhttp.ResponseError](err)
	return ok && e.HTTPStatusCode() >= http.StatusBadRequest && e.HTTPStatusCode() < http.StatusInternalServerError
}
