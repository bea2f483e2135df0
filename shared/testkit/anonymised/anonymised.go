// Package anonymised says what detection as a whole leaves of messages, for the tests of its parts.
//
// Normal use, in the test of a recogniser: messages, and what is to be left of each.
//
//	anonymised.Want(t, map[string]string{"SSN 536-22-1234": "SSN [US_SSN]"})
//
// It refuses operators of its own: everything found is replaced by its type.
package anonymised

import (
	"testing"

	"github.com/customerai/customerai/shared/insight/pii/detect"
	"github.com/customerai/customerai/shared/insight/pii/operators"
	"github.com/customerai/customerai/shared/insight/text"
)

// Want fails the test for every message of which something else is left.
func Want(t testing.TB, left map[string]string) {
	t.Helper()
	for message, want := range left {
		var d text.Document
		d.Reset(message)
		if got := (operators.Policy{}).Apply(message, detect.Entities(&d, nil)); got != want {
			t.Errorf("anonymised %q\n got %q\nwant %q", message, got, want)
		}
	}
}
