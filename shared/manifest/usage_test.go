package manifest_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/customerai/customerai/shared/manifest"
)

func TestEveryPrincipalHasAKeyOfThePlanAndTheKeysAreEvenlyUsed(t *testing.T) {
	keys := manifest.UsageKeys("staging")
	used := map[string]int{}
	for i := range 8000 {
		key := manifest.UsageKey("staging", fmt.Sprintf("usr_%026d", i))
		if !slices.Contains(keys, key) || len(key) < 20 {
			t.Fatalf("%q is not a key of the plan, or too short for API Gateway", key)
		}
		used[key]++
	}
	for key, n := range used {
		if n < 700 || n > 1300 {
			t.Errorf("%s counts %d of 8,000 principals, want about 1,000", key, n)
		}
	}
	if other := manifest.UsageKeys("production"); slices.Contains(keys, other[0]) || len(used) != len(keys) {
		t.Errorf("%d keys are used, and production has %v; want %d, and others", len(used), other, len(keys))
	}
}
