package httpapi

import (
	"errors"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/customerai/customerai/shared/edge/httpapi/cors"
	"github.com/customerai/customerai/shared/edge/httpapi/exchange"
	"github.com/customerai/customerai/shared/edge/httpapi/idempotency"
	"github.com/customerai/customerai/shared/edge/httpapi/problem"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
)

// handle puts the inner part of the chain, outermost first, around an operation and registers it.
func (api *API) handle(op *huma.Operation, next http.Handler) {
	i := slices.IndexFunc(api.function.Routes, func(r manifest.Route) bool { return r.OperationID == op.OperationID })
	route := api.function.Routes[i]
	keys := idempotency.Config{Table: api.config.Idempotency, Now: api.config.Now, Logger: api.config.Logger}
	next = committed(api.config, route, next)
	next = idempotency.Middleware(keys, route, api.function.Timeout, next)
	next = body(route, next)
	next = accept(offered(op, route), next)
	next = query(op.Parameters, next)
	next = authenticated(route.Scope, next)
	next = audited(api.config, route, next)
	next = deadline(api.function.Timeout, kept(route), next)
	api.bound[op.OperationID] = next
}

// mux routes by path, then by method, so that every answer, 404 and 405 included, is made here.
func (api *API) mux() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", NotFound)
	paths := map[string]map[string]manifest.Route{}
	for _, route := range api.function.Routes {
		if paths[route.Path] == nil {
			paths[route.Path] = map[string]manifest.Route{}
			mux.Handle(route.Path, api.byMethod(api.methods(route.Path), paths[route.Path]))
		}
		paths[route.Path][route.Method] = route
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// ServeMux would redirect an unclean path, and to the wrong place behind a stage; here it is simply not there.
		escaped := r.URL.EscapedPath()
		if !strings.HasPrefix(escaped, "/") || path.Clean(escaped) != escaped || !utf8.ValidString(r.URL.Path) {
			NotFound.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func (api *API) byMethod(methods string, routes map[string]manifest.Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(api.config.Origins) > 0 && cors.IsPreflight(r) {
			cors.Preflight(w, methods)
			return
		}
		route, ok := routes[r.Method]
		if !ok {
			err := errs.New(errs.Invalid, "the method is not one of this path's")
			problem.Write(w, r, problem.WithHeader(problem.WithStatus(err, http.StatusMethodNotAllowed), "Allow", methods))
			return
		}
		exchange.From(r.Context()).Operation = route.OperationID
		api.bound[route.OperationID].ServeHTTP(w, r)
	})
}

// fail answers with err if there is one, and reports whether there was.
func fail(w http.ResponseWriter, r *http.Request, err error) bool {
	if err == nil {
		return false
	}
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = errs.Wrap(errs.TooLarge, "the body is larger than this operation accepts", tooLarge)
	}
	problem.Write(w, r, err)
	return true
}
