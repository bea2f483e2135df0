package contract

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"pgregory.net/rapid"
)

// fault is one way to spoil a call.
type fault struct {
	name string
	want []int
	do   func()
}

// Spoil returns a copy of a call with one fault, which the document forbids, and the statuses that may answer it. A spoilt
// path is not among them: what a path names may always be missing.
func (o Operation) Spoil(t *rapid.T, allowed Call) Call {
	c := allowed
	c.Header, c.query, c.value = allowed.Header.Clone(), maps.Clone(allowed.query), copied(allowed.value)
	faults := append(c.requestFaults(), c.parameterFaults()...)
	if o.body != nil && strings.HasSuffix(o.bodyType, "json") {
		faults = append(faults, c.textFaults()...)
		faults = append(faults, o.document.bodyFaults(o.body, c.value, "body", func(v any) { c.value = v })...)
	}
	chosen := faults[rapid.IntRange(0, len(faults)-1).Draw(t, "fault")]
	chosen.do()
	c.render()
	c.Fault, c.Want = chosen.name, chosen.want
	return c
}

func (c *Call) requestFaults() []fault {
	faults := []fault{
		{"an unknown query parameter", []int{http.StatusBadRequest}, func() { c.query.Set("unknown", "1") }},
	}
	if _, empty := c.operation.answers[strconv.Itoa(http.StatusNoContent)]; !empty { // nothing comes in any form
		faults = append(faults, fault{
			"an answer in a form that there is none in", []int{http.StatusNotAcceptable}, func() { c.Header.Set("Accept", "image/png") },
		})
	}
	if c.operation.body == nil {
		return faults
	}
	return append(
		faults,
		fault{"another media type", []int{http.StatusUnsupportedMediaType}, func() { c.Header.Set("Content-Type", "text/csv") }},
		fault{"a compressed body", []int{http.StatusUnsupportedMediaType}, func() { c.Header.Set("Content-Encoding", "gzip") }},
	)
}

func (c *Call) parameterFaults() []fault {
	var faults []fault
	bad := []int{http.StatusBadRequest}
	for _, p := range c.operation.parameters {
		s := c.operation.document.resolve(p.Schema)
		if p.In != "query" {
			continue
		}
		faults = append(faults, fault{p.Name + " twice", bad, func() { c.query[p.Name] = []string{"1", "1"} }})
		if s.Type == "integer" || s.Type == "number" {
			faults = append(faults, fault{p.Name + " in words", bad, func() { c.query.Set(p.Name, "many") }})
		}
		if s.Minimum != nil {
			faults = append(faults, fault{p.Name + " too small", bad, func() { c.query.Set(p.Name, strconv.Itoa(int(*s.Minimum)-1)) }})
		}
		if s.Maximum != nil {
			faults = append(faults, fault{p.Name + " too large", bad, func() { c.query.Set(p.Name, strconv.Itoa(int(*s.Maximum)+1)) }})
		}
		if len(s.Enum) > 0 {
			faults = append(faults, fault{p.Name + " none of its values", bad, func() { c.query.Set(p.Name, "none-of-these") }})
		}
		if p.Required {
			faults = append(faults, fault{p.Name + " missing", bad, func() { c.query.Del(p.Name) }})
		}
	}
	return faults
}

// textFaults spoil a body as a text.
func (c *Call) textFaults() []fault {
	bad := []int{http.StatusBadRequest}
	set := func(body string) func() { return func() { c.text, c.Body = true, []byte(body) } }
	text := string(c.Body)
	faults := []fault{
		{"no body", bad, set("")},
		{"half a body", bad, set(text[:len(text)/2])},
		{"a second body", bad, set(text + text)},
		{"null", bad, set("null")},
		{"a body that is not UTF-8", bad, set(strings.Replace(text, "{", "{\"\xff\":1,", 1))},
		{"a body too deep", bad, set(strings.Repeat("[", 1000) + strings.Repeat("]", 1000))},
	}
	if inner, ok := strings.CutPrefix(text, "{"); ok && inner != "}" {
		faults = append(faults, fault{"names twice", bad, set("{" + strings.TrimSuffix(inner, "}") + "," + inner)})
	}
	return faults
}

// bodyFaults spoil a body as a value: each field in every way that its form forbids.
func (d *Document) bodyFaults(s *schema, value any, path string, set func(any)) []fault {
	s = d.resolve(s)
	bad := []int{http.StatusBadRequest}
	add := func(name string, v any) fault { return fault{path + " " + name, bad, func() { set(v) }} }
	faults := []fault{add("null", nil)}
	if s.Type != "boolean" {
		faults = append(faults, add("a boolean", true))
	}
	if s.Type != "string" {
		faults = append(faults, add("a string", "x"))
	}
	switch v := value.(type) {
	case map[string]any:
		faults = append(faults, d.objectFaults(s, v, path)...)
	case []any:
		if s.MinItems > 0 {
			faults = append(faults, add("too short", []any{}))
		}
		if s.MaxItems != nil && len(v) > 0 && *s.MaxItems <= 2000 {
			faults = append(faults, add("too long", slices.Repeat(v[:1], *s.MaxItems+1)))
		}
		for i := range v {
			faults = append(faults, d.bodyFaults(s.Items, v[i], fmt.Sprintf("%s[%d]", path, i), func(n any) { v[i] = n })...)
		}
	case string:
		faults = append(faults, stringFaults(s, add)...)
	case float64:
		if s.Minimum != nil {
			faults = append(faults, add("too small", *s.Minimum-1))
		}
		if s.Maximum != nil {
			faults = append(faults, add("too large", *s.Maximum+1))
		}
		if s.Type == "integer" {
			faults = append(faults, add("a fraction", v+0.5))
		}
	}
	return faults
}

func (d *Document) objectFaults(s *schema, object map[string]any, path string) []fault {
	bad := []int{http.StatusBadRequest}
	var faults []fault
	if s.closed() {
		faults = append(faults, fault{path + " with an unknown field", bad, func() { object["unknown"] = 1.0 }})
	}
	for _, name := range s.Required {
		faults = append(faults, fault{path + "." + name + " missing", bad, func() { delete(object, name) }})
		if s.closed() && strings.ToUpper(name) != name {
			faults = append(faults, fault{path + "." + name + " in capitals", bad, func() {
				object[strings.ToUpper(name)] = object[name]
				delete(object, name)
			}})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if property := s.Properties[name]; property != nil {
			faults = append(faults, d.bodyFaults(property, object[name], path+"."+name, func(n any) { object[name] = n })...)
		}
	}
	return faults
}

func stringFaults(s *schema, add func(string, any) fault) []fault {
	var faults []fault
	if len(s.Enum) > 0 {
		faults = append(faults, add("none of its values", "none-of-these"))
	}
	if s.MinLength > 0 {
		faults = append(faults, add("too short", ""))
	}
	if s.MaxLength != nil {
		faults = append(faults, add("too long", strings.Repeat("x", *s.MaxLength+1)))
	}
	if s.Format == "date-time" {
		faults = append(faults, add("no time", "yesterday"))
	}
	return faults
}

// copied copies a value as deep as it goes.
func copied(value any) any {
	switch v := value.(type) {
	case map[string]any:
		object := make(map[string]any, len(v))
		for name, member := range v {
			object[name] = copied(member)
		}
		return object
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = copied(item)
		}
		return items
	}
	return value
}
