// Package handler is the rotate-keys function: it gives the stage's secret document fresh keys.
//
// Normal use: Secrets Manager calls it four times for a rotation, and again when a call did not end well.
//
//	aws secretsmanager rotate-secret --secret-id ID    // or by itself, every thirty days
//
// Package rotation has the steps, what becomes of each key, and why nobody is refused meanwhile.
//
// It refuses a version of the secret that is not pending: an event that is late, made up or about another secret changes
// nothing. Until the last step has succeeded, the document that was in force is.
package handler

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/customerai/customerai/shared/trust/secrets/rotation"
)

// Deps is what the function needs.
type Deps struct {
	Versions rotation.Store
	Logger   *slog.Logger
	Now      func() time.Time
}

// Handler takes the steps of rotations.
type Handler struct {
	rotator rotation.Rotator
	logger  *slog.Logger
}

// New returns a Handler.
func New(deps Deps) *Handler {
	return &Handler{rotation.Rotator{Store: deps.Versions, Now: deps.Now}, deps.Logger}
}

// errNotTaken is what Secrets Manager is told; the log has the cause.
var errNotTaken = errors.New("the step was not taken")

// Handle takes one step. The log has one line for it. The event's own words are not in it: only Secrets Manager may call,
// but what nobody has parsed nobody should print.
func (h *Handler) Handle(ctx context.Context, event events.SecretsManagerSecretRotationEvent) (struct{}, error) {
	if err := h.rotator.Step(ctx, rotation.Step(event.Step), event.ClientRequestToken); err != nil {
		h.logger.ErrorContext(ctx, "rotation step not taken", slog.String("cause", err.Error()))
		return struct{}{}, errNotTaken
	}
	h.logger.InfoContext(ctx, "rotation step taken", slog.String("step", event.Step)) // one of the four, or it were not taken
	return struct{}{}, nil
}
