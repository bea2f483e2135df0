package linear_test

import (
	"testing"
	"time"

	"github.com/customerai/customerai/shared/testkit/linear"
	"github.com/customerai/customerai/shared/testkit/witness"
)

func TestTimeThatOtherProgramsTakeIsNotCounted(t *testing.T) {
	seen := witness.Of(t, func(t testing.TB) {
		linear.Check(t, "steps", 300, func(n int) {
			steps(200 * n)
			if n > 300 {
				time.Sleep(2 * time.Millisecond) // as if another program had the processor, whenever there is most to do
			}
		})
	})
	if len(seen.Failures) > 0 {
		t.Error("linear work that is held up was called quadratic")
	}
}
