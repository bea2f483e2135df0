package contract_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/testkit/contract"
)

const document = `{
  "paths": {
    "/things/{thingId}": {"post": {
      "operationId": "changeThing", "security": [{"bearer": []}],
      "parameters": [
        {"name": "thingId", "in": "path", "required": true, "schema": {"type": "string"}},
        {"name": "limit", "in": "query", "required": true, "schema": {"type": "integer", "minimum": 1, "maximum": 9}},
        {"name": "mode", "in": "query", "schema": {"type": "string", "enum": ["fast", "slow"]}},
        {"name": "dry", "in": "query", "schema": {"type": "boolean"}},
        {"name": "Tag", "in": "header", "schema": {"type": "string"}}
      ],
      "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
      "responses": {
        "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
        "204": {},
        "400": {"content": {"application/problem+json": {"schema": {"type": "object"}}}}
      }
    }},
    "/form": {"post": {
      "operationId": "postForm",
      "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}}}},
      "responses": {"200": {"content": {"text/plain": {}}}}
    }}
  },
  "components": {"schemas": {"Thing": {
    "type": "object", "additionalProperties": false, "required": ["name", "parts", "when"],
    "properties": {
      "name": {"type": "string", "pattern": "^[a-z]{2,5}$"}, "title": {"type": "string", "minLength": 1, "maxLength": 9},
      "size": {"type": "number", "minimum": 0, "maximum": 1}, "count": {"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 5},
      "good": {"type": "boolean"}, "when": {"type": "string", "format": "date-time"}, "kind": {"type": "string", "enum": ["a", "b"]},
      "parts": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "object", "additionalProperties": {"type": "integer"}}}
    }
  }}}
}`

func parsed(t *testing.T) (change, form contract.Operation) {
	t.Helper()
	d, err := contract.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	change, ok := d.Operation("changeThing")
	form, okForm := d.Operation("postForm")
	if !ok || !okForm || len(d.Operations) != 2 || !change.Secured || form.Secured {
		t.Fatalf("operations = %v, want two, of which one is secured", d.Operations)
	}
	return change, form
}

func nothing(string) []string { return nil }

// faulty is what a careful server finds wrong with a call. It is written from the document by hand.
func faulty(call contract.Call) bool {
	target, err := url.Parse(call.Target)
	if err != nil {
		return true
	}
	query := target.Query()
	for name, values := range query {
		if !slices.Contains([]string{"limit", "mode", "dry"}, name) || len(values) > 1 {
			return true
		}
	}
	limit := query.Get("limit")
	if len(limit) != 1 || limit < "1" || limit > "9" || !slices.Contains([]string{"", "fast", "slow"}, query.Get("mode")) {
		return true
	}
	if call.Header.Get("Accept") != "" || call.Header.Get("Content-Encoding") != "" || call.Header.Get("Content-Type") != "application/json" {
		return true
	}
	change, _ := contract.Parse([]byte(document))
	operation, _ := change.Operation("changeThing")
	return len(operation.Check(200, "application/json", call.Body)) > 0 || !json.Valid(call.Body) || twice(call.Body)
}

// twice reports whether a name of the outer object is there twice.
func twice(body []byte) bool { return strings.Count(string(body), `"parts":`) > 1 }

func TestAnAllowedCallIsAllowedAndASpoiltOneIsNot(t *testing.T) {
	change, _ := parsed(t)
	faults := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		call := change.Call(t, nothing)
		if faulty(call) || call.Method != http.MethodPost || !strings.HasPrefix(call.Target, "/things/") {
			t.Fatalf("%s %s %s is not what the document allows", call.Method, call.Target, call.Body)
		}
		before := string(call.Body)
		for range 20 {
			spoilt := change.Spoil(t, call)
			faults[spoilt.Fault] = true
			if !faulty(spoilt) || len(spoilt.Want) == 0 {
				t.Fatalf("%s: %s %v %s is what the document allows", spoilt.Fault, spoilt.Target, spoilt.Header, spoilt.Body)
			}
		}
		if string(call.Body) != before {
			t.Fatalf("spoiling a copy changed the call: %s, was %s", call.Body, before)
		}
	})
	for _, want := range []string{
		"limit too large", "limit in words", "limit missing", "mode none of its values", "dry twice", "no body", "names twice", "another media type",
		"body.name missing", "body.title too long", "body.kind none of its values", "body.parts too short", "body.when no time",
		"body with an unknown field",
	} {
		if !faults[want] {
			t.Errorf("no call was spoilt with %q; there were %d kinds", want, len(faults))
		}
	}
}

func TestKnownValuesAreUsed(t *testing.T) {
	change, _ := parsed(t)
	known := func(name string) []string { return map[string][]string{"thingId": {"t/1"}, "title": {"Known"}}[name] }
	seen := map[bool]int{}
	rapid.Check(t, func(t *rapid.T) {
		call := change.Call(t, known)
		seen[strings.HasPrefix(call.Target, "/things/t%2F1?")]++
		if body := string(call.Body); strings.Contains(body, `"title"`) && !strings.Contains(body, `"title":"Known"`) {
			t.Fatalf("body = %s, want the known title", body)
		}
	})
	if seen[true] == 0 || seen[false] == 0 {
		t.Errorf("known ids %d times, others %d times, want both", seen[true], seen[false])
	}
}

func TestABodyMayBeChangedBeforeItIsSent(t *testing.T) {
	_, form := parsed(t)
	rapid.Check(t, func(t *rapid.T) {
		call := form.Call(t, nothing)
		call.Value().(map[string]any)["a"] = "1 & 2"
		if call.Rewrite(); string(call.Body) != "a=1+%26+2" {
			t.Fatalf("body = %s", call.Body)
		}
	})
}

