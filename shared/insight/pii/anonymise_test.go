package pii_test

import (
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/insight/pii"
)

const mail = "Ask Zoë at zoe@example.com or 4111111111111111."

var mailEntities = []pii.Entity{
	{Type: pii.Person, Begin: 4, End: 8, Score: 0.5},
	{Type: pii.EmailAddress, Begin: 12, End: 27, Score: 1},
	{Type: pii.CreditCard, Begin: 31, End: 47, Score: 1},
}

func mustMask(t *testing.T, mask rune, keep int) pii.Operator {
	t.Helper()
	operator, err := pii.Mask(mask, keep)
	if err != nil {
		t.Fatal(err)
	}
	return operator
}

func TestApply(t *testing.T) {
	for name, test := range map[string]struct {
		policy pii.Policy
		want   string
	}{
		"a type in brackets by default":   {pii.Policy{}, "Ask [PERSON] at [EMAIL_ADDRESS] or [CREDIT_CARD]."},
		"removed":                         {pii.Policy{Default: pii.Redact}, "Ask  at  or ."},
		"covered, character by character": {pii.Policy{Default: mustMask(t, '•', 0)}, "Ask ••• at ••••••••••••••• or ••••••••••••••••."},
		"covered but for the last four":   {pii.Policy{Default: mustMask(t, '*', 4)}, "Ask Zoë at ***********.com or ************1111."},
		"each type by an operator its own": {
			pii.Policy{Default: pii.Keep, ByType: map[pii.Type]pii.Operator{pii.CreditCard: mustMask(t, '*', 4), pii.Person: pii.Replace}},
			"Ask [PERSON] at zoe@example.com or ************1111.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.policy.Apply(mail, mailEntities); got != test.want {
				t.Errorf("Apply = %q, want %q", got, test.want)
			}
		})
	}
}

func TestMaskRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		mask rune
		keep int
	}{
		"a negative number to keep":        {'*', -1},
		"a mask that is no character":      {-1, 0},
		"the mark of an invalid character": {'\uFFFD', 0},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := pii.Mask(test.mask, test.keep); err == nil {
				t.Error("Mask = no error, want one")
			}
		})
	}
}

func TestApplySkipsEntitiesThatWouldCorruptTheText(t *testing.T) {
	for name, entities := range map[string][]pii.Entity{
		"behind the end": {{Type: pii.Person, Begin: 4, End: 1000}},
		"empty":          {{Type: pii.Person, Begin: 4, End: 4}},
		"backwards":      {{Type: pii.Person, Begin: 8, End: 4}},
		"negative":       {{Type: pii.Person, Begin: -1, End: 4}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := pii.Anonymise(mail, entities); got != mail {
				t.Errorf("Anonymise = %q, want the text as it is", got)
			}
		})
	}
	overlapping := []pii.Entity{mailEntities[0], {Type: pii.Location, Begin: 6, End: 10}}
	if got, want := pii.Anonymise(mail, overlapping), strings.Replace(mail, "Zoë", "[PERSON]", 1); got != want {
		t.Errorf("Anonymise = %q, want %q", got, want)
	}
}

func TestTypesHaveOneName(t *testing.T) {
	seen := map[pii.Type]bool{}
	for _, alias := range pii.Aliases() {
		if seen[alias.Type] {
			t.Errorf("%s is listed twice", alias.Type)
		}
		seen[alias.Type] = true
		if got, ok := pii.ParseType(strings.ToLower(string(alias.Type))); !ok || got != alias.Type {
			t.Errorf("ParseType(%s in lower case) = %q, %v, want it", alias.Type, got, ok)
		}
		if alias.Comprehend == "" && alias.Bedrock == "" && alias.Type != pii.Aadhaar {
			t.Errorf("%s has no other name", alias.Type)
		}
	}
	if _, ok := pii.ParseType("CUSTOMER_ID"); ok {
		t.Error("ParseType(CUSTOMER_ID) = true, want false: an order or customer number is not personal by itself")
	}
}
