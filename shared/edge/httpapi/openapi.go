package httpapi

import (
	"cmp"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/customerai/customerai/shared/edge/httpapi/idempotency"
	"github.com/customerai/customerai/shared/edge/httpapi/problem"
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
		low, high := 1, idempotency.MaxKey
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: idempotency.Header, In: "header",
			Description: "Repeat a request with the key of its first attempt to get the first answer again, for 24 hours",
			Schema:      &huma.Schema{Type: huma.TypeString, MinLength: &low, MaxLength: &high},
		})
	}
	schema := api.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[problem.Problem](), true, "Problem")
	for _, status := range problems(route) {
		op.Responses[strconv.Itoa(status)] = &huma.Response{
			Description: http.StatusText(status),
			Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: schema}},
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
	if route.Idempotent || route.Audited && route.Method != http.MethodGet {
		statuses = append(statuses, http.StatusConflict)
	}
	return statuses
}

// unread returns a problem for every parameter in a route's path that its operation does not read. huma passes over fields
// of an embedded struct that is not exported, and the parameter would stay empty without a word.
func (api *API) unread(route manifest.Route) []error {
	item := api.huma.OpenAPI().Paths[route.Path]
	if item == nil {
		return nil
	}
	var problems []error
	for _, op := range []*huma.Operation{item.Get, item.Put, item.Post, item.Patch, item.Delete} {
		if op == nil || op.OperationID != route.OperationID {
			continue
		}
		for _, part := range strings.Split(route.Path, "/") {
			name, isParameter := strings.CutPrefix(part, "{")
			name = strings.TrimSuffix(name, "}")
			reads := func(p *huma.Param) bool { return p.In == "path" && p.Name == name }
			if isParameter && !slices.ContainsFunc(op.Parameters, reads) {
				problems = append(problems, fmt.Errorf("operation %s does not read the path parameter %s", route.OperationID, name))
			}
		}
	}
	return problems
}
