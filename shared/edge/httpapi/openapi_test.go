package httpapi

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestTheDocumentIsTheSameBytesEveryTime(t *testing.T) {
	want, err := newSample(t).api.OpenAPI().MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if got, err := newSample(t).api.OpenAPI().MarshalJSON(); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("document = %s, %v; want %s", got, err, want)
		}
	}
}

func TestTheDocumentSaysWhatTheConventionsDo(t *testing.T) {
	raw, err := newSample(t).api.OpenAPI().MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID string
			Summary     string
			Tags        []string
			Security    []map[string][]string
			Responses   map[string]struct {
				Content map[string]struct{ Schema map[string]any }
			}
			Parameters  []struct{ Name, In string }
			RequestBody struct {
				Required bool
				Content  map[string]any
			}
		}
		Components struct{ SecuritySchemes map[string]map[string]string }
	}
	if err := json.Unmarshal(raw, &document); err != nil {
		t.Fatal(err)
	}
	if document.OpenAPI != "3.1.0" || document.Components.SecuritySchemes["bearer"]["scheme"] != "bearer" {
		t.Errorf("document = %s %v, want 3.1.0 with a bearer scheme", document.OpenAPI, document.Components.SecuritySchemes)
	}
	for _, test := range []struct{ method, path, id, scope, responses, parameters string }{
		{"post", "/v1/things/{thingId}", "createThing", "things:write", "201 400 401 403 404 406 409 413 415 429 500 503", "Idempotency-Key mode since tags thingId"},
		{"get", "/v1/things", "listThings", "things:read", "200 400 401 403 404 406 429 500 503", "limit nextToken"},
		{"get", "/page", "getPage", "", "200 400 404 406 429 500 503", ""},
		{"post", "/page", "postForm", "", "400 404 406 413 415 429 500 503", ""},
	} {
		op := document.Paths[test.path][test.method]
		if op.OperationID != test.id || op.Summary == "" || len(op.Tags) != 1 {
			t.Errorf("%s %s = %+v, want operation %s with summary and tag", test.method, test.path, op, test.id)
		}
		if got := strings.Join(slices.Sorted(maps.Keys(op.Responses)), " "); got != test.responses {
			t.Errorf("%s answers %s, want %s", test.id, got, test.responses)
		}
		if got := op.Responses["400"].Content["application/problem+json"].Schema["$ref"]; got != "#/components/schemas/Problem" {
			t.Errorf("%s has problem schema %v, want a reference to Problem", test.id, got)
		}
		var names []string
		for _, parameter := range op.Parameters {
			names = append(names, parameter.Name)
		}
		slices.Sort(names)
		if got := strings.Join(names, " "); got != test.parameters {
			t.Errorf("%s takes %s, want %s", test.id, got, test.parameters)
		}
		scope := ""
		if len(op.Security) == 1 {
			scope = strings.Join(op.Security[0]["bearer"], " ")
		}
		if scope != test.scope {
			t.Errorf("%s asks for %q, want %q", test.id, scope, test.scope)
		}
	}
	if strings.Contains(string(raw), "$schema") {
		t.Error("the document mentions $schema")
	}
}
