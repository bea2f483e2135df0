// Package handler is the authorizer function: it tells API Gateway who sends a request, or that nobody does.
//
// Normal use: a REQUEST authorizer of a REST API whose identity source is the Authorization header.
//
// It refuses everything but one Authorization header with one bearer token that verifies and was not revoked, nor its
// principal disabled or changed since. It looks at nothing else of the request, because the gateway keeps its answer for the
// header and uses it for other requests: no query, no cookie, no path. For the same reason it allows the whole stage and leaves
// each route's scope to the function behind it.
package handler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/customerai/customerai/shared/edge/lambdahttp"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/principals"
	"github.com/customerai/customerai/shared/trust/secrets"
)

// Deps is what the function needs.
type Deps struct {
	Secrets secrets.Renewer
	Table   table.Table // which tokens and principals count no longer
	Stage   env.Stage
	Logger  *slog.Logger
	Now     func() time.Time
}

// Handler decides about requests.
type Handler struct{ deps Deps }

// New returns a Handler.
func New(deps Deps) *Handler { return &Handler{deps} }

// Handle answers with the principal, or with lambdahttp.ErrUnauthorized for the gateway to answer 401. Any other error is
// ours, and the gateway answers 500. The log has one line a request, with the cause of a refusal and nothing of the token.
func (h *Handler) Handle(
	ctx context.Context, event events.APIGatewayCustomAuthorizerRequestTypeRequest,
) (events.APIGatewayCustomAuthorizerResponse, error) {
	nobody := events.APIGatewayCustomAuthorizerResponse{}
	principal, err := h.verify(ctx, event)
	switch {
	case errs.Is(err, errs.Unauthorized):
		h.deps.Logger.WarnContext(ctx, "request refused", slog.String("cause", string(auth.RefusalOf(err))))
		return nobody, lambdahttp.ErrUnauthorized
	case err != nil:
		h.deps.Logger.ErrorContext(ctx, "request not decided", slog.String("cause", err.Error()))
		return nobody, errors.New("the request could not be decided")
	}
	response, err := lambdahttp.Allow(principal, event.MethodArn)
	if err != nil {
		h.deps.Logger.ErrorContext(ctx, "request not decided", slog.String("cause", err.Error()))
		return nobody, errors.New("the request could not be decided")
	}
	h.deps.Logger.InfoContext(ctx, "request allowed", slog.String("tenant", principal.Tenant), slog.String("principal", principal.Subject))
	return response, nil
}

func (h *Handler) verify(ctx context.Context, event events.APIGatewayCustomAuthorizerRequestTypeRequest) (auth.Principal, error) {
	token, err := auth.Bearer(authorization(event))
	if err != nil {
		return auth.Principal{}, err
	}
	principal, err := h.verifyWith(ctx, h.deps.Secrets.Current, token)
	if auth.RefusalOf(err) == auth.UnknownKey { // somebody may have put a fresh key in force by hand
		return h.verifyWith(ctx, h.deps.Secrets.Renewed, token)
	}
	return principal, err
}

func (h *Handler) verifyWith(ctx context.Context, get func(context.Context) (secrets.Set, error), token string) (auth.Principal, error) {
	set, err := get(ctx)
	if err != nil {
		return auth.Principal{}, fmt.Errorf("read the secrets: %w", err)
	}
	principal, err := auth.Tokens{MAC: set.Signing, KeyIDs: set.KeyIDs, Stage: h.deps.Stage}.Verify(token, h.deps.Now())
	if err != nil {
		return auth.Principal{}, err
	}
	service := principals.Service{Table: h.deps.Table}
	principal, err = service.Check(ctx, set, principal)
	if _, listed := set.Clients.Find(principal.Subject); err == nil && !listed {
		principal.UsageKey = manifest.UsageKey(h.deps.Stage.String(), principal.Subject)
	}
	return principal, err
}

// authorization returns every Authorization header of the request, however its name is spelled. A REST API gives all
// headers in the one map and the last of each name in the other; what stands in the second alone counts, too.
func authorization(event events.APIGatewayCustomAuthorizerRequestTypeRequest) []string {
	var found []string
	for name, values := range event.MultiValueHeaders {
		if strings.EqualFold(name, "Authorization") {
			found = append(found, values...)
		}
	}
	for name, value := range event.Headers {
		if strings.EqualFold(name, "Authorization") && !slices.Contains(found, value) {
			found = append(found, value)
		}
	}
	return found
}
