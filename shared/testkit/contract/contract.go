// Package contract calls an API as its OpenAPI document allows and forbids, and holds the answers to the document.
//
// Normal use, in a property test:
//
//	document, err := contract.Parse(openapi)
//	rapid.Check(t, func(t *rapid.T) {
//		operation := rapid.SampledFrom(document.Operations).Draw(t, "operation")
//		call := operation.Call(t, known)       // what a careful client sends
//		spoilt := operation.Spoil(t, call)     // the same with one fault
//		problems := operation.Check(status, header, body)
//	})
//
// It knows the part of JSON Schema that our document uses, and refuses a document that uses more.
package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Document is an API's description.
type Document struct {
	Operations []Operation // in the order of path and method
	schemas    map[string]*schema
}

// Operation is one operation of the document.
type Operation struct {
	ID, Method, Path string
	Secured          bool

	document   *Document
	parameters []parameter
	body       *schema // nil: takes none
	bodyType   string
	answers    map[string]map[string]*schema // status > media type > schema
}

type parameter struct {
	Name     string  `json:"name"`
	In       string  `json:"in"`
	Required bool    `json:"required"`
	Schema   *schema `json:"schema"`
}

type content map[string]struct {
	Schema *schema `json:"schema"`
}

// Parse reads a document.
func Parse(document []byte) (*Document, error) {
	var raw struct {
		Paths map[string]map[string]struct {
			OperationID string                `json:"operationId"`
			Parameters  []parameter           `json:"parameters"`
			Security    []map[string][]string `json:"security"`
			RequestBody *struct {
				Content content `json:"content"`
			} `json:"requestBody"`
			Responses map[string]struct {
				Content content `json:"content"`
			} `json:"responses"`
		} `json:"paths"`
		Components struct {
			Schemas map[string]*schema `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(document, &raw); err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	d := &Document{schemas: raw.Components.Schemas}
	for _, path := range slices.Sorted(maps.Keys(raw.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(raw.Paths[path])) {
			entry := raw.Paths[path][method]
			operation := Operation{
				ID: entry.OperationID, Method: strings.ToUpper(method), Path: path, Secured: len(entry.Security) > 0,
				document: d, parameters: entry.Parameters, answers: map[string]map[string]*schema{},
			}
			if entry.RequestBody != nil {
				for mediaType, body := range entry.RequestBody.Content {
					operation.body, operation.bodyType = body.Schema, mediaType
				}
			}
			for status, response := range entry.Responses {
				operation.answers[status] = map[string]*schema{}
				for mediaType, body := range response.Content {
					operation.answers[status][mediaType] = body.Schema
				}
			}
			d.Operations = append(d.Operations, operation)
		}
	}
	return d, nil
}

// GoString keeps a property test's log of what it drew readable.
func (o Operation) GoString() string { return o.ID }

// Operation returns the operation of that id, and whether there is one.
func (d *Document) Operation(id string) (Operation, bool) {
	at := slices.IndexFunc(d.Operations, func(o Operation) bool { return o.ID == id })
	if at < 0 {
		return Operation{}, false
	}
	return d.Operations[at], true
}

// Check returns what an answer has that the document does not say: a status, a media type, or a body of another form.
func (o Operation) Check(status int, mediaType string, body []byte) []string {
	if status >= 500 {
		return []string{fmt.Sprintf("answered %d", status)}
	}
	types, ok := o.answers[strconv.Itoa(status)]
	if !ok {
		return []string{fmt.Sprintf("answered %d, which is not documented", status)}
	}
	if len(types) == 0 {
		if len(body) > 0 {
			return []string{fmt.Sprintf("answered %d with a body, which is not documented", status)}
		}
		return nil
	}
	mediaType, _, _ = strings.Cut(mediaType, ";")
	form, ok := types[mediaType]
	if !ok {
		return []string{fmt.Sprintf("answered %d as %q, which is not documented", status, mediaType)}
	}
	var value any
	if form == nil || !strings.HasSuffix(mediaType, "json") {
		return nil
	}
	if err := json.Unmarshal(body, &value); err != nil {
		return []string{fmt.Sprintf("answered %d with what is not JSON", status)}
	}
	return o.document.problems(form, value, "body")
}
