// Package httpapi holds the HTTP conventions: every response of every function is made here or looks as if it were.
//
// Normal use: a function's handler package binds its operations; method, path, scope, limits and status come from the
// manifest.
//
//	api, err := httpapi.New("batches", config)
//	httpapi.Bind(api, "getBatch", func(ctx context.Context, in *getInput) (*getOutput, error) { … })
//	handler, err := api.Handler() // names every missing and surplus binding
//
// An operation returns an error with a code from errs; it becomes problem details (RFC 9457). Types, validation and the
// OpenAPI document come from huma, whose defaults are replaced. Each rule that can do without the others has a package below:
// problem and fields say what is wrong, idempotency answers a repetition, paging hands out lists, cors tells who may read an
// answer, and exchange is what the links of the chain know of a request.
//
// It refuses unknown and repeated query parameters, ambiguous JSON (see strictjson), bodies over the route's limit, other
// media types, principals without the route's scope; and it never shows a client's value back to the client or to the log.
package httpapi

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/customerai/customerai/shared/edge/capture"
	"github.com/customerai/customerai/shared/edge/httpapi/cors"
	"github.com/customerai/customerai/shared/edge/httpapi/exchange"
	"github.com/customerai/customerai/shared/edge/httpapi/problem"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table"
)

// Config is what the conventions need to know of the deployment. Every field may be left out.
type Config struct {
	Stage       env.Stage
	Origins     []string         // from cors.ParseOrigins; none: no CORS headers at all
	Logger      *slog.Logger     // nil: slog.Default
	Now         func() time.Time // nil: time.Now
	NewID       func() string    // nil: crypto/rand.Text
	Idempotency table.Table      // needed where a route accepts Idempotency-Key
	Audit       Auditor          // needed where a route is audited
	Undescribed bool             // OpenAPI lacks what operations answer; a start takes half as long
}

func (c Config) withDefaults() Config {
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.NewID == nil {
		c.NewID = rand.Text
	}
	return c
}

// API collects the operations of one function.
type API struct {
	function manifest.Function
	config   Config
	huma     huma.API
	bound    map[string]http.Handler // by operation id
	problems []error
}

// New returns an API for a function of the manifest.
func New(function string, config Config) (*API, error) {
	found, ok := manifest.Find(function)
	if !ok {
		return nil, fmt.Errorf("http api: the manifest has no function %q", function)
	}
	return newAPI(found, config), nil
}

func newAPI(function manifest.Function, config Config) *API {
	api := &API{function: function, config: config.withDefaults(), bound: map[string]http.Handler{}}
	api.huma = newHuma(api)
	return api
}

// Bind serves an operation with typed input and output, in huma's form: fields tagged path, query and header, and Body.
// An output's field Status, if it has one, overrides the manifest's status.
func Bind[I, O any](api *API, operationID string, handle func(context.Context, *I) (*O, error)) {
	route, ok := api.route(operationID)
	if !ok {
		return
	}
	register(api, api.operation(route), func(ctx context.Context, input *I) (*O, error) {
		x := exchange.From(ctx)
		if len(x.Fields) > 0 {
			return nil, problem.Of(x, errs.InvalidFields(x.Fields...))
		}
		output, err := handle(ctx, input)
		if err != nil {
			return nil, problem.Of(x, err)
		}
		return output, nil
	})
}

// BindHandler serves an operation that does not speak JSON. Of doc, Description, Parameters, RequestBody and Responses go
// into the OpenAPI document, and the media types of its success response are what Accept is held to. The handler's
// response is buffered; when it returns an error, whatever it wrote is dropped and the error answered.
func BindHandler(api *API, operationID string, doc huma.Operation, handler func(http.ResponseWriter, *http.Request) error) {
	route, ok := api.route(operationID)
	if !ok {
		return
	}
	op := api.operation(route)
	op.Description, op.RequestBody = doc.Description, doc.RequestBody
	op.Parameters = append(doc.Parameters, op.Parameters...)
	for status, response := range doc.Responses {
		op.Responses[status] = response
	}
	api.huma.OpenAPI().AddOperation(&op)
	api.handle(&op, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchange.From(r.Context())
		if len(x.Fields) > 0 {
			problem.Write(w, r, errs.InvalidFields(x.Fields...))
			return
		}
		buffered := capture.New()
		if err := handler(buffered, r); err != nil {
			problem.Write(w, r, err)
			return
		}
		buffered.FlushTo(w)
	}))
}

// route finds a route by its operation id and notes a binding that has none, or the second binding of one.
func (api *API) route(operationID string) (manifest.Route, bool) {
	for _, route := range api.function.Routes {
		if route.OperationID == operationID {
			if api.bound[operationID] != nil {
				api.problems = append(api.problems, fmt.Errorf("operation %s is bound twice", operationID))
				return manifest.Route{}, false
			}
			return route, true
		}
	}
	api.problems = append(api.problems, fmt.Errorf("operation %s is not in the manifest", operationID))
	return manifest.Route{}, false
}

// Handler returns the function's handler. The error names every binding that is missing or surplus, and every path
// parameter that is not read.
func (api *API) Handler() (http.Handler, error) {
	problems := api.problems
	for _, route := range api.function.Routes {
		if api.bound[route.OperationID] == nil {
			problems = append(problems, fmt.Errorf("operation %s is not bound", route.OperationID))
		}
		problems = append(problems, api.unread(route)...)
		if route.Idempotent && api.config.Idempotency == nil {
			problems = append(problems, fmt.Errorf("operation %s accepts Idempotency-Key but there is no table for it", route.OperationID))
		}
		if route.Audited && api.config.Audit == nil {
			problems = append(problems, fmt.Errorf("operation %s is audited but there is no log for it", route.OperationID))
		}
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("http api of %s: %w", api.function.Name, errors.Join(problems...))
	}
	return Middleware(api.config)(api.mux()), nil
}

// Middleware is the outer part of the chain, outermost first, which every response passes. A gateway wraps the answers
// that it makes itself with it, so that they cannot be told from a function's.
func Middleware(config Config) func(http.Handler) http.Handler {
	config = config.withDefaults()
	return func(next http.Handler) http.Handler {
		next = recovered(next)
		next = cors.Middleware(config.Origins, next)
		next = securityHeaders(next)
		next = accessLog(config, next)
		return requestID(config.NewID, next)
	}
}

// NotFound answers 404 to every request, as a function does for a path that it does not serve.
var NotFound http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	problem.Write(w, r, errs.New(errs.NotFound, "there is nothing at this path"))
})

// methods lists the function's methods on a path of the manifest, in the manifest's order.
func (api *API) methods(path string) string {
	var methods []string
	for _, route := range api.function.Routes {
		if route.Path == path {
			methods = append(methods, route.Method)
		}
	}
	return strings.Join(methods, ", ")
}
