package linear_test

import (
	"testing"

	"github.com/customerai/customerai/shared/testkit/linear"
	"github.com/customerai/customerai/shared/testkit/witness"
)

var sink int

func steps(n int) {
	for i := range n {
		sink ^= i
	}
}

func TestCheckTellsLinearWorkFromQuadraticWork(t *testing.T) {
	for name, test := range map[string]struct {
		work func(n int)
		want bool
	}{
		"linear":    {func(n int) { steps(200 * n) }, false},
		"quadratic": {func(n int) { steps(n * n) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			seen := witness.Of(t, func(t testing.TB) { linear.Check(t, "steps", 300, test.work) })
			if got := len(seen.Failures) > 0; got != test.want {
				t.Errorf("failed = %v, want %v", got, test.want)
			}
		})
	}
}
