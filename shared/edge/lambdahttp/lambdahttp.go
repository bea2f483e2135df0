// Package lambdahttp runs an http.Handler behind an API Gateway REST API.
//
// Normal use, in a function's main:
//
//	lambdahttp.Start(handler)
//
// The handler cannot tell it from net/http: the first WriteHeader counts, late headers are dropped, a silent handler means
// 200, the query has an order, RemoteAddr is the caller as the gateway saw it. Adapt's tests run every case on both.
//
// It refuses events that are not payload 1.0 of a proxy integration, headers that try to pass for the gateway's, and any
// other source than the gateway's own context for the principal, the request id and the caller's address.
package lambdahttp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"

	"github.com/customerai/customerai/shared/edge/capture"
	"github.com/customerai/customerai/shared/trust/auth"
)

// Start serves invocations until the environment is shut down.
func Start(handler http.Handler) { lambda.Start(Adapt(handler)) }

// Adapt returns the Lambda handler for an http.Handler. An error means that the function is wired to the wrong kind of
// event; everything else is answered.
func Adapt(handler http.Handler) func(context.Context, json.RawMessage) (events.APIGatewayProxyResponse, error) {
	adapter := httpadapter.New(inner(handler))
	return func(ctx context.Context, raw json.RawMessage) (events.APIGatewayProxyResponse, error) {
		event, err := parse(raw)
		if err != nil {
			return events.APIGatewayProxyResponse{}, err
		}
		// The adapter gets nothing that it could trip over or let through. The request is built in inner, from the event
		// in the context.
		plain := events.APIGatewayProxyRequest{HTTPMethod: http.MethodPost, Path: "/"}
		return adapter.ProxyWithContext(context.WithValue(ctx, eventKey{}, event), plain)
	}
}

type eventKey struct{}

// parse accepts what a REST API sends to a proxy integration.
func parse(raw json.RawMessage) (*events.APIGatewayProxyRequest, error) {
	var event struct {
		Version string `json:"version"`
		events.APIGatewayProxyRequest
	}
	if err := json.Unmarshal(raw, &event); err != nil {
		// The cause would quote the request.
		return nil, errors.New("lambdahttp: the event is not an API Gateway proxy event")
	}
	if event.Version != "" && event.Version != "1.0" {
		return nil, errors.New("lambdahttp: the event's payload version is not 1.0: put the function behind a REST API, not an HTTP API or a function URL")
	}
	if event.HTTPMethod == "" || event.Path == "" {
		return nil, errors.New("lambdahttp: the event has no method or no path: it is not of an API Gateway proxy integration")
	}
	return &event.APIGatewayProxyRequest, nil
}

// inner puts the real request in the place of the adapter's, and keeps the response by net/http's rules until it is whole.
func inner(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		event, _ := r.Context().Value(eventKey{}).(*events.APIGatewayProxyRequest)
		ctx := r.Context()
		if principal, ok := PrincipalFromContext(event.RequestContext.Authorizer); ok {
			ctx = auth.WithPrincipal(ctx, principal)
		}
		request := newRequest(ctx, event)
		response := serve(handler, request)
		if request.Method == http.MethodHead {
			response.FlushHeadTo(w)
			return
		}
		response.FlushTo(w)
	})
}

// maxResponse is what fits into an invocation's 6 MB with room for headers and escapes.
const maxResponse = 5 << 20

// serve runs the handler. A panic must not end the process: other invocations wait for it.
func serve(handler http.Handler, r *http.Request) (response *capture.Response) {
	ctx := r.Context()
	response = capture.New()
	defer func() {
		if value := recover(); value != nil {
			response = broken(ctx, fmt.Sprintf("panic: %v\n%s", value, debug.Stack()))
		}
	}()
	handler.ServeHTTP(response, r)
	if size := len(response.Body()); size > maxResponse {
		response = broken(ctx, fmt.Sprintf("the response has %d bytes, %d are possible", size, maxResponse))
	}
	return response
}

// broken is the answer of last resort. The conventions of httpapi answer before it comes to this.
func broken(ctx context.Context, cause string) *capture.Response {
	slog.ErrorContext(ctx, "response replaced", slog.String("cause", cause))
	response := capture.New()
	response.Header().Set("Content-Type", "application/problem+json")
	response.Header().Set("Cache-Control", "no-store")
	response.WriteHeader(http.StatusInternalServerError)
	_, _ = response.Write([]byte(`{"type":"about:blank","title":"Internal Server Error","status":500,"code":"internal"}`)) // into memory
	return response
}
