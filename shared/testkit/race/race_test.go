package race

import (
	"fmt"
	"testing"
)

// tester keeps what a test is told. Skip and Fatal do not end it, as those of a real one do.
type tester struct {
	testing.TB
	skipped, failed string
}

func (*tester) Helper()             {}
func (r *tester) Skip(args ...any)  { r.skipped = fmt.Sprint(args...) }
func (r *tester) Fatal(args ...any) { r.failed = fmt.Sprint(args...) }

func TestASkipSaysWhatTheDetectorDoesAndOnlyUnderIt(t *testing.T) {
	want := ""
	if enabled {
		want = "the race detector slows this"
	}
	var r tester
	if Skip(&r, "slows this"); r.skipped != want || r.failed != "" {
		t.Errorf("got the skip %q and the failure %q, want %q and none", r.skipped, r.failed, want)
	}
}

func TestASkipWithoutAReasonIsRefused(t *testing.T) {
	var r tester
	if Skip(&r, ""); r.failed == "" {
		t.Error("got no failure")
	}
}
