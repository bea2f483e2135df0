// Package gateway does on a laptop what API Gateway does in front of the functions: it routes, asks the authorizer and
// answers what reaches no function.
//
// Normal use: one handler over every function's handler.
//
//	handler, err := gateway.New(gateway.Config{Functions: handlers, Authorize: authorizer.Handle, Edge: edge})
//
// It holds the stage, the routes and each client to their rates, and remembers the authorizer's answers, as API Gateway does.
//
// It refuses a manifest that it cannot serve in full, and it lets nobody past a route with a scope whom the authorizer,
// the very same function as in the cloud, did not let past.
package gateway

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/edge/httpapi/problem"
	"github.com/customerai/customerai/shared/edge/lambdahttp"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/trust/auth"
)

// Authorize is the shape of the authorizer function.
type Authorize func(context.Context, events.APIGatewayCustomAuthorizerRequestTypeRequest) (events.APIGatewayCustomAuthorizerResponse, error)

// Config says what is behind the gateway.
type Config struct {
	Functions map[string]http.Handler // by the function's name; every function with routes
	Authorize Authorize
	Edge      httpapi.Config // for the answers that the gateway makes itself
	Limits    Limits
	Remember  time.Duration    // how long an answer of the authorizer is used again; API Gateway does so for 300 s
	Now       func() time.Time // nil: time.Now
}

// New returns the gateway's handler.
func New(config Config) (http.Handler, error) {
	own := httpapi.Middleware(config.Edge)
	held := newLimits(config)
	authorize := remembered(config.Authorize, config.Remember, held.now)
	mux := http.NewServeMux()
	mux.Handle("/", own(httpapi.NotFound))
	for _, function := range manifest.Functions {
		if len(function.Routes) == 0 {
			continue
		}
		handler, ok := config.Functions[function.Name]
		if !ok {
			return nil, fmt.Errorf("gateway: function %s is not there", function.Name)
		}
		paths := map[string]map[string]bool{} // path > methods that need a principal
		for _, route := range function.Routes {
			if paths[route.Path] == nil {
				paths[route.Path] = map[string]bool{}
			}
			paths[route.Path][route.Method] = route.Scope != ""
		}
		for path, protected := range paths {
			mux.Handle(path, limited(held, path, own, authorized(authorize, protected, held, own, handler)))
		}
	}
	return mux, nil
}

// limited refuses a request that is one too many for the stage or the route, whoever sends it.
func limited(held *limits, path string, own func(http.Handler) http.Handler, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := held.request(r, path); err != nil {
			refuse(own, w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// refuse answers as a function does.
func refuse(own func(http.Handler) http.Handler, w http.ResponseWriter, r *http.Request, err error) {
	own(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { problem.Write(w, r, err) })).ServeHTTP(w, r)
}

// authorized asks the authorizer before the methods that need a principal. The others, preflights among them, pass.
func authorized(authorize Authorize, protected map[string]bool, held *limits, own func(http.Handler) http.Handler, next http.Handler) http.Handler {
	unauthorized := errs.New(errs.Unauthorized, "the access token is missing or not valid")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !protected[r.Method] {
			next.ServeHTTP(w, r)
			return
		}
		response, err := authorize(r.Context(), requestEvent(r))
		if errors.Is(err, lambdahttp.ErrUnauthorized) {
			refuse(own, w, r, unauthorized)
			return
		}
		if err != nil {
			refuse(own, w, r, fmt.Errorf("authorize: %w", err))
			return
		}
		principal, ok := lambdahttp.PrincipalFromContext(requestContext(response))
		if !ok {
			refuse(own, w, r, unauthorized)
			return
		}
		if err := held.of(response.UsageIdentifierKey); err != nil {
			refuse(own, w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(auth.WithPrincipal(r.Context(), principal)))
	})
}

// requestContext is what API Gateway tells the function about an authorizer's answer: its context and the principal's id.
func requestContext(response events.APIGatewayCustomAuthorizerResponse) map[string]any {
	context := map[string]any{"principalId": response.PrincipalID}
	maps.Copy(context, response.Context)
	return context
}

// requestEvent is what API Gateway hands to a REQUEST authorizer.
func requestEvent(r *http.Request) events.APIGatewayCustomAuthorizerRequestTypeRequest {
	headers := make(map[string]string, len(r.Header))
	for name, values := range r.Header {
		headers[name] = values[len(values)-1]
	}
	source, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		source = r.RemoteAddr
	}
	return events.APIGatewayCustomAuthorizerRequestTypeRequest{
		Type:              "REQUEST",
		MethodArn:         "arn:aws:execute-api:local:000000000000:local/local/" + r.Method + r.URL.Path,
		Resource:          r.URL.Path,
		Path:              r.URL.Path,
		HTTPMethod:        r.Method,
		Headers:           headers,
		MultiValueHeaders: r.Header,
		RequestContext: events.APIGatewayCustomAuthorizerRequestTypeRequestContext{
			Path: r.URL.Path, HTTPMethod: r.Method, Stage: "local", APIID: "local",
			Identity: events.APIGatewayCustomAuthorizerRequestTypeRequestIdentity{SourceIP: source},
		},
	}
}
