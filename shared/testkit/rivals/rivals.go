// Package rivals has several writers change the same thing at once, for the tests of what is kept in versions.
//
// Normal use: a write that every rival can make, but only the first may.
//
//	rivals.OneSucceeds(t, func() error {
//		_, err := service.Put(ctx, tenant, setting, 0)
//		return err
//	})
//
// It refuses any other error than a conflict from those that come too late.
package rivals

import (
	"sync"
	"testing"

	"github.com/customerai/customerai/shared/errs"
)

// count is how many write at once.
const count = 8

// OneSucceeds fails the test unless one of the rivals succeeds and the others are told of a conflict.
func OneSucceeds(t testing.TB, write func() error) {
	t.Helper()
	failures := make([]error, count)
	var all sync.WaitGroup
	for i := range failures {
		all.Go(func() { failures[i] = write() })
	}
	all.Wait()
	succeeded := 0
	for _, err := range failures {
		switch {
		case err == nil:
			succeeded++
		case !errs.Is(err, errs.Conflict):
			t.Errorf("a rival got %v, want a conflict", err)
		}
	}
	if succeeded != 1 {
		t.Errorf("%d rivals succeeded, want one", succeeded)
	}
}
