package openapi_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"github.com/customerai/customerai/infra/gen/openapi"
	"github.com/customerai/customerai/shared/manifest"
)

var (
	cats = manifest.Route{OperationID: "listCats", Method: "GET", Path: "/cats", Tag: "Animals"}
	dogs = manifest.Route{OperationID: "listDogs", Method: "GET", Path: "/dogs", Tag: "Animals"}
)

// part describes one route whose answer is the schema of that name.
func part(route manifest.Route, schema string, fields map[string]*huma.Schema) *huma.OpenAPI {
	document := &huma.OpenAPI{
		OpenAPI: "3.1.0", Info: &huma.Info{Title: "Animals", Version: "1"},
		Components: &huma.Components{Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)},
	}
	document.Components.Schemas.Map()["Animal"] = &huma.Schema{Type: "object", Properties: fields}
	document.AddOperation(&huma.Operation{
		OperationID: route.OperationID, Method: route.Method, Path: route.Path, Tags: []string{route.Tag},
		Responses: map[string]*huma.Response{"200": {
			Description: "All of them", Content: map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Ref: "#/components/schemas/" + schema}}},
		}},
	})
	return document
}

func TestPartsBecomeOneDocument(t *testing.T) {
	routes := []manifest.Route{cats, dogs}
	parts := []*huma.OpenAPI{part(cats, "Animal", nil), part(dogs, "Animal", nil)}
	got, err := openapi.Merge(routes, parts)
	if err != nil {
		t.Fatalf("Merge: %v", err)
	}
	var document struct {
		Paths map[string]any
		Tags  []struct{ Name string }
	}
	if err := json.Unmarshal(got, &document); err != nil {
		t.Fatalf("the document is not JSON: %v", err)
	}
	if document.Paths["/cats"] == nil || document.Paths["/dogs"] == nil {
		t.Errorf("paths = %v, want both", document.Paths)
	}
	if len(document.Tags) != 1 || document.Tags[0].Name != "Animals" {
		t.Errorf("tags = %v, want Animals once", document.Tags)
	}
	again, err := openapi.Merge(routes, []*huma.OpenAPI{parts[1], parts[0]})
	if err != nil || !bytes.Equal(got, again) {
		t.Errorf("the parts in another order give other bytes (%v)", err)
	}
}

func TestADocumentThatWouldMisleadIsRefused(t *testing.T) {
	text := map[string]*huma.Schema{"name": {Type: "string"}}
	for name, test := range map[string]struct {
		routes []manifest.Route
		parts  []*huma.OpenAPI
		want   string
	}{
		"an operation that nobody describes": {
			[]manifest.Route{cats, dogs},
			[]*huma.OpenAPI{part(cats, "Animal", nil)},
			"GET /dogs (listDogs) is not described",
		},
		"two types under one name": {
			[]manifest.Route{cats, dogs},
			[]*huma.OpenAPI{part(cats, "Animal", nil), part(dogs, "Animal", text)},
			"describe /components/schemas/Animal differently",
		},
		"a reference to nothing": {
			[]manifest.Route{cats},
			[]*huma.OpenAPI{part(cats, "Vegetable", nil)},
			"refers to #/components/schemas/Vegetable, which is not there",
		},
		"another operation in the route's place": {
			[]manifest.Route{{OperationID: "countCats", Method: "GET", Path: "/cats"}},
			[]*huma.OpenAPI{part(cats, "Animal", nil)},
			"(countCats) is not described",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := openapi.Merge(test.routes, test.parts); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("err = %v, want %q", err, test.want)
			}
		})
	}
}
