package contract

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// Place is where an operation takes a text of the client's: a parameter, a field of the body at any depth, or a field's name.
type Place struct {
	Operation Operation
	Name      string // such as "query nextToken", or "body documents[].id"; "*" is a name

	in    string // path, query, header or body
	steps []string
}

const (
	element  = "[]"   // of a list
	anyName  = "*"    // the text is the name of a field that the document does not have
	someName = "some" // of a field of an object that may have any
)

// Places returns every one of the operation.
func (o Operation) Places() []Place {
	var places []Place
	for _, p := range o.parameters {
		places = append(places, Place{o, p.In + " " + p.Name, p.In, []string{p.Name}})
	}
	if o.body != nil {
		places = append(places, o.bodyPlaces(o.body, nil, nil)...)
	}
	return places
}

// bodyPlaces go down the body's form, into no form that they are in already: a form can hold itself.
func (o Operation) bodyPlaces(s *schema, steps []string, within []*schema) []Place {
	s = o.document.resolve(s)
	if slices.Contains(within, s) {
		return nil
	}
	within = append(slices.Clone(within), s)
	down := func(step string) []string { return append(slices.Clone(steps), step) }
	var places []Place
	switch s.Type {
	case "string":
		return []Place{o.bodyPlace(steps)}
	case "array":
		return o.bodyPlaces(s.Items, down(element), within)
	case "object":
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			places = append(places, o.bodyPlaces(s.Properties[name], down(name), within)...)
		}
		if s.AdditionalProperties != nil && s.AdditionalProperties.form != nil {
			places = append(places, o.bodyPlaces(s.AdditionalProperties.form, down(someName), within)...)
		}
		places = append(places, o.bodyPlace(down(anyName)))
	}
	return places
}

func (o Operation) bodyPlace(steps []string) Place {
	return Place{o, "body " + strings.ReplaceAll(strings.Join(steps, "."), "."+element, element), "body", steps}
}

// Call puts a text into the place of a request whose body, if it has one, is otherwise this. What the body lacks on the way to the
// place is drawn; what else the path names is known.
func (p Place) Call(body any, known Known, text string) Call {
	c := Call{Method: p.Operation.Method, Header: http.Header{}, operation: p.Operation, path: map[string]string{}, query: url.Values{}}
	switch p.in {
	case "path":
		c.path[p.steps[0]] = text
	case "query":
		c.query.Set(p.steps[0], text)
	case "header":
		c.Header.Set(p.steps[0], text)
	}
	for _, other := range p.Operation.parameters {
		if _, set := c.path[other.Name]; other.In == "path" && !set {
			c.path[other.Name] = append(known(other.Name), "none")[0]
		}
	}
	if p.Operation.body != nil {
		c.Header.Set("Content-Type", p.Operation.bodyType)
		if c.value = copied(body); p.in == "body" {
			c.value = p.Operation.document.put(p.Operation.body, c.value, p.steps, text)
		}
	}
	c.render()
	return c
}

// put returns the value with a text where the steps lead.
func (d *Document) put(s *schema, value any, steps []string, text string) any {
	if len(steps) == 0 {
		return text
	}
	s = d.resolve(s)
	if value == nil {
		value = rapid.Custom(func(t *rapid.T) any {
			_ = rapid.Bool().Draw(t, "something") // a generator has to draw, and some forms have nothing to
			return d.draw(t, s, func(string) []string { return nil })
		}).Example(0)
	}
	switch held := value.(type) {
	case []any:
		if len(held) == 0 {
			held = []any{nil}
		}
		held[0] = d.put(s.Items, held[0], steps[1:], text)
		return held
	case map[string]any:
		if steps[0] == anyName {
			held[text] = text
			return held
		}
		form := s.Properties[steps[0]]
		if form == nil {
			form = s.AdditionalProperties.form
		}
		held[steps[0]] = d.put(form, held[steps[0]], steps[1:], text)
	}
	return value
}

// TakesForm reports whether the body is a form and not JSON.
func (o Operation) TakesForm() bool { return o.bodyType == "application/x-www-form-urlencoded" }

// AnswerFields returns the names of the fields that the operation's answers have, at any depth, and its body has nowhere.
func (o Operation) AnswerFields() []string {
	answered, sent := map[string]bool{}, map[string]bool{}
	for status, types := range o.answers {
		for _, s := range types {
			if status < "300" {
				o.document.names(s, answered, nil)
			}
		}
	}
	o.document.names(o.body, sent, nil)
	maps.DeleteFunc(answered, func(name string, _ bool) bool { return sent[name] })
	return slices.Sorted(maps.Keys(answered))
}

func (d *Document) names(s *schema, all map[string]bool, within []*schema) {
	if s == nil || slices.Contains(within, d.resolve(s)) {
		return
	}
	s = d.resolve(s)
	within = append(slices.Clone(within), s)
	for name, property := range s.Properties {
		all[name] = true
		d.names(property, all, within)
	}
	d.names(s.Items, all, within)
	if s.AdditionalProperties != nil {
		d.names(s.AdditionalProperties.form, all, within)
	}
}
