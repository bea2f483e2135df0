package pii_test

import (
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
	}
	if seen["CUSTOMER_ID"] {
		t.Error("CUSTOMER_ID is a type, want none: an order or customer number is not personal by itself")
	}
}
