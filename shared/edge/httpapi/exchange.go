package httpapi

import (
	"context"

	"github.com/customerai/customerai/shared/errs"
)

// exchange is what the middlewares of one request tell each other.
type exchange struct {
	id        string       // the request's id
	operation string       // "" until the router has found one
	tenant    string       // "" until the principal is known
	code      errs.Code    // of the problem that was answered
	cause     error        // what only the log may see
	replayed  bool         // the answer is that of an earlier request
	fields    []errs.Field // problems found before the input was decoded, reported together with those found then
}

type exchangeKey struct{}

func withExchange(ctx context.Context, x *exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

// exchangeFrom returns the request's exchange, or an empty one outside of the chain.
func exchangeFrom(ctx context.Context) *exchange {
	if x, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		return x
	}
	return &exchange{}
}

// RequestID returns the id of the request that ctx belongs to, or "".
func RequestID(ctx context.Context) string { return exchangeFrom(ctx).id }
