// Package operators puts something else in the place of personal data.
//
// Normal use: choose an operator for each kind, apply them to a text and the entities that detect found in it.
//
//	mask, err := operators.Mask('*', 0, 4)
//	policy := operators.Policy{ByType: map[pii.Type]operators.Operator{pii.CreditCard: mask, pii.URL: operators.Keep}}
//	safe := policy.Apply(message, entities)
//
// Replace [PERSON] is the default; ReplaceWith, Mask, Redact, Hash, Pseudonyms.Operator and Keep are the others. All are
// pure: what an operator needs, such as a salt, it is handed when it is made. All but that of Pseudonyms may be shared
// between goroutines.
//
// It refuses to invent secrets: Hash takes a salt of 16 bytes at least, because a digest of a telephone number without one
// is undone by trying them all. It keeps nothing but what Pseudonyms is asked to remember, and encrypts nothing: restoring
// what was taken out belongs to trust/vault.
package operators

import "github.com/customerai/customerai/shared/insight/pii"

// Operator appends what stands in the place of an entity of type t whose text is value.
type Operator func(b []byte, value string, t pii.Type) []byte

// Policy chooses the operator of a type. A type without one of its own takes Default, or Replace when that is nil.
type Policy struct {
	Default Operator
	ByType  map[pii.Type]Operator
}

// Apply returns s with each entity passed through its operator. Entities must be ordered and disjoint, as detect returns
// them; one that is not, or lies outside s, would corrupt the text and is skipped.
func (p Policy) Apply(s string, entities []pii.Entity) string {
	if len(entities) == 0 {
		return s
	}
	b := make([]byte, 0, len(s)+16*len(entities))
	end := 0
	for _, e := range entities {
		if e.Begin < end || e.End <= e.Begin || e.End > len(s) {
			continue
		}
		b = append(b, s[end:e.Begin]...)
		b = p.operator(e.Type)(b, s[e.Begin:e.End], e.Type)
		end = e.End
	}
	return string(append(b, s[end:]...))
}

func (p Policy) operator(t pii.Type) Operator {
	if op := p.ByType[t]; op != nil {
		return op
	}
	if p.Default != nil {
		return p.Default
	}
	return Replace
}
