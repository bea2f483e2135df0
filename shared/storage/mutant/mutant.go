// Package mutant tests a conformance suite: each of many engines that are broken in one way must fail it.
//
// Normal use, in the suite's own tests:
//
//	func TestTheSuiteCatches(t *testing.T) {
//		mutant.Catch(t, map[string]func(*testing.T){
//			"an engine that forgets": func(t *testing.T) { tabletest.Run(t, openForgetful) },
//		})
//	}
//
// It refuses an engine that makes the suite crash: only a failed test names what is wrong.
package mutant

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// which names the mutant that a process runs; it is set for the processes that Catch starts.
const which = "STORAGE_MUTANT"

// Catch runs each mutant's suite in a process of its own, because a failure cannot be taken back, and wants it to fail.
func Catch(t *testing.T, mutants map[string]func(*testing.T)) {
	if suite, ok := mutants[os.Getenv(which)]; ok { //nolint:forbidigo // set by this package, for its own processes
		suite(t)
		return
	}
	self := "^" + t.Name() + "$"
	for name := range mutants {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			process := exec.CommandContext(t.Context(), os.Args[0], "-test.run="+self, "-test.failfast") //nolint:gosec // this test itself
			process.Env = append(os.Environ(), which+"="+name)                                           //nolint:forbidigo // as above
			output, err := process.CombinedOutput()
			if wrong := verdict(err, output); wrong != "" {
				t.Error(wrong)
			}
		})
	}
}

// verdict says what is wrong with how a mutant's process ended, or nothing.
func verdict(err error, output []byte) string {
	switch {
	case err == nil:
		return "got a pass, want the suite to fail"
	case !bytes.Contains(output, []byte("--- FAIL: ")) || bytes.Contains(output, []byte("panic:")):
		return fmt.Sprintf("got %v, want a failed test:\n%s", err, output)
	}
	return ""
}
