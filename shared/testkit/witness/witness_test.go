package witness_test

import (
	"slices"
	"testing"

	"github.com/customerai/customerai/shared/testkit/witness"
)

func TestWhatHappensToAPartOfATestIsSeen(t *testing.T) {
	for name, test := range map[string]struct {
		part    func(testing.TB)
		want    []string
		skipped string
	}{
		"nothing":           {func(t testing.TB) { t.Helper() }, nil, ""},
		"failures":          {func(t testing.TB) { t.Error("one"); t.Errorf("%d", 2) }, []string{"one", "2"}, ""},
		"the end":           {func(t testing.TB) { end := t.Fatal; end("one"); t.Error("two") }, []string{"one"}, ""},
		"the end, in words": {func(t testing.TB) { end := t.Fatalf; end("%d", 1); t.Error("two") }, []string{"1"}, ""},
		"a skip":            {func(t testing.TB) { t.Skip("not run"); t.Error("one") }, nil, "not run"},
		"an end in a defer": {func(t testing.TB) { defer t.Error("two"); t.Fatal("one") }, []string{"one", "two"}, ""},
	} {
		if got := witness.Of(t, test.part); !slices.Equal(got.Failures, test.want) || got.Skipped != test.skipped {
			t.Errorf("%s: got %+v, want %q and %q", name, got, test.want, test.skipped)
		}
	}
}

func TestAPanicIsTheTestsOwn(t *testing.T) {
	defer func() {
		if got := recover(); got != "boom" {
			t.Errorf("recovered %v, want boom", got)
		}
	}()
	witness.Of(t, func(testing.TB) { panic("boom") })
	t.Error("the panic was hidden")
}
