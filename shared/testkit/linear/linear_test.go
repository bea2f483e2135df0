package linear_test

import (
	"testing"

	"github.com/customerai/customerai/shared/testkit/linear"
)

// verdict is a test that notes whether it failed.
type verdict struct {
	testing.TB
	failed bool
}

func (v *verdict) Helper()               {}
func (v *verdict) Errorf(string, ...any) { v.failed = true }

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
			v := &verdict{TB: t}
			linear.Check(v, "steps", 300, test.work)
			if v.failed != test.want {
				t.Errorf("failed = %v, want %v", v.failed, test.want)
			}
		})
	}
}
