package handler

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// document is the OpenAPI document and the name of its content.
type document struct {
	body []byte
	etag string
}

func newDocument(body []byte) *document {
	sum := sha256.Sum256(body)
	return &document{body: body, etag: `"` + hex.EncodeToString(sum[:16]) + `"`}
}

func (d *document) getOpenAPI(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("ETag", d.etag)
	w.Header().Set("Cache-Control", "no-cache") // keep it, and ask whether it still holds
	if d.known(r.Header.Values("If-None-Match")) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	w.Header().Set("Content-Type", "application/json")
	_, err := w.Write(d.body)
	return err
}

// known compares as RFC 9110 section 13.1.2 does: any of a list, W/ or not, and * for whatever there is.
func (d *document) known(headers []string) bool {
	for tag := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || strings.TrimPrefix(tag, "W/") == d.etag {
			return true
		}
	}
	return false
}

var documentDescription = huma.Operation{
	Parameters: []*huma.Param{{
		Name: "If-None-Match", In: "header", Description: "An ETag from before: 304 when it still holds", Schema: &huma.Schema{Type: huma.TypeString},
	}},
	Responses: map[string]*huma.Response{
		"200": {Description: "The document", Content: map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Type: huma.TypeObject}}}},
		"304": {Description: "It has not changed"},
	},
}
