package rivals_test

import (
	"errors"
	"sync/atomic"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/testkit/rivals"
	"github.com/customerai/customerai/shared/testkit/witness"
)

func TestOneMustSucceedAndTheOthersMustHearOfAConflict(t *testing.T) {
	conflict := errs.New(errs.Conflict, "somebody was faster")
	for name, test := range map[string]struct {
		write func(n int64) error // the nth to come, from 1
		want  int                 // failures
	}{
		"one is first":                  {func(n int64) error { return unless(n == 1, conflict) }, 0},
		"nobody is":                     {func(int64) error { return conflict }, 1},
		"two are":                       {func(n int64) error { return unless(n <= 2, conflict) }, 1},
		"another error than a conflict": {func(n int64) error { return unless(n == 1, errors.New("broken")) }, 7},
	} {
		var came atomic.Int64
		seen := witness.Of(t, func(t testing.TB) { rivals.OneSucceeds(t, func() error { return test.write(came.Add(1)) }) })
		if len(seen.Failures) != test.want {
			t.Errorf("%s: failures = %q, want %d", name, seen.Failures, test.want)
		}
	}
}

func unless(ok bool, err error) error {
	if ok {
		return nil
	}
	return err
}
