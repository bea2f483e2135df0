package httpapi

import (
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/customerai/customerai/shared/edge/httpapi/problem"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
)

// offered lists the media types of an operation's success response.
func offered(op *huma.Operation, route manifest.Route) []string {
	var types []string
	if response := op.Responses[strconv.Itoa(route.Success)]; response != nil {
		for mediaType := range response.Content {
			types = append(types, mediaType)
		}
	}
	slices.Sort(types)
	return types
}

// accept refuses a request that would accept none of the offered media types. Problems are sent whatever it accepts.
func accept(offered []string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ranges := strings.Join(r.Header.Values("Accept"), ",")
		if strings.TrimSpace(ranges) != "" && len(offered) > 0 &&
			!slices.ContainsFunc(offered, func(mediaType string) bool { return acceptable(ranges, mediaType) }) {
			err := errs.New(errs.Invalid, "the response is "+strings.Join(offered, " or ")+", which Accept rules out")
			problem.Write(w, r, problem.WithStatus(err, http.StatusNotAcceptable))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// acceptable applies RFC 9110 section 12.5.1: the most specific range that matches decides, and q=0 means no. A malformed
// range counts as absent.
func acceptable(ranges, mediaType string) bool {
	best, ok := -1, false
	family, _, _ := strings.Cut(mediaType, "/")
	for entry := range strings.SplitSeq(ranges, ",") {
		name, parameters, err := mime.ParseMediaType(entry)
		if err != nil {
			continue
		}
		specificity := slices.Index([]string{"*/*", family + "/*", mediaType}, name)
		if specificity > best {
			quality, err := strconv.ParseFloat(parameters["q"], 64)
			best, ok = specificity, parameters["q"] == "" || err == nil && quality > 0
		}
	}
	return ok
}
