package pii_test

import (
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/insight/pii"
)

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
	}
	if _, ok := pii.ParseType("CUSTOMER_ID"); ok {
		t.Error("ParseType(CUSTOMER_ID) = true, want false: an order or customer number is not personal by itself")
	}
}
