// Package witness tells what a helper of tests does to a test, without its doing it to the test that asks.
//
// Normal use, in the helper's own test:
//
//	seen := witness.Of(t, func(t testing.TB) { linear.Check(t, "steps", 300, quadratic) })
//	if len(seen.Failures) == 0 { … }
//
// Fatal and Skip end the part that is watched and no more. It refuses to hide a panic.
package witness

import (
	"fmt"
	"runtime"
	"testing"
)

// Witness is what became of a part of a test.
type Witness struct {
	Failures []string // in their order, each as it would have been printed
	Skipped  string   // the reason, "" when it was not skipped
}

// Of runs a part of a test and returns what it told its own test.
func Of(t testing.TB, part func(testing.TB)) Witness {
	t.Helper()
	w := &watched{TB: t}
	done := make(chan any)
	go func() {
		defer func() { done <- recover() }() // Goexit comes here, too
		part(w)
	}()
	if value := <-done; value != nil {
		panic(value)
	}
	return w.seen
}

type watched struct {
	testing.TB
	seen Witness
}

func (*watched) Helper() {}

func (w *watched) Error(args ...any)                 { w.seen.Failures = append(w.seen.Failures, fmt.Sprint(args...)) }
func (w *watched) Errorf(format string, args ...any) { w.Error(fmt.Sprintf(format, args...)) }

func (w *watched) Fatal(args ...any) {
	w.Error(args...)
	runtime.Goexit()
}

func (w *watched) Fatalf(format string, args ...any) { w.Fatal(fmt.Sprintf(format, args...)) }

func (w *watched) Skip(args ...any) {
	w.seen.Skipped = fmt.Sprint(args...)
	runtime.Goexit()
}
