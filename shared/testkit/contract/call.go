package contract

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// Call is a request without what says who sends it.
type Call struct {
	Method, Target string
	Header         http.Header
	Body           []byte
	Want           []int  // nil: the document allows the call; else one of these statuses refuses it
	Fault          string // why

	operation Operation
	path      map[string]string
	query     url.Values
	value     any  // of the body
	text      bool // Body is what it is, whatever value says
}

// Known returns values for a path parameter or a field that stand for something, such as the ids of what is kept; nil where
// any will do.
type Known func(name string) []string

// Call draws a call that the document allows. Optional parameters, headers and fields are there or not.
func (o Operation) Call(t *rapid.T, known Known) Call {
	c := Call{Method: o.Method, Header: http.Header{}, operation: o, path: map[string]string{}, query: url.Values{}}
	for _, p := range o.parameters {
		if p.In != "path" && !p.Required && !rapid.Bool().Draw(t, "with "+p.Name) {
			continue
		}
		value := o.parameterValue(t, p, known)
		switch p.In {
		case "path":
			c.path[p.Name] = value
		case "query":
			c.query.Set(p.Name, value)
		case "header":
			c.Header.Set(p.Name, value)
		}
	}
	if o.body != nil {
		c.value = o.document.draw(t, o.body, known)
		c.Header.Set("Content-Type", o.bodyType)
	}
	c.render()
	return c
}

// Value is the call's body before it is written, to be changed where the document cannot say what makes sense; Rewrite
// writes it again.
func (c *Call) Value() any { return c.value }

// Rewrite writes the body that Value returned.
func (c *Call) Rewrite() { c.render() }

func (c *Call) render() {
	target := c.operation.Path
	for name, value := range c.path {
		target = strings.ReplaceAll(target, "{"+name+"}", url.PathEscape(value))
	}
	if len(c.query) > 0 {
		target += "?" + c.query.Encode()
	}
	c.Target = target
	switch {
	case c.operation.body == nil || c.text:
	case c.operation.bodyType == "application/x-www-form-urlencoded":
		form := url.Values{}
		for name, value := range c.value.(map[string]any) { //nolint:forcetypeassert // a form is drawn from an object
			form.Set(name, value.(string)) //nolint:forcetypeassert // of strings
		}
		c.Body = []byte(form.Encode())
	default:
		var buffer bytes.Buffer
		encoder := json.NewEncoder(&buffer)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(c.value); err != nil { // it holds nothing that JSON cannot say
			panic(err)
		}
		c.Body = bytes.TrimSpace(buffer.Bytes())
	}
}

func (o Operation) parameterValue(t *rapid.T, p parameter, known Known) string {
	if values := known(p.Name); len(values) > 0 && (p.In != "path" || rapid.Float64Range(0, 1).Draw(t, "known") < 0.8) {
		return rapid.SampledFrom(values).Draw(t, p.Name)
	}
	switch s := o.document.resolve(p.Schema); {
	case s.Type == "integer":
		return string(must(json.Marshal(o.document.draw(t, s, known))))
	case s.Type == "boolean":
		return rapid.SampledFrom([]string{"true", "false"}).Draw(t, p.Name)
	case len(s.Enum) > 0 || s.Pattern != "" || s.Format != "":
		return o.document.draw(t, s, known).(string) //nolint:forcetypeassert // parameters are strings
	case p.In == "query" || p.In == "header":
		return rapid.StringMatching(`[A-Za-z0-9]{1,20}`).Draw(t, p.Name)
	}
	return rapid.StringMatching(`[A-Za-z0-9_-]{1,20}`).Draw(t, p.Name)
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

const (
	most    = 4 // items of a drawn array: long ones take time and find nothing more
	deepest = 5 // objects within each other that have what they may leave out: a form can hold itself
)

// draw draws a value of the schema's form.
func (d *Document) draw(t *rapid.T, s *schema, known Known) any { return d.drawAt(t, s, known, 0) }

func (d *Document) drawAt(t *rapid.T, s *schema, known Known, depth int) any {
	s = d.resolve(s)
	if len(s.Enum) > 0 {
		return rapid.SampledFrom(s.Enum).Draw(t, "enum")
	}
	switch s.Type {
	case "object":
		return d.drawObject(t, s, known, depth)
	case "array":
		items, high := []any{}, max(s.MinItems, most)
		if s.MaxItems != nil {
			high = min(high, *s.MaxItems)
		}
		for range rapid.IntRange(s.MinItems, high).Draw(t, "items") {
			items = append(items, d.drawAt(t, s.Items, known, depth))
		}
		return items
	case "integer":
		low, high := bounds(s)
		return float64(rapid.IntRange(int(low), int(high)).Draw(t, "integer"))
	case "number":
		low, high := bounds(s)
		return rapid.Float64Range(low, high).Draw(t, "number")
	case "boolean":
		return rapid.Bool().Draw(t, "boolean")
	}
	return drawString(t, s)
}

func (d *Document) drawObject(t *rapid.T, s *schema, known Known, depth int) any {
	object := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		if !slices.Contains(s.Required, name) && (depth > deepest || !rapid.Bool().Draw(t, "with "+name)) {
			continue
		}
		property := d.resolve(s.Properties[name])
		if values := known(name); len(values) > 0 && property.Type == "string" {
			object[name] = rapid.SampledFrom(values).Draw(t, name)
			continue
		}
		object[name] = d.drawAt(t, property, known, depth+1)
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.form != nil {
		for range rapid.IntRange(0, 2).Draw(t, "members") {
			object[rapid.StringMatching(`[A-Z][A-Z_]{2,9}`).Draw(t, "name")] = d.drawAt(t, s.AdditionalProperties.form, known, depth+1)
		}
	}
	return object
}

func bounds(s *schema) (low, high float64) {
	low, high = -1000, 1000
	switch {
	case s.Minimum != nil:
		low = *s.Minimum
	case s.ExclusiveMinimum != nil:
		low = *s.ExclusiveMinimum + 1
	}
	high = max(high, low)
	switch {
	case s.Maximum != nil:
		high = *s.Maximum
	case s.ExclusiveMaximum != nil:
		high = *s.ExclusiveMaximum - 1
	}
	return min(low, high), high
}

func drawString(t *rapid.T, s *schema) string {
	switch {
	case s.Pattern != "":
		return rapid.StringMatching(s.Pattern).Filter(func(v string) bool {
			return len(stringProblems(s, v, func(string, ...any) []string { return []string{"wrong"} })) == 0
		}).Draw(t, "matching")
	case s.Format == "date-time":
		return rapid.SampledFrom([]string{"2026-01-02T03:04:05Z", "2024-02-29T23:59:59.999+14:00", "1999-12-31T00:00:00Z"}).Draw(t, "time")
	}
	high := max(s.MinLength, 40)
	if s.MaxLength != nil {
		high = min(high, *s.MaxLength)
	}
	return rapid.StringN(s.MinLength, high, -1).Draw(t, "string")
}
