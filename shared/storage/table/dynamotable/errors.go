package dynamotable

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/customerai/customerai/shared/errs"
)

// Why a write of a cancelled transaction was not made. "None" is DynamoDB's word for nothing.
const (
	reasonNone      = "None"
	reasonCondition = "ConditionalCheckFailed"
)

// passing are reasons and errors that another attempt may not meet again.
var passing = []string{
	"TransactionConflict", "TransactionConflictException", "TransactionInProgressException",
	"ThrottlingError", "ProvisionedThroughputExceeded",
}

// conditionFailed reports whether a condition did not hold, and what the first write met in its place if that one's did not.
func conditionFailed(err error) (current attributes, failed bool) {
	if e, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return e.Item, true
	}
	if e, ok := errors.AsType[*types.TransactionCanceledException](err); ok && len(e.CancellationReasons) > 0 {
		for i := range e.CancellationReasons {
			if aws.ToString(e.CancellationReasons[i].Code) == reasonCondition {
				return e.CancellationReasons[0].Item, true
			}
		}
	}
	return nil, false
}

// isPassing reports whether the same request may succeed when it is repeated: it met another one, or came too fast. A
// transaction that also failed a condition is not repeated: the condition decides.
func isPassing(err error) bool {
	if e, ok := errors.AsType[*types.TransactionCanceledException](err); ok {
		met := false
		for _, reason := range e.CancellationReasons {
			code := aws.ToString(reason.Code)
			if code != reasonNone && code != "" && !slices.Contains(passing, code) {
				return false
			}
			met = met || slices.Contains(passing, code)
		}
		return met
	}
	e, ok := errors.AsType[smithy.APIError](err)
	return ok && slices.Contains(passing, e.ErrorCode())
}

// explain gives an error of the client a code. The context's own is passed through.
func explain(ctx context.Context, err error) error {
	if ended := ctx.Err(); ended != nil {
		return errors.Join(ended, err)
	}
	if _, coded := errors.AsType[*errs.Error](err); coded {
		return err
	}
	if e, ok := errors.AsType[smithy.APIError](err); ok && e.ErrorCode() == "ValidationException" {
		return err // ours, and no repetition helps
	}
	return errs.Wrap(errs.Unavailable, "the table did not answer", err)
}

func unknownOutcome(err error) error {
	return errs.Wrap(errs.Unavailable, "the table did not say whether the write was made", err)
}

// attempts watches the attempts of one request: whether one of them ended without an answer, so that it may have been made.
type attempts struct {
	aws.Retryer
	unanswered bool
}

// watch is an option of a request.
func (a *attempts) watch(o *dynamodb.Options) {
	a.Retryer = o.Retryer
	o.Retryer = a
}

// patient is an option of a request: what is passing is repeated as well.
func patient(o *dynamodb.Options) { new(attempts).watch(o) }

// IsErrorRetryable is asked once for every attempt that failed.
func (a *attempts) IsErrorRetryable(err error) bool {
	// An answer below 500 says that nothing was written; anything else leaves it open.
	if e, ok := errors.AsType[*smithyhttp.ResponseError](err); !ok || e.HTTPStatusCode() >= http.StatusInternalServerError {
		a.unanswered = true
	}
	return a.Retryer.IsErrorRetryable(err) || isPassing(err)
}
