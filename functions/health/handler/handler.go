// Package handler is the health function: it tells whether the service lives and is ready, and describes its API.
//
// Normal use:
//
//	handler.New(handler.Deps{
//		Checks:  map[string]handler.Check{"table": …, "secrets": …},
//		OpenAPI: document,
//	}, config)
//
// A check that errs, panics or takes longer than two seconds makes its dependency unavailable and the service degraded.
//
// It refuses to say why: the routes are public, so the answer names the dependency and the log keeps the cause.
package handler

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/strictjson"
)

// Check asks one dependency whether it answers. It should give up when the context ends.
type Check func(ctx context.Context) error

// Deps is what the function needs.
type Deps struct {
	Checks  map[string]Check // by the name that is shown: table, secrets
	OpenAPI []byte           // the whole API's document, as JSON
}

// New binds the function's operations.
func New(deps Deps, config httpapi.Config) (*httpapi.API, error) {
	api, err := httpapi.New("health", config)
	if err != nil {
		return nil, err
	}
	logger, now := config.Logger, config.Now
	if logger == nil {
		logger = slog.Default()
	}
	if now == nil {
		now = time.Now
	}
	ready := &readiness{checks: deps.Checks, logger: logger, now: now}
	httpapi.Bind(api, "getLiveness", getLiveness)
	httpapi.BindHandler(api, "getReadiness", readinessDescription, ready.getReadiness)
	httpapi.BindHandler(api, "getOpenAPI", documentDescription, newDocument(deps.OpenAPI).getOpenAPI)
	return api, nil
}

type livenessOutput struct {
	Body struct {
		Status string `json:"status" enum:"live" doc:"The process serves requests"`
	}
}

// getLiveness depends on nothing: a dependency that is down is no reason to replace the process.
func getLiveness(context.Context, *struct{}) (*livenessOutput, error) {
	out := &livenessOutput{}
	out.Body.Status = "live"
	return out, nil
}

func writeJSON(w http.ResponseWriter, status int, body any) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	return strictjson.MarshalWrite(w, body)
}
