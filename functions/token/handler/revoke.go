package handler

import (
	"context"
	"fmt"
	"net/http"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/principals"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/sessions"
)

// revokeToken is RFC 7009.
func (e *endpoint) revokeToken(w http.ResponseWriter, r *http.Request) error {
	return exchange(e, w, r, form.revocationProblem, e.revoke)
}

// revocationProblem says what a revocation lacks.
func (f form) revocationProblem() *refusal {
	if f.token == "" {
		return invalidRequest("the parameter token is required")
	}
	return nil
}

// revoke takes a token back. Whoever holds one may; a session that a client has asked for needs that client. A token that is no good
// is taken back already.
func (e *endpoint) revoke(ctx context.Context, set secrets.Set, request form, client auth.Principal) (done struct{}, _ *refusal, err error) {
	if sessions.IsToken(request.token) {
		return done, nil, e.sessions.End(ctx, request.token, client.Subject)
	}
	if token, err := e.tokens(set).Verify(request.token, e.now()); err == nil {
		write := principals.Revocation(token, token.TokenID, e.now())
		if err := e.table.Put(ctx, write.Item, write.Condition); err != nil && !errs.Is(err, errs.Conflict) {
			return done, nil, fmt.Errorf("revoke the token: %w", err)
		}
	}
	return done, nil, nil
}
