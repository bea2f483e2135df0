package dynamotable

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/attempts"
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

// watch returns an option of a request that repeats what is passing, too, and watches the attempts.
func watch(watcher *attempts.Watcher) func(*dynamodb.Options) {
	watcher.Passing = isPassing
	return func(o *dynamodb.Options) { o.Retryer = watcher.Over(o.Retryer) }
}

// patient is an option of a request whose attempts need no watching.
func patient(o *dynamodb.Options) { watch(new(attempts.Watcher))(o) }
