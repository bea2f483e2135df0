package handler

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/operators"
	"github.com/customerai/customerai/shared/trust/auth"
)

// operator is what a client asks to be done to a kind. Fields of other operators than the one named are refused.
type operator struct {
	Type          kind    `json:"type"`
	Name          string  `json:"operator" enum:"replace,mask,redact,hash,pseudonymise,keep"`
	With          *string `json:"with,omitempty" maxLength:"200" doc:"replace: the text to put there; absent: the kind in brackets"`
	MaskCharacter *string `json:"maskCharacter,omitempty" maxLength:"4" doc:"mask: one character; absent: *"`
	LeaveFirst    *int    `json:"leaveFirst,omitempty" minimum:"0" maximum:"1000" doc:"mask: characters to leave at the beginning; absent: 0"`
	LeaveLast     *int    `json:"leaveLast,omitempty" minimum:"0" maximum:"1000" doc:"mask: characters to leave at the end; absent: 0"`
	Algorithm     *string `json:"algorithm,omitempty" enum:"sha256,sha512" doc:"hash: absent: sha256"`
	Salt          *string `json:"salt,omitempty" minLength:"16" maxLength:"256" doc:"hash: equal values have equal digests under one salt; absent: drawn anew for each request"`
	Across        *bool   `json:"across,omitempty" doc:"pseudonymise: the same name for a value in all conversations, made with the tenant's key; absent: numbers, one conversation at a time"`
}

// plan is what a request wants done, kind by kind.
type plan struct {
	fixed     operators.Policy
	numbered  []pii.Type // kinds that get the conversation's pseudonyms
	keyed     []pii.Type // kinds that get the same pseudonym everywhere
	otherwise string     // what the default is: numbered, keyed or ""
	name      func(t pii.Type, value string) string
	failed    *error
}

func (p plan) failure() error { return *p.failed }

// policy puts the pseudonyms of a conversation to work.
func (p plan) policy(pseudonyms *operators.Pseudonyms) operators.Policy {
	policy := operators.Policy{Default: p.fixed.Default, ByType: maps.Clone(p.fixed.ByType)}
	numbered := pseudonyms.Operator
	keyed := func(b []byte, value string, t pii.Type) []byte {
		pseudonyms.Name = p.name
		defer func() { pseudonyms.Name = nil }()
		return pseudonyms.Operator(b, value, t)
	}
	for _, t := range p.numbered {
		policy.ByType[t] = numbered
	}
	for _, t := range p.keyed {
		policy.ByType[t] = keyed
	}
	switch p.otherwise {
	case "numbered":
		policy.Default = numbered
	case "keyed":
		policy.Default = keyed
	}
	return policy
}

// plan reads what a client asks for, or reports every problem with it.
func (h handler) plan(ctx context.Context, asked []operator) (plan, error) {
	p := plan{fixed: operators.Policy{ByType: map[pii.Type]operators.Operator{}}, failed: new(error)}
	p.name = h.keyedName(ctx, p.failed)
	var problems []errs.Field
	first := map[pii.Type]int{}
	for i, o := range asked {
		path := fmt.Sprintf("operators[%d]", i)
		kinds := named()[o.Type]
		for _, kind := range append(kinds[:len(kinds):len(kinds)], pii.Type(o.Type)) {
			if earlier, repeated := first[kind]; repeated && earlier != i {
				problems = append(problems, errs.Field{Path: path + ".type", Message: fmt.Sprintf("has an operator already, operators[%d]", earlier)})
				break
			}
			first[kind] = i
		}
		fixed, bad := h.fixed(path, o)
		problems = append(problems, bad...)
		across := valueOr(o.Across, false)
		switch pseudonymise := o.Name == "pseudonymise"; {
		case o.Type == defaultKind && pseudonymise:
			p.otherwise = map[bool]string{false: "numbered", true: "keyed"}[across]
		case o.Type == defaultKind:
			p.fixed.Default = fixed
		case pseudonymise && across:
			p.keyed = append(p.keyed, kinds...)
		case pseudonymise:
			p.numbered = append(p.numbered, kinds...)
		default:
			for _, kind := range kinds {
				p.fixed.ByType[kind] = fixed
			}
		}
	}
	if len(problems) > 0 {
		return p, errs.InvalidFields(problems...)
	}
	return p, nil
}

// keyedBytes is how much of a keyed pseudonym is used: 80 bits, so that two values of a tenant practically never share one.
const keyedBytes = 16

// keyedName names values by the tenant's key. Nobody without the key can tell a value from its name, or try values out.
func (h handler) keyedName(ctx context.Context, failed *error) func(pii.Type, string) string {
	owner := auth.TenantFrom(ctx)
	return func(t pii.Type, value string) string {
		names, err := h.subjects.Vault.Pseudonyms(ctx, "value", owner, string(t), value)
		if err != nil {
			*failed = cmp.Or(*failed, err)
			return ""
		}
		return names[0][:keyedBytes]
	}
}

// fixed makes the operators that need nothing but what is asked for.
func (h handler) fixed(path string, o operator) (made operators.Operator, problems []errs.Field) {
	for field, owner := range map[string]struct {
		of  string
		set bool
	}{
		"with": {"replace", o.With != nil}, "maskCharacter": {"mask", o.MaskCharacter != nil}, "leaveFirst": {"mask", o.LeaveFirst != nil},
		"leaveLast": {"mask", o.LeaveLast != nil}, "algorithm": {"hash", o.Algorithm != nil}, "salt": {"hash", o.Salt != nil},
		"across": {"pseudonymise", o.Across != nil},
	} {
		if owner.set && owner.of != o.Name {
			problems = append(problems, errs.Field{Path: path + "." + field, Message: "goes with the operator " + owner.of})
		}
	}
	slices.SortFunc(problems, func(a, b errs.Field) int { return compare(a.Path, b.Path) })
	switch o.Name {
	case "replace":
		if o.With != nil {
			return operators.ReplaceWith(*o.With), problems
		}
		return operators.Replace, problems
	case "redact":
		return operators.Redact, problems
	case "keep":
		return operators.Keep, problems
	case "mask":
		character := valueOr(o.MaskCharacter, "*")
		if utf8.RuneCountInString(character) != 1 {
			return nil, append(problems, errs.Field{Path: path + ".maskCharacter", Message: "must be one character"})
		}
		r, _ := utf8.DecodeRuneInString(character)
		mask, err := operators.Mask(r, valueOr(o.LeaveFirst, 0), valueOr(o.LeaveLast, 0))
		if err != nil {
			problems = append(problems, errs.Field{Path: path + ".maskCharacter", Message: "is not a character to mask with"})
		}
		return mask, problems
	case "hash":
		salt := valueOr(o.Salt, "")
		if o.Salt == nil {
			salt = h.newID()
		}
		hash, err := operators.Hash(operators.Algorithm(valueOr(o.Algorithm, string(operators.SHA256))), []byte(salt))
		if err != nil {
			problems = append(problems, errs.Field{Path: path + ".salt", Message: "has too few bytes"})
		}
		return hash, problems
	}
	return nil, problems
}

func valueOr[T any](value *T, fallback T) T {
	if value == nil {
		return fallback
	}
	return *value
}

func compare(a, b string) int { return strings.Compare(a, b) }

func firstOf(list ...error) error { return cmp.Or(list...) }
