// Package posture says what a stack's template has to be, in plain Go over the template's JSON.
//
// Normal use, after a synthesis and before anything is deployed:
//
//	if broken := posture.Check(template, expected); len(broken) > 0 { … }
//
// It is a second translation of the manifest, written against CloudFormation instead of the CDK, a rule for each thing; package
// template compares both ways. Emulators do not enforce most of this; the stack's tests remove or weaken every property of the
// template in turn and see that it is noticed.
//
// It refuses a kind of resource that no rule has looked at, and nothing about words that protect nobody.
package posture

import (
	"time"

	"github.com/customerai/customerai/infra/cdk/template"
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

// Check returns a sentence for everything in the template that is not as expected.
func Check(parsed map[string]any, expected Expected) []string {
	c := &checker{expected, template.Compare(parsed)}
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
	c.outputs(parsed)
	c.Unexpected()
	return c.Broken()
}

// The words that rules are written in.
type (
	shape    = template.Shape
	list     = template.List
	resource = template.Resource
)

func strs(values ...string) list {
	result := make(list, len(values))
	for i, v := range values {
		result[i] = v
	}
	return result
}

type checker struct {
	Expected
	*template.Comparison
}

// keeps holds what becomes of resources of a type when they are removed from the stack, or the stack is.
func (c *checker) keeps(kinds ...string) {
	deletion, replacement := "Delete", "Delete"
	if c.Keep {
		deletion, replacement = "RetainExceptOnCreate", "Retain"
	}
	for _, kind := range kinds {
		for _, r := range c.OfKind(kind) {
			if r.Deletion != deletion || r.Replacement != replacement {
				c.Report("%s %s: on deletion %q, on replacement %q, want %s and %s", kind, r.Name, r.Deletion, r.Replacement, deletion, replacement)
			}
		}
	}
}

func number(d time.Duration) float64 { return d.Seconds() }
