package anonymised_test

import (
	"testing"

	"github.com/customerai/customerai/shared/testkit/anonymised"
	"github.com/customerai/customerai/shared/testkit/witness"
)

func TestWantTellsOfWhatIsLeftOtherwiseAlone(t *testing.T) {
	want := func(messages map[string]string) []string {
		return witness.Of(t, func(t testing.TB) { anonymised.Want(t, messages) }).Failures
	}
	if got := want(map[string]string{"mail jane@example.com": "mail [EMAIL_ADDRESS]", "nothing here": "nothing here"}); len(got) > 0 {
		t.Errorf("failures = %q, want none", got)
	}
	const told = "anonymised \"mail jane@example.com\"\n got \"mail [EMAIL_ADDRESS]\"\nwant \"mail jane@example.com\""
	if got := want(map[string]string{"mail jane@example.com": "mail jane@example.com"}); len(got) != 1 || got[0] != told {
		t.Errorf("failures = %q, want %q", got, told)
	}
}
