package errs_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/customerai/customerai/shared/errs"
)

func TestCodeOf(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want errs.Code
	}{
		"no error has no code":                {nil, ""},
		"a plain error is internal":           {errors.New("boom"), errs.Internal},
		"a coded error keeps its code":        {errs.New(errs.NotFound, "no such batch"), errs.NotFound},
		"wrapping with a step keeps the code": {fmt.Errorf("get batch: %w", errs.New(errs.Conflict, "version changed")), errs.Conflict},
		"the outermost code wins": {
			errs.Wrap(errs.Unavailable, "the table did not answer", errs.New(errs.NotFound, "gone")), errs.Unavailable,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := errs.CodeOf(test.err); got != test.want {
				t.Errorf("CodeOf = %q, want %q", got, test.want)
			}
		})
	}
}

func TestPublicShowsNoCause(t *testing.T) {
	secret := errors.New("password=hunter2")
	for name, test := range map[string]struct {
		err         error
		wantMessage string
	}{
		"the safe message of a coded error":        {errs.Wrap(errs.Unavailable, "try again", secret), "try again"},
		"a constant message for a plain error":     {secret, "something went wrong on our side"},
		"a constant message for an internal error": {errs.Wrap(errs.Internal, "hunter2", secret), "something went wrong on our side"},
	} {
		t.Run(name, func(t *testing.T) {
			got := errs.Public(fmt.Errorf("step: %w", test.err))
			if got.Message != test.wantMessage || got.Unwrap() != nil {
				t.Errorf("Public = %q with cause %v, want %q without one", got.Message, got.Unwrap(), test.wantMessage)
			}
		})
	}
}

func TestErrorTellsTheLogEverything(t *testing.T) {
	err := errs.Wrap(errs.Invalid, "not valid", errors.New("eof"))
	err.Fields = []errs.Field{{Path: "a", Message: "is required"}, {Path: "b[1]", Message: "is too long"}}
	want := "not valid: a: is required; b[1]: is too long: eof"
	if got := err.Error(); got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
}