func TestAnswersAreHeldToTheDocument(t *testing.T) {
	change, form := parsed(t)
	const good = `{"name":"ab","parts":[{"X":1}],"when":"2026-01-02T03:04:05Z"}`
	for name, test := range map[string]struct {
		status          int
		mediaType, body string
		want            string // "" for none
	}{
		"what is documented":               {200, "application/json; charset=utf-8", good, ""},
		"no body, which is documented":     {204, "", "", ""},
		"a body that is not":               {204, "application/json", "{}", "with a body"},
		"our own fault":                    {500, "application/problem+json", "{}", "answered 500"},
		"a status that is not documented":  {404, "application/problem+json", "{}", "404, which is not"},
		"a type that is not documented":    {400, "application/json", "{}", `"application/json", which is not`},
		"what is not JSON":                 {200, "application/json", "{", "not JSON"},
		"a field that is missing":          {200, "application/json", `{"name":"ab","parts":[{}]}`, "body.when is missing"},
		"a field that is not documented":   {200, "application/json", `{"x":1,` + good[1:], "body.x is not documented"},
		"a field of another type":          {200, "application/json", strings.Replace(good, `"ab"`, "7", 1), "body.name is the number 7"},
		"an integer that is none":          {200, "application/json", strings.Replace(good, `:1}`, `:1.5}`, 1), "body.parts[0].X is the number 1.5"},
		"a string of another form":         {200, "application/json", strings.Replace(good, `"ab"`, `"A"`, 1), "body.name does not match"},
		"a time that is none":              {200, "application/json", strings.Replace(good, "T", " ", 1), "body.when is not a time"},
		"too many items":                   {200, "application/json", strings.Replace(good, `{"X":1}`, `{},{},{},{}`, 1), "body.parts has 4 items"},
		"null":                             {200, "application/json", strings.Replace(good, `"ab"`, "null", 1), "body.name is null"},
		"an object where a list should be": {200, "application/json", strings.Replace(good, `[{"X":1}]`, `{}`, 1), "body.parts is an object"},
		"a list where a string should be":  {200, "application/json", strings.Replace(good, `"ab"`, `[]`, 1), "body.name is an array"},
		"a boolean where none should be":   {200, "application/json", strings.Replace(good, `"ab"`, `true`, 1), "body.name is a boolean"},
		"a number out of range":            {200, "application/json", `{"size":2,` + good[1:], "body.size is 2"},
		"a bound that is not included":     {200, "application/json", `{"count":5,` + good[1:], "body.count is 5"},
		"a string too long":                {200, "application/json", `{"title":"0123456789",` + good[1:], "body.title has 10 characters"},
		"a value that is none of them":     {200, "application/json", `{"kind":"c",` + good[1:], "body.kind is none of"},
	} {
		if got := fmt.Sprint(change.Check(test.status, test.mediaType, []byte(test.body))); !strings.Contains(got, test.want) || (test.want == "") != (got == "[]") {
			t.Errorf("%s: problems = %s, want %q", name, got, test.want)
		}
	}
	if got := form.Check(200, "text/plain", []byte("anything")); got != nil {
		t.Errorf("a text has problems: %v", got)
	}
}

func TestADocumentThatUsesMoreIsRefused(t *testing.T) {
	for _, bad := range []string{`{`, strings.Replace(document, `"minLength": 1`, `"oneOf": []`, 1)} {
		if _, err := contract.Parse([]byte(bad)); err == nil {
			t.Errorf("%.40s was accepted", bad)
		}
	}
}

func TestATextReachesEveryPlace(t *testing.T) {
	change, form := parsed(t)
	var names []string
	for _, place := range slices.Concat(change.Places(), form.Places()) {
		names = append(names, place.Operation.ID+" "+place.Name)
		var body any = map[string]any{"name": "abc", "when": "1999-12-31T00:00:00Z"}
		if place.Operation.ID == form.ID {
			body = map[string]any{"a": "x"}
		}
		call := place.Call(body, func(string) []string { return nil }, "naughty")
		text := call.Target + string(call.Body) + call.Header.Get("Tag")
		if !strings.Contains(text, "naughty") {
			t.Errorf("%s: %s %s %v lacks the text", place.Name, call.Target, call.Body, call.Header)
		}
	}
	want := []string{
		"changeThing path thingId", "changeThing query limit", "changeThing query mode", "changeThing query dry", "changeThing header Tag",
		"changeThing body kind", "changeThing body name", "changeThing body parts[].*", "changeThing body title", "changeThing body when",
		"changeThing body *", "postForm body a", "postForm body *",
	}
	if !slices.Equal(names, want) {
		t.Errorf("places = %q, want %q", names, want)
	}
}

func TestAnswersHaveFieldsThatBodiesLack(t *testing.T) {
	d, err := contract.Parse([]byte(strings.Replace(document, `"200": {"content": {"text/plain": {}}}`,
		`"200": {"content": {"application/json": {"schema": {"type": "object", "properties": {"a": {"type": "string"}, "id": {"type": "string"}, "list": {"type": "array", "items": {"type": "object", "properties": {"at": {"type": "string"}}}}}}}}}`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	form, _ := d.Operation("postForm")
	if change, _ := parsed(t); !form.TakesForm() || change.TakesForm() {
		t.Error("the form is not told from JSON")
	}
	if got, want := form.AnswerFields(), []string{"at", "id", "list"}; !slices.Equal(got, want) {
		t.Errorf("AnswerFields = %q, want %q", got, want)
	}
}
