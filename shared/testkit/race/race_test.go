package race

import (
	"testing"

	"github.com/customerai/customerai/shared/testkit/witness"
)

func TestASkipSaysWhatTheDetectorDoesAndOnlyUnderIt(t *testing.T) {
	want := ""
	if enabled {
		want = "the race detector slows this"
	}
	if seen := witness.Of(t, func(t testing.TB) { Skip(t, "slows this") }); seen.Skipped != want || len(seen.Failures) > 0 {
		t.Errorf("got the skip %q and the failures %q, want %q and none", seen.Skipped, seen.Failures, want)
	}
}

func TestASkipWithoutAReasonIsRefused(t *testing.T) {
	if seen := witness.Of(t, func(t testing.TB) { Skip(t, "") }); len(seen.Failures) == 0 {
		t.Error("got no failure")
	}
}
