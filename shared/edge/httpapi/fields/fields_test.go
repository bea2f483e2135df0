package fields_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"github.com/customerai/customerai/shared/edge/httpapi/fields"
)

type thing struct {
	Name  string            `json:"name" minLength:"1"`
	Count int               `json:"count,omitzero" maximum:"5"`
	Notes map[string]string `json:"notes,omitempty"`
	Parts []struct {
		Label string `json:"label" pattern:"^[a-z]+$"`
	} `json:"parts,omitempty"`
}

// found is what huma finds wrong with a body, in our words.
func found(t *testing.T, body string) string {
	t.Helper()
	fields.Reword()
	var v any
	if err := fields.Decode([]byte(body), &v); err != nil {
		t.Fatal(err)
	}
	registry := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	schema := registry.Schema(reflect.TypeFor[thing](), true, "")
	path, result := huma.NewPathBuffer([]byte("body"), 4), &huma.ValidateResult{}
	huma.Validate(registry, schema, path, huma.ModeWriteToServer, v, result)
	var lines []string
	for _, problem := range result.Errors {
		field := fields.Of(problem)
		lines = append(lines, field.Path+": "+field.Message)
	}
	slices.Sort(lines) // huma goes through a map
	return strings.Join(lines, "\n")
}

func TestAProblemNamesTheFieldAndNotTheValue(t *testing.T) {
	for _, test := range []struct{ name, body, want string }{
		{"nothing wrong", `{"name":"x","count":5,"notes":{"a.b":"c"},"parts":[{"label":"a"}]}`, ""},
		{
			"values", `{"name":"","count":9,"parts":[{"label":"HUNTER2"}]}`,
			"count: expected number <= 5\nname: expected length >= 1\nparts[0].label: expected string to match pattern ^[a-z]+$",
		},
		{"what is absent, at every depth", `{"parts":[{}]}`, "name: is required\nparts[0].label: is required"},
		{"null where a value may be left out", `{"name":"x","count":null}`, "count: expected integer"},
		{
			"a name that is none of ours, and what it is not", `{"name":"x","jane@example.com":1,"size":2}`,
			"?: is not a known field\nsize: is not a known field",
		},
		{
			"names that would shift what comes after them", `{"a.b":1,"a[0]":1,"notes":{"p.q":7,"p\u001fdq":8},"name":""}`,
			"?: is not a known field\n?: is not a known field\nname: expected length >= 1\nnotes.?: expected string\nnotes.?: expected string",
		},
		{"no object", `["hunter2"]`, "body: expected object"},
	} {
		if got := found(t, test.body); got != test.want {
			t.Errorf("%s:\n%s\nwant:\n%s", test.name, got, test.want)
		}
	}
}

func TestABodyIsDecodedIntoItsTypeAsItIs(t *testing.T) {
	var got thing
	if err := fields.Decode([]byte(`{"name":"x","notes":{"a.b":"c","d[":"e"}}`), &got); err != nil || got.Notes["a.b"] != "c" || got.Notes["d["] != "e" {
		t.Errorf("decoded %+v, %v; want the names as they were sent", got, err)
	}
	if err := fields.Decode([]byte(`{"name":1}`), &got); err == nil {
		t.Error("a number was decoded into a text")
	}
}

// What huma can report beyond its own details must not slip through either.
func TestUnknownKindsOfProblemsQuoteNothing(t *testing.T) {
	for _, test := range []struct {
		problem error
		want    string
	}{
		{errors.New("hunter2"), "body: is not valid"},
		{&huma.ErrorDetail{Location: "query.since", Message: "invalid value: hunter2"}, "since: is not valid"},
		{&huma.ErrorDetail{Location: "body[2]", Message: "expected string"}, "[2]: expected string"},
		{&huma.ErrorDetail{Location: "body.a[hunter2]", Message: "expected string"}, "a: expected string"},
		{&huma.ErrorDetail{Location: "path.thingId", Message: "required path parameter is missing"}, "thingId: is required"},
	} {
		got := fields.Of(test.problem)
		if text := got.Path + ": " + got.Message; text != test.want {
			t.Errorf("Of(%v) = %q, want %q", test.problem, text, test.want)
		}
	}
}
