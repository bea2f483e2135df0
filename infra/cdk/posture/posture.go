// Package posture says what a stack's template has to be, in plain Go over the template's JSON.
//
// Normal use, after a synthesis and before anything is deployed:
//
//	if broken := posture.Check(template, expected); len(broken) > 0 { … }
//
// It is a second translation of the manifest, written against CloudFormation instead of the CDK, and compares both ways:
// what is missing, what is different and what nobody has thought about are all reported, each with its resource and
// property. Emulators do not enforce most of this; the tests remove or weaken every property of the template in turn and
// see that it is noticed.
//
// It refuses nothing about names, descriptions and other words that protect nobody: see descriptive.
package posture

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/customerai/customerai/shared/manifest"
)

// Expected is what the template was made from.
type Expected struct {
	Stack     string // the stack's name
	Stage     string
	Functions []manifest.Function
	Origins   []string
	Clients   []string

	LogLevel                                            string
	RateLimit, BurstLimit, ClientRateLimit, ClientQuota int

	Keep                  bool // data outlives the stack
	LogDays, RecoveryDays int
	AuditDays             int // how long checkpoints are locked
	ReserveCapacity       bool
}

// Parse reads a template.
func Parse(text []byte) (map[string]any, error) {
	var template map[string]any
	if err := json.Unmarshal(text, &template); err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	return template, nil
}

// Check returns a sentence for everything in the template that is not as expected.
func Check(template map[string]any, expected Expected) []string {
	c := &checker{Expected: expected, resources: resources(template), kinds: map[string][]resource{}, seen: map[string]bool{}}
	for _, r := range c.resources {
		c.kinds[r.kind] = append(c.kinds[r.kind], r)
	}
	c.keys()
	c.data()
	c.queues()
	c.functions()
	c.asynchronous()
	c.api()
	c.methods()
	c.answers()
	c.firewall()
	c.alarms()
	c.outputs(template)
	c.unexpected()
	slices.Sort(c.broken)
	return c.broken
}

// shape is what canonical makes of a resource's properties.
type shape = map[string]any

type list = []any

type checker struct {
	Expected
	resources map[string]resource   // by name
	kinds     map[string][]resource // by type
	seen      map[string]bool       // the types that some rule has looked at
	broken    []string
}

func (c *checker) report(format string, args ...any) {
	c.broken = append(c.broken, fmt.Sprintf(format, args...))
}

// exactly holds all resources of a type to the shapes, by a key that tells them apart. What a shape leaves out must not be
// there; descriptive properties are not looked at.
func (c *checker) exactly(kind string, key func(r resource) string, want map[string]shape) {
	c.seen[kind] = true
	found := map[string]bool{}
	for _, r := range c.kinds[kind] {
		k := key(r)
		expected, ok := want[k]
		switch {
		case !ok:
			c.report("%s %s is not expected", kind, k)
		case found[k]:
			c.report("%s %s is there twice", kind, k)
		default:
			c.differences(kind+" "+k, r.Properties, expected)
		}
		found[k] = true
	}
	for k := range want {
		if !found[k] {
			c.report("%s %s is missing", kind, k)
		}
	}
}

// keeps holds what becomes of resources of a type when they are removed from the stack, or the stack is.
func (c *checker) keeps(kinds ...string) {
	deletion, replacement := "Delete", "Delete"
	if c.Keep {
		deletion, replacement = "RetainExceptOnCreate", "Retain"
	}
	for _, kind := range kinds {
		for _, r := range c.kinds[kind] {
			if r.deletion != deletion || r.replacement != replacement {
				c.report("%s %s: on deletion %q, on replacement %q, want %s and %s", kind, r.name, r.deletion, r.replacement, deletion, replacement)
			}
		}
	}
}

// after holds the order of creation.
func (c *checker) after(name string, first ...string) {
	for _, f := range first {
		if !slices.Contains(c.resources[name].after, f) {
			c.report("%s does not wait for %s", name, f)
		}
	}
}

// unexpected reports what no rule has looked at: a new kind of resource needs a rule.
func (c *checker) unexpected() {
	for kind, all := range c.kinds {
		if !c.seen[kind] {
			c.report("%s %s: no rule is known for this kind of resource", kind, all[0].name)
		}
	}
}

func byName(r resource) string { return r.name }

func by(property string) func(resource) string {
	return func(r resource) string { return text(r.Properties[property]) }
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

func number(d time.Duration) float64 { return d.Seconds() }
