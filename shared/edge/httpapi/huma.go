package httpapi

import (
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/customerai/customerai/shared/edge/httpapi/exchange"
	"github.com/customerai/customerai/shared/edge/httpapi/fields"
	"github.com/customerai/customerai/shared/edge/httpapi/problem"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/strictjson"
)

// newHuma returns huma without its defaults: no document, docs or schema routes, no $schema and Link, strict JSON.
func newHuma(api *API) huma.API {
	replaceDefaults()
	format := huma.Format{
		Marshal:   strictjson.MarshalWrite,
		Unmarshal: fields.Decode,
	}
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "CustomerAI", Version: "1"},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					bearer: {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "An access token of createToken"},
				},
			},
		},
		Formats:       map[string]huma.Format{"application/json": format, "json": format},
		DefaultFormat: "application/json",
	}
	return huma.NewAPI(config, adapter{api})
}

const bearer = "bearer"

// adapter hands huma's handlers to the API's own router.
type adapter struct{ api *API }

func (a adapter) Handle(op *huma.Operation, handler func(huma.Context)) {
	a.api.handle(op, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler(humago.NewContext(op, r, w))
	}))
}

// ServeHTTP is never called: requests enter through API.Handler.
func (a adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { NotFound.ServeHTTP(w, r) }

// replaceDefaults replaces huma's process-wide ones, once: errors that quote values, messages in another voice, case-folded
// names, nullable arrays.
var replaceDefaults = sync.OnceFunc(func() {
	huma.ValidateStrictCasing = true
	huma.DefaultArrayNullable = false
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, problems ...error) huma.StatusError {
		return problemOf(exchange.From(ctx.Context()), status, problems)
	}
	huma.NewError = func(status int, _ string, problems ...error) huma.StatusError {
		return problemOf(&exchange.Exchange{}, status, problems)
	}
	fields.Reword()
})

// problemOf turns what huma found into the same problem that everything else gives.
func problemOf(x *exchange.Exchange, status int, problems []error) huma.StatusError {
	if status >= http.StatusInternalServerError || len(problems) == 0 {
		return problem.Of(x, fmt.Errorf("huma answered %d: %v", status, problems))
	}
	all := x.Fields
	for _, found := range problems {
		all = append(all, fields.Of(found))
	}
	slices.SortStableFunc(all, byPath) // huma meets unknown names in the order of a map
	return problem.Of(x, errs.InvalidFields(all...))
}
