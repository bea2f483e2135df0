package httpapi

import (
	"net/http"
	"net/url"
	"slices"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/customerai/customerai/shared/edge/httpapi/exchange"
	"github.com/customerai/customerai/shared/edge/httpapi/problem"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/strictjson"
)

// query notes every unknown, repeated or malformed query parameter. They are answered together with the other problems.
func query(parameters []*huma.Param, next http.Handler) http.Handler {
	known := map[string]*huma.Param{}
	for _, parameter := range parameters {
		if parameter.In == "query" {
			known[parameter.Name] = parameter
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery == "" {
			next.ServeHTTP(w, r)
			return
		}
		x := exchange.From(r.Context())
		values, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			problem.Write(w, r, errs.InvalidFields(errs.Field{Path: "query", Message: "is not well formed"}))
			return
		}
		for name, given := range values {
			parameter, ok := known[name]
			var message string
			switch {
			case !ok:
				message = "is not a known query parameter"
			case len(given) > 1 && (parameter.Explode == nil || !*parameter.Explode):
				message = "is there more than once"
			case slices.ContainsFunc(given, func(s string) bool { return !utf8.ValidString(s) }):
				message = "is not valid UTF-8"
			default:
				continue
			}
			x.Fields = append(x.Fields, errs.Field{Path: strictjson.Name(name), Message: message})
		}
		slices.SortFunc(x.Fields, byPath) // url.Values has no order
		next.ServeHTTP(w, r)
	})
}
