package httpapi

import (
	"cmp"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/customerai/customerai/shared/manifest"
)

// OpenAPI returns the function's part of the OpenAPI 3.1 document. Its JSON is the same bytes every time.
func (api *API) OpenAPI() *huma.OpenAPI { return api.huma.OpenAPI() }

// operation translates a route into huma's terms.
func (api *API) operation(route manifest.Route) huma.Operation {
	op := huma.Operation{
		OperationID:     route.OperationID,
		Method:          route.Method,
		Path:            route.Path,
		Summary:         route.Summary,
		Tags:            []string{route.Tag},
		DefaultStatus:   cmp.Or(route.Success, http.StatusOK),
		MaxBodyBytes:    -1, // the body middleware has limited it already
		BodyReadTimeout: -1, // and has read it
		Responses:       map[string]*huma.Response{},
	}
	if route.Scope != "" {
		op.Security = []map[string][]string{{bearer: {route.Scope}}}
	}
	if route.Idempotent {
		low, high := 1, maxKey
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: idempotencyHeader, In: "header",
			Description: "Repeat a request with the key of its first attempt to get the first answer again, for 24 hours",
			Schema:      &huma.Schema{Type: huma.TypeString, MinLength: &low, MaxLength: &high},
		})
	}
	problem := api.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
	for _, status := range problems(route) {
		op.Responses[strconv.Itoa(status)] = &huma.Response{
			Description: http.StatusText(status),
			Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: problem}},
		}
	}
	return op
}

// problems lists the statuses that the conventions may answer a route with.
func problems(route manifest.Route) []int {
	statuses := []int{
		http.StatusBadRequest, http.StatusNotFound, http.StatusNotAcceptable, http.StatusTooManyRequests,
		http.StatusInternalServerError, http.StatusServiceUnavailable,
	}
	if route.Scope != "" {
		statuses = append(statuses, http.StatusUnauthorized, http.StatusForbidden)
	}
	if route.MaxBodyBytes > 0 {
		statuses = append(statuses, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	if route.Idempotent {
		statuses = append(statuses, http.StatusConflict)
	}
	return statuses
}
