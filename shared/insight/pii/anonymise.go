package pii

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// Operator appends what stands in the place of an entity whose text is value. An operator that needs a key or a store
// closes over it.
type Operator func(b []byte, value string, t Type) []byte

// Replace puts the type in brackets in the place of the entity: [PERSON].
func Replace(b []byte, _ string, t Type) []byte {
	b = append(b, '[')
	b = append(b, t...)
	return append(b, ']')
}

// Redact removes the entity.
func Redact(b []byte, _ string, _ Type) []byte { return b }

// Keep leaves the entity as it is, for kinds that are allowed.
func Keep(b []byte, value string, _ Type) []byte { return append(b, value...) }

// Mask returns an operator that covers the characters of an entity with mask, except the last keep of them.
func Mask(mask rune, keep int) (Operator, error) {
	if !utf8.ValidRune(mask) || mask == utf8.RuneError {
		return nil, errors.New("mask: the masking character is not a character")
	}
	if keep < 0 {
		return nil, errors.New("mask: the number of characters to keep is negative")
	}
	return func(b []byte, value string, _ Type) []byte {
		covered := max(0, utf8.RuneCountInString(value)-keep)
		for i := range value {
			if covered == 0 {
				return append(b, value[i:]...)
			}
			b = utf8.AppendRune(b, mask)
			covered--
		}
		return b
	}, nil
}

// Policy chooses the operator of a type. A type without one of its own takes Default, or Replace when that is nil.
type Policy struct {
	Default Operator
	ByType  map[Type]Operator
}

// Anonymise replaces each entity by its type in brackets.
func Anonymise(s string, entities []Entity) string { return Policy{}.Apply(s, entities) }

// Apply returns s with each entity passed through its operator. Entities must be ordered and disjoint, as Detect returns
// them; one that is not, or lies outside s, would corrupt the text and is skipped.
func (p Policy) Apply(s string, entities []Entity) string {
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

func (p Policy) operator(t Type) Operator {
	if op := p.ByType[t]; op != nil {
		return op
	}
	if p.Default != nil {
		return p.Default
	}
	return Replace
}

// ParseType returns the type of a name, in any case, or false when Detect knows none of that name.
func ParseType(name string) (Type, bool) {
	for _, a := range &aliases {
		if strings.EqualFold(name, string(a.Type)) {
			return a.Type, true
		}
	}
	return "", false
}
