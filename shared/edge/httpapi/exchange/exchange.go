// Package exchange is what the links of the chain around one request tell each other.
//
// Normal use: the outermost link begins it, every other one reads it and adds what it has learnt.
//
//	r = r.WithContext(exchange.With(r.Context(), &exchange.Exchange{ID: id}))
//	exchange.From(r.Context()).Operation = route.OperationID
//
// It refuses to decide anything: what a code means is for package problem, what is logged for the log's own link.
package exchange

import (
	"context"

	"github.com/customerai/customerai/shared/errs"
)

// Exchange is one request and the answer to it. It is for one goroutine.
type Exchange struct {
	ID        string       // the request's id
	Operation string       // "" until the router has found one
	Tenant    string       // "" until the principal is known
	Body      []byte       // as it was read, within the route's limit
	Fields    []errs.Field // problems found before the input was decoded, reported together with those found then
	Replayed  bool         // the answer is that of an earlier request
	Code      errs.Code    // of the problem that was answered
	Cause     error        // what only the log may see
}

type key struct{}

// With returns a context in which From finds x.
func With(ctx context.Context, x *Exchange) context.Context { return context.WithValue(ctx, key{}, x) }

// From returns the request's exchange, or an empty one outside of the chain.
func From(ctx context.Context) *Exchange {
	if x, ok := ctx.Value(key{}).(*Exchange); ok {
		return x
	}
	return &Exchange{}
}
