// Package openapi merges the functions' parts of the API into one document.
//
// Normal use:
//
//	document, err := openapi.Merge(manifest.Routes(), parts)
//
// It refuses a document that would mislead: an operation of the manifest that no part describes, two types under one
// name, a reference to nothing.
package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/customerai/customerai/shared/manifest"
)

// description stands at the head of the document.
const description = `Turns customer-service messages into insight: sentiment, topics, personal data found and masked.

Every request but those of Health and createToken carries an access token of createToken as a bearer token. Errors are
problem details (RFC 9457). Lists take limit and nextToken.`

// Merge returns the document as indented JSON: the same bytes for the same parts.
func Merge(routes []manifest.Route, parts []*huma.OpenAPI) ([]byte, error) {
	merged := map[string]any{}
	for _, part := range parts {
		tree, err := decode(part)
		if err != nil {
			return nil, err
		}
		if err := join(merged, tree, ""); err != nil {
			return nil, err
		}
	}
	if info, ok := merged["info"].(map[string]any); ok {
		info["description"] = description
	}
	merged["tags"] = tags(routes)
	if err := errors.Join(missing(merged, routes), dangling(merged)); err != nil {
		return nil, err
	}
	return encode(merged)
}

func decode(part *huma.OpenAPI) (map[string]any, error) {
	text, err := part.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("write a part of the document: %w", err)
	}
	tree := map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // 1 stays 1
	if err := decoder.Decode(&tree); err != nil {
		return nil, fmt.Errorf("read a part of the document: %w", err)
	}
	return tree, nil
}

// join adds every member of from to into. Objects are joined member by member; anything else must be the same on both sides.
func join(into, from map[string]any, at string) error {
	for name, value := range from {
		place := at + "/" + name
		existing, ok := into[name]
		if !ok {
			into[name] = value
			continue
		}
		a, ok1 := existing.(map[string]any)
		b, ok2 := value.(map[string]any)
		// A schema or an operation is one thing: two halves of it do not make a whole.
		whole := strings.HasPrefix(at, "/components/") || strings.HasPrefix(at, "/paths/")
		switch {
		case ok1 && ok2 && !whole:
			if err := join(a, b, place); err != nil {
				return err
			}
		case !reflect.DeepEqual(existing, value):
			return fmt.Errorf("two functions describe %s differently", place)
		}
	}
	return nil
}

// tags lists the tags in the manifest's order, which is the order of the documentation.
func tags(routes []manifest.Route) []any {
	var list []any
	seen := map[string]bool{}
	for _, route := range routes {
		if !seen[route.Tag] {
			seen[route.Tag] = true
			list = append(list, map[string]any{"name": route.Tag})
		}
	}
	return list
}

// missing names the routes that the document does not describe.
func missing(document map[string]any, routes []manifest.Route) error {
	paths, _ := document["paths"].(map[string]any)
	var problems []error
	for _, route := range routes {
		item, _ := paths[route.Path].(map[string]any)
		operation, _ := item[strings.ToLower(route.Method)].(map[string]any)
		if operation["operationId"] != route.OperationID {
			problems = append(problems, fmt.Errorf("%s %s (%s) is not described", route.Method, route.Path, route.OperationID))
		}
	}
	return errors.Join(problems...)
}

// dangling names every $ref that leads nowhere.
func dangling(document map[string]any) error {
	var problems []error
	var walk func(node any, at string)
	walk = func(node any, at string) {
		switch node := node.(type) {
		case map[string]any:
			if ref, ok := node["$ref"].(string); ok && !resolves(document, ref) {
				problems = append(problems, fmt.Errorf("%s refers to %s, which is not there", at, ref))
			}
			for name, value := range node {
				walk(value, at+"/"+name)
			}
		case []any:
			for i, value := range node {
				walk(value, fmt.Sprintf("%s/%d", at, i))
			}
		}
	}
	walk(document, "#")
	return errors.Join(problems...)
}

// resolves follows a reference within the document (RFC 6901).
func resolves(document map[string]any, ref string) bool {
	pointer, ok := strings.CutPrefix(ref, "#/")
	if !ok {
		return false
	}
	var node any = document
	for segment := range strings.SplitSeq(pointer, "/") {
		object, ok := node.(map[string]any)
		if !ok {
			return false
		}
		if node, ok = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(segment)]; !ok {
			return false
		}
	}
	return true
}

func encode(document map[string]any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text) // maps are written in the order of their names
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(document); err != nil {
		return nil, fmt.Errorf("write the document: %w", err)
	}
	return text.Bytes(), nil
}
