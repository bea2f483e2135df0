package httpapi

import (
	"net/http"

	"github.com/customerai/customerai/shared/edge/httpapi/exchange"
	"github.com/customerai/customerai/shared/edge/httpapi/problem"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/auth"
)

// authenticated asks for a principal that has the scope. Who the principal is was decided before the request came here.
func authenticated(scope string, next http.Handler) http.Handler {
	if scope == "" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		principal, ok := auth.PrincipalFrom(r.Context())
		exchange.From(r.Context()).Tenant = principal.Tenant
		switch {
		case !ok:
			problem.Write(w, r, errs.New(errs.Unauthorized, "a valid access token is required"))
		case !principal.Allows(scope):
			problem.Write(w, r, errs.New(errs.Forbidden, "the access token does not allow this operation"))
		default:
			next.ServeHTTP(w, r)
		}
	})
}
