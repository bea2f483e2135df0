// Package race is for tests that the race detector distorts or makes too slow to be worth it: measurements of time and
// memory, statistics, trainings in one goroutine.
//
// Normal use, in such a test's first line:
//
//	race.Skip(t, "makes sync.Pool drop buffers")
//
// `make test` runs what skipped itself so once more without the detector, in the same run. It refuses a skip without a
// reason.
package race

import "testing"

// Skip skips the test when the race detector is on. The reason goes on from "the race detector …".
func Skip(t testing.TB, why string) {
	t.Helper()
	if why == "" {
		t.Fatal("a test without the race detector needs a reason")
	}
	if enabled {
		t.Skip("the race detector " + why)
	}
}
