package kmswrapper

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"github.com/aws/smithy-go"

	"github.com/customerai/customerai/shared/errs"
)

// errNonsense is an answer that says it is a success and is none.
var errNonsense = errors.New("the answer is not one of the key service's")

// final are the refusals that no later attempt escapes, as long as nobody changes a permission or the wrapped key.
var final = []string{
	"AccessDeniedException", "NotFoundException", "InvalidKeyUsageException", "UnsupportedOperationException",
	"InvalidCiphertextException", "IncorrectKeyException", "InvalidArnException", "ValidationException",
}

// levelFigure is above every LOG_LEVEL: an alarm counts these lines, so that nobody may silence them.
const levelFigure = slog.LevelError + 4

// explain gives a failure of KMS its code. Of its words nothing is passed on but the name of the refusal: the others quote
// what was asked. The context's own error is passed through.
func (w *Wrapper) explain(ctx context.Context, err error) error {
	if ended := ctx.Err(); ended != nil {
		return errors.Join(ended, errors.New("the key service was not waited for"))
	}
	cause := reason(err)
	w.config.Logger.Log(ctx, levelFigure, "the key service failed", slog.Int("keyServiceErrors", 1), slog.String("cause", cause.Error()))
	if slices.Contains(final, cause.Error()) {
		return errs.Wrap(errs.Internal, "the key service refuses", cause)
	}
	return errs.Wrap(errs.Unavailable, "the key service does not serve", cause)
}

func reason(err error) error {
	switch e, ok := errors.AsType[smithy.APIError](err); {
	case ok:
		return errors.New(e.ErrorCode())
	case errors.Is(err, errNonsense):
		return errNonsense
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded
	}
	return errors.New("no answer")
}
