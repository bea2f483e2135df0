package httpapi

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/customerai/customerai/shared/edge/httpapi/exchange"
	"github.com/customerai/customerai/shared/edge/httpapi/problem"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/strictjson"
)

const jsonType = "application/json"

// body reads the whole body within the route's limit, holds it to the route's media type and, for JSON, to one meaning,
// and hands it on in memory.
func body(route manifest.Route, next http.Handler) http.Handler {
	mediaType := cmp.Or(route.ContentType, jsonType)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchange.From(r.Context())
		if r.Body == nil { // a request that did not come through a server
			r.Body = http.NoBody
		}
		if route.MaxBodyBytes > 0 && fail(w, r, checkMediaType(r.Header, mediaType)) {
			return
		}
		// One byte more than nothing is read where no body is accepted, to tell an empty one from a refused one.
		data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, max(route.MaxBodyBytes, 1)))
		switch {
		case route.MaxBodyBytes == 0 && (err != nil || len(data) > 0):
			err = errs.InvalidFields(append(x.Fields, errs.Field{Path: "body", Message: "is not accepted by this operation"})...)
		case err != nil:
			if _, ok := errors.AsType[*http.MaxBytesError](err); !ok {
				err = errs.Wrap(errs.Invalid, "the body did not arrive as announced", err)
			}
		case route.MaxBodyBytes > 0 && len(data) == 0:
			err = errs.InvalidFields(append(x.Fields, errs.Field{Path: "body", Message: "is required"})...)
		case route.MaxBodyBytes > 0 && mediaType == jsonType:
			if ambiguity, ok := errors.AsType[*strictjson.Error](strictjson.Check(data)); ok {
				field := errs.Field{Path: cmp.Or(ambiguity.Path, "body"), Message: ambiguity.Message}
				err = errs.InvalidFields(append(x.Fields, field)...)
			}
		}
		if fail(w, r, err) {
			return
		}
		x.Body, r.Body = data, io.NopCloser(bytes.NewReader(data))
		next.ServeHTTP(w, r)
	})
}

// checkMediaType accepts the one media type, in UTF-8 and not encoded further.
func checkMediaType(header http.Header, want string) error {
	got, parameters, err := mime.ParseMediaType(header.Get("Content-Type"))
	charset, hasCharset := parameters["charset"]
	encoding := header.Get("Content-Encoding")
	if err != nil || got != want || hasCharset && !strings.EqualFold(charset, "utf-8") ||
		encoding != "" && !strings.EqualFold(encoding, "identity") {
		return problem.WithStatus(errs.New(errs.Invalid, "the body must be "+want+" in UTF-8, not compressed"), http.StatusUnsupportedMediaType)
	}
	return nil
}

func byPath(a, b errs.Field) int { return strings.Compare(a.Path, b.Path) }
