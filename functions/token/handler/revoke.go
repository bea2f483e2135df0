package handler

import (
	"fmt"
	"net/http"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/principals"
	"github.com/customerai/customerai/shared/trust/sessions"
)

// revokeToken is RFC 7009. Whoever holds a token may take it back; a session that a client has asked for needs that client. A token
// that is no good is taken back already.
func (e *endpoint) revokeToken(w http.ResponseWriter, r *http.Request) error {
	request, refused := parse(r)
	if refused == nil && request.token == "" {
		refused = invalidRequest("the parameter token is required")
	}
	if refused != nil {
		return refused.write(w)
	}
	set, err := e.source.Current(r.Context())
	if err != nil {
		return fmt.Errorf("read the secrets: %w", err)
	}
	client, refused, err := e.client(r.Context(), set, request)
	switch {
	case err != nil:
		return err
	case refused != nil:
		return refused.write(w)
	case sessions.IsToken(request.token):
		if err := e.sessions.End(r.Context(), request.token, client.Subject); err != nil {
			return err
		}
		return write(w, http.StatusOK, struct{}{})
	}
	if token, err := e.tokens(set).Verify(request.token, e.now()); err == nil {
		write := principals.Revocation(token, token.TokenID, e.now())
		if err := e.table.Put(r.Context(), write.Item, write.Condition); err != nil && !errs.Is(err, errs.Conflict) {
			return fmt.Errorf("revoke the token: %w", err)
		}
	}
	return write(w, http.StatusOK, struct{}{})
}
