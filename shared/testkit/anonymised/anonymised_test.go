package anonymised_test

import (
	"fmt"
	"testing"

	"github.com/customerai/customerai/shared/testkit/anonymised"
)

// recorder is a test that fails without ending this one.
type recorder struct {
	testing.TB
	failures []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func TestWantTellsOfWhatIsLeftOtherwiseAlone(t *testing.T) {
	r := &recorder{}
	anonymised.Want(r, map[string]string{"mail jane@example.com": "mail [EMAIL_ADDRESS]", "nothing here": "nothing here"})
	if len(r.failures) > 0 {
		t.Errorf("failures = %q, want none", r.failures)
	}
	anonymised.Want(r, map[string]string{"mail jane@example.com": "mail jane@example.com"})
	if want := "anonymised \"mail jane@example.com\"\n got \"mail [EMAIL_ADDRESS]\"\nwant \"mail jane@example.com\""; len(r.failures) != 1 || r.failures[0] != want {
		t.Errorf("failures = %q, want %q", r.failures, want)
	}
}
