// Package httpstart is the last step of the cold start of a function behind the gateway.
//
// Normal use, in a function's main:
//
//	api, err := handler.New(handler.Deps{…}, httpstart.Config(start, table))
//	if err := httpstart.Serve(start, api, err); err != nil { os.Exit(1) }
//
// It is apart from coldstart so that functions that are not reached over HTTP do not carry an HTTP stack.
//
// It refuses what coldstart refuses, and origins that are not exact; see cors.ParseOrigins.
package httpstart

import (
	"crypto/rand"
	"net/http"

	"github.com/customerai/customerai/shared/edge/coldstart"
	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/edge/httpapi/cors"
	"github.com/customerai/customerai/shared/edge/lambdahttp"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
)

// maxClientRate is more requests per second than one client of a regional API may have by default.
const maxClientRate = 10_000

// Config returns the HTTP conventions as the settings want them. The table keeps the answers to requests with an
// Idempotency-Key; nil where the function's routes accept none.
func Config(start *coldstart.Start, idempotency table.Table) httpapi.Config {
	origins, err := cors.ParseOrigins(start.Stage, start.Settings.Optional("CORS_ORIGINS", ""))
	if err != nil {
		start.Settings.Problem("CORS_ORIGINS", err.Error())
	}
	// The gateway's usage plan holds clients to this limit; a value that is none is refused here, where somebody looks.
	start.Settings.Int("CLIENT_RATE_LIMIT", 1, 1, maxClientRate)
	return httpapi.Config{
		Stage: start.Stage, Origins: origins, Logger: start.Logger, Now: start.Now, NewID: rand.Text, Idempotency: idempotency,
		Undescribed: true, // the document is made when the bundle is built
	}
}

// Audited returns the conventions of a function that has audited routes, and the log that its handler commits effects with.
// The table keeps the chain, and the answers to requests with an Idempotency-Key.
func Audited(start *coldstart.Start, table table.Table) (httpapi.Config, *audit.Log) {
	log := audit.New(audit.Config{Table: table, Secrets: start.Secrets, Now: start.Now, NewID: rand.Text})
	config := Config(start, table)
	config.Audit = log
	return config, log
}

// Serve serves requests. It returns only when the function cannot start; err is what handler.New returned.
func Serve(start *coldstart.Start, api *httpapi.API, err error) error {
	handler, err := handlerOf(api, err)
	if err := start.Ready(err); err != nil {
		return err
	}
	lambdahttp.Start(handler)
	return nil
}

func handlerOf(api *httpapi.API, err error) (http.Handler, error) {
	if err != nil {
		return nil, err
	}
	return api.Handler()
}
