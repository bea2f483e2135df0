package analysis

import (
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestANumberHasTheFewestDigitsThatTellItApart(t *testing.T) {
	check := func(t interface{ Fatalf(string, ...any) }, x float64) {
		if got, want := string(appendNumber(nil, x)), strconv.FormatFloat(x, 'f', -1, 64); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	}
	for n := range 200_000 {
		check(t, float64(n)/scoreScale)
	}
	for _, x := range []float64{math.Copysign(0, -1), -0.5, 1e-5, 1.00005, 1e15 + 0.5, 1 << 53, 1e17, 1e300, math.SmallestNonzeroFloat64} {
		check(t, x)
	}
	rapid.Check(t, func(t *rapid.T) { check(t, rapid.Float64().Draw(t, "x")) })
}

func TestAWholeNumberIsWrittenAsItIs(t *testing.T) {
	for _, n := range []int{0, 9, 10, 99, 100, 999, 1000, 1 << 40, math.MaxInt, -1, -1000, math.MinInt} {
		if got, want := string(appendInt(nil, n)), strconv.Itoa(n); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
