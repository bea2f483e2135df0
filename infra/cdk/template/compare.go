package template

import (
	"fmt"
	"slices"
)

// Comparison holds a template to what is expected of it, rule by rule.
type Comparison struct {
	resources map[string]Resource   // by name
	kinds     map[string][]Resource // by type
	seen      map[string]bool       // the types that some rule has looked at
	broken    []string
}

// Compare begins a comparison.
func Compare(template map[string]any) *Comparison {
	c := &Comparison{resources: resources(template), kinds: map[string][]Resource{}, seen: map[string]bool{}}
	for _, r := range c.resources {
		c.kinds[r.Kind] = append(c.kinds[r.Kind], r)
	}
	return c
}

// Broken returns a sentence for everything that was reported, in alphabetical order.
func (c *Comparison) Broken() []string {
	slices.Sort(c.broken)
	return c.broken
}

// Resource returns a resource by its name.
func (c *Comparison) Resource(name string) (r Resource, found bool) {
	r, found = c.resources[name]
	return r, found
}

// OfKind returns all resources of a type.
func (c *Comparison) OfKind(kind string) []Resource { return c.kinds[kind] }

// Report notes that something is not as expected.
func (c *Comparison) Report(format string, args ...any) {
	c.broken = append(c.broken, fmt.Sprintf(format, args...))
}

// Exactly holds all resources of a type to the shapes, by a key that tells them apart. What a shape leaves out must not be
// there; descriptive properties are not looked at.
func (c *Comparison) Exactly(kind string, key func(r Resource) string, want map[string]Shape) {
	c.seen[kind] = true
	found := map[string]bool{}
	for _, r := range c.kinds[kind] {
		k := key(r)
		expected, ok := want[k]
		switch {
		case !ok:
			c.Report("%s %s is not expected", kind, k)
		case found[k]:
			c.Report("%s %s is there twice", kind, k)
		default:
			c.differences(kind+" "+k, r.Properties, expected)
		}
		found[k] = true
	}
	for k := range want {
		if !found[k] {
			c.Report("%s %s is missing", kind, k)
		}
	}
}

// After holds the order of creation.
func (c *Comparison) After(name string, first ...string) {
	for _, f := range first {
		if !slices.Contains(c.resources[name].after, f) {
			c.Report("%s does not wait for %s", name, f)
		}
	}
}

// Unexpected reports what no rule has looked at: a new kind of resource needs a rule.
func (c *Comparison) Unexpected() {
	for kind, all := range c.kinds {
		if !c.seen[kind] {
			c.Report("%s %s: no rule is known for this kind of resource", kind, all[0].Name)
		}
	}
}

// ByName tells resources apart by their names.
func ByName(r Resource) string { return r.Name }

// By tells them apart by a property.
func By(property string) func(Resource) string {
	return func(r Resource) string { return Text(r.Properties[property]) }
}

// differences reports where got is not want. Where want holds a func(any) bool, that decides.
func (c *Comparison) differences(where string, got, want any) {
	switch w := want.(type) {
	case func(any) bool:
		if !w(got) {
			c.Report("%s is %v", where, got)
		}
	case Shape:
		g, ok := got.(Shape)
		if !ok {
			c.Report("%s is %v, want %v", where, got, want)
			return
		}
		for key, member := range w {
			c.differences(where+" "+key, g[key], member)
		}
		for key := range g {
			if _, expected := w[key]; !expected && !slices.Contains(descriptive, key) {
				c.Report("%s %s is not expected", where, key)
			}
		}
	case List:
		g, ok := got.(List)
		if !ok || len(g) != len(w) {
			c.Report("%s is %v, want %v", where, got, want)
			return
		}
		for i, member := range w {
			c.differences(fmt.Sprintf("%s[%d]", where, i), g[i], member)
		}
	default:
		if got != want {
			c.Report("%s is %v, want %v", where, got, want)
		}
	}
}

// descriptive are properties that protect nobody: names, words, and where the code lies. A shape may still ask for one.
var descriptive = []string{
	"Description", "AlarmName", "AliasName", "Code", "DashboardBody", "DashboardName", "Label", "LogGroupName", "Name", "OperationName",
	"PolicyName", "QueueName", "Sid", "TopicName", "UsagePlanName", "Id", "ModelName",
}
