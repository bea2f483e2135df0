package httpapi

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/danielgtaylor/huma/v2/validation"

	"github.com/customerai/customerai/shared/edge/httpapi/exchange"
	"github.com/customerai/customerai/shared/edge/httpapi/problem"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/strictjson"
)

// newHuma returns huma without its defaults: no document, docs or schema routes, no $schema and Link, strict JSON.
func newHuma(api *API) huma.API {
	replaceDefaults()
	format := huma.Format{
		Marshal:   strictjson.MarshalWrite,
		Unmarshal: decode,
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

// decode reads a body that the body middleware has checked already. Huma asks twice: for an untyped value to validate, then
// for the typed one. Its validator finds its way back up by the last dot or bracket of the path, so that a name that holds
// one would shift the path of every problem after it: in the value that it validates those are spelt otherwise.
func decode(data []byte, v any) error {
	if err := strictjson.Decode(data, v); err != nil {
		return err
	}
	if untyped, ok := v.(*any); ok {
		respell(*untyped)
	}
	return nil
}

// spelling keeps different names different, and makes them names that cleanPath hides.
var spelling = strings.NewReplacer(".", "\x1fd", "[", "\x1fb", "\x1f", "\x1fu")

// null stands for JSON's null, which huma passes over where a field is optional: it has none of the types that the document
// allows.
type null struct{}

func respell(v any) {
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			respell(element)
		}
	case map[string]any:
		odd := map[string]any{} // taken out before any goes in again, under a name that may have been another's
		for name, member := range v {
			if member == nil {
				v[name] = null{}
			}
			respell(member)
			if strings.ContainsAny(name, ".[\x1f") {
				odd[name] = v[name]
			}
		}
		for name := range odd {
			delete(v, name)
		}
		for name, member := range odd {
			v[spelling.Replace(name)] = member
		}
	}
}

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
	huma.ErrorFormatter = func(format string, a ...any) string { //nolint:reassign // made to be replaced
		if _, ok := a[len(a)-1].(error); ok { // the parser's error, which quotes its input
			return strings.TrimSuffix(format, ": %v")
		}
		return fmt.Sprintf(format, a...)
	}
	validation.MsgExpectedRequiredProperty = "%s" + required
	validation.MsgUnexpectedProperty = unknown
})

const (
	required = " is required"
	unknown  = "is not a known field"
)

// problemOf turns what huma found into the same problem that everything else gives.
func problemOf(x *exchange.Exchange, status int, problems []error) huma.StatusError {
	if status >= http.StatusInternalServerError || len(problems) == 0 {
		return problem.Of(x, fmt.Errorf("huma answered %d: %v", status, problems))
	}
	fields := x.Fields
	for _, problem := range problems {
		fields = append(fields, fieldOf(problem))
	}
	slices.SortStableFunc(fields, byPath) // huma meets unknown names in the order of a map
	return problem.Of(x, errs.InvalidFields(fields...))
}

// fieldOf translates one of huma's problems: its location without the part of the request, its message without the value.
func fieldOf(problem error) errs.Field {
	detailer, ok := problem.(huma.ErrorDetailer)
	if !ok {
		return errs.Field{Path: "body", Message: "is not valid"}
	}
	detail := detailer.ErrorDetail()
	part, path, _ := strings.Cut(detail.Location, ".")
	if path == "" && strings.HasPrefix(part, "body[") {
		path = strings.TrimPrefix(part, "body")
	}
	path = cleanPath(path)
	message := detail.Message
	if name, ok := strings.CutSuffix(message, required); ok {
		path, message = strings.TrimPrefix(path+"."+name, "."), strings.TrimSpace(required)
	}
	if strings.HasPrefix(message, "required ") && strings.HasSuffix(message, " parameter is missing") {
		message = strings.TrimSpace(required)
	}
	message, _, _ = strings.Cut(message, "invalid value: ") // what follows quotes the value
	if message == "" {
		message = "is not valid"
	}
	if path == "" {
		path = part
	}
	return errs.Field{Path: path, Message: message}
}

// cleanPath hides a name in a path that the sender chose and that does not look like ours, and what follows it: the name
// may have held dots.
func cleanPath(path string) string {
	segments := strings.Split(path, ".")
	for i, segment := range segments {
		name, indexes := segment, ""
		if at := strings.IndexByte(segment, '['); at >= 0 {
			name, indexes = segment[:at], segment[at:]
		}
		if name != "" {
			name = strictjson.Name(name)
		}
		if indexes != "" && !areIndexes(indexes) {
			indexes = ""
		}
		segments[i] = name + indexes
		if name == "?" {
			return strings.Join(segments[:i+1], ".")
		}
	}
	return strings.Join(segments, ".")
}

func areIndexes(text string) bool {
	for _, part := range strings.Split(strings.TrimSuffix(text[1:], "]"), "][") {
		if n, err := strconv.Atoi(part); err != nil || n < 0 {
			return false
		}
	}
	return true
}
