package mutant

import (
	"errors"
	"strings"
	"testing"
)

func TestOnlyAFailedTestCatchesAMutant(t *testing.T) {
	exit := errors.New("exit status 1")
	for name, test := range map[string]struct {
		err    error
		output string
		want   string // in what is wrong; "" when nothing is
	}{
		"a suite that fails":                    {exit, "--- FAIL: TestX", ""},
		"a suite that passes":                   {nil, "ok", "got a pass"},
		"a process that ends without a verdict": {exit, "out of memory", "want a failed test"},
		"a panic":                               {exit, "--- FAIL: TestX\npanic: index out of range", "want a failed test"},
	} {
		t.Run(name, func(t *testing.T) {
			got := verdict(test.err, []byte(test.output))
			if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
				t.Errorf("verdict = %q, want %q in it", got, test.want)
			}
		})
	}
}
