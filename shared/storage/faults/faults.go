// Package faults breaks storage on purpose: it numbers the calls that a program makes to its table, bucket and queue,
// and fails the ones that a test chooses.
//
// Normal use: kill the program at every step, restart it on the same stores, and compare.
//
//	for n := 1; ; n++ {
//		injector := faults.New(faults.Kill(n, faults.After))
//		run(injector.Table(t), injector.Bucket(b), injector.Queue(q)) // meets errs.Unavailable at call n and ever after
//		run(t, b, q)                                                  // the restart
//		…
//		if injector.Calls() < n {
//			break // it was never killed: every step has been
//		}
//	}
//
// A fault After is an unknown outcome: the store did what was asked and the caller is told that it did not answer.
//
// It refuses to be part of a product binary: tests and simulation only.
package faults

import (
	"errors"
	"sync"

	"github.com/customerai/customerai/shared/errs"
)

// ErrInjected is in the chain of every error that is made here.
var ErrInjected = errors.New("injected fault")

// Moment is when a call breaks.
type Moment int

// The three moments. Before leaves the store as it was; After lets it do its work and loses the answer.
const (
	Never Moment = iota
	Before
	After
)

// Call is one call to a store.
type Call struct {
	N     int    // from 1, over all stores of an Injector
	Store string // table, bucket or queue
	Op    string // the method's name
}

// Script decides when, if at all, a call breaks.
type Script func(Call) Moment

// Once breaks call n alone.
func Once(n int, moment Moment) Script {
	return func(call Call) Moment {
		if call.N == n {
			return moment
		}
		return Never
	}
}

// Kill breaks call n and, as a dead process would, every call after it.
func Kill(n int, moment Moment) Script {
	return func(call Call) Moment {
		switch {
		case call.N < n:
			return Never
		case call.N == n:
			return moment
		}
		return Before
	}
}

// Injector wraps stores and numbers the calls to them. It is safe for concurrent use. Make it with New.
type Injector struct {
	mu     sync.Mutex
	script Script
	calls  int
}

// New returns an injector that follows script, which is never called twice at once.
func New(script Script) *Injector { return &Injector{script: script} }

// Calls is how many calls were made so far.
func (i *Injector) Calls() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.calls
}

// call makes one call through the injector.
func (i *Injector) call(store, op string, do func() error) error {
	i.mu.Lock()
	i.calls++
	moment := i.script(Call{N: i.calls, Store: store, Op: op})
	i.mu.Unlock()
	if moment == Before {
		return errs.Wrap(errs.Unavailable, "the "+store+" did not answer", ErrInjected)
	}
	err := do()
	if moment == After {
		return errs.Wrap(errs.Unavailable, "the "+store+" did not answer", ErrInjected)
	}
	return err
}
