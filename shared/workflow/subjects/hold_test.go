package subjects_test

import (
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/workflow/subjects"
)

// TestAHoldThatWasPlacedIsLostToNoErasure asks for a hold at every step of an erasure that goes on, or fails there and is finished
// an hour later.
func TestAHoldThatWasPlacedIsLostToNoErasure(t *testing.T) {
	for _, fate := range []faults.Moment{faults.Never, faults.Before} {
		for at, reached := 1, true; reached; at++ {
			w := newWorld(t)
			w.mustKeep(talk("zoe", "c1"), "Maria")
			var placed error
			reached = w.eraseAnd(at, fate, func() { placed = w.hold("zoe") })
			w.now = w.now.Add(time.Hour)
			if _, err := w.FinishErasures(w.ctx, "main", 10); err != nil {
				t.Fatal(err)
			}
			if errs.Is(placed, errs.Conflict) { // whoever asked knows that there is no hold yet
				placed = w.hold("zoe")
			}
			if !reached {
				break
			}
			if placed != nil {
				t.Fatalf("a hold at step %d, with fate %d: %v", at, fate, placed)
			}
			w.wantHeld("zoe")
			page, err := w.Export(w.ctx, "main", "zoe", 10, "")
			if n := len(page.Items); err != nil || n == 0 || page.Items[n-1].Hold == nil || page.Items[n-1].Hold.Reference != "case 7" {
				t.Errorf("a hold at step %d, with fate %d: Export = %+v, %v, want the hold of case 7", at, fate, page.Items, err)
			}
		}
	}
}

// TestAHoldOutlivesAnErasureThatSomebodyElseHasFinished has the scheduled function finish an erasure at every step of it, and a hold
// follow at once.
func TestAHoldOutlivesAnErasureThatSomebodyElseHasFinished(t *testing.T) {
	for at, reached := 1, true; reached; at++ {
		w := newWorld(t)
		w.mustKeep(talk("zoe", "c1"), "Maria")
		var placed error
		reached = w.eraseAnd(at, faults.Never, func() {
			must(w.FinishErasures(w.ctx, "main", 10))
			placed = w.hold("zoe")
		})
		if placed != nil {
			t.Fatalf("a hold at step %d: %v", at, placed)
		}
		if reached {
			w.wantHeld("zoe")
		}
	}
}

func (w *world) hold(subject string) error {
	hold := subjects.Hold{Reason: "litigation", Reference: "case 7"}
	_, err := w.Hold(w.ctx, "main", subject, hold, event("holdSubject", subject))
	return err
}

// eraseAnd erases zoe, does something else before a step of it and then lets that step have its fate. It reports whether there was
// such a step.
func (w *world) eraseAnd(step int, fate faults.Moment, do func()) bool {
	erasure := faults.New(func(call faults.Call) faults.Moment {
		if call.N != step {
			return faults.Never
		}
		do()
		return fate
	})
	s := w.over(erasure.Table(w.table), erasure.Table(w.keys))
	_, _ = s.Erase(w.ctx, "main", "zoe", event("eraseSubject", "zoe"))
	w.Service = w.over(w.table, w.keys)
	return erasure.Calls() >= step
}

func (w *world) wantHeld(subject string) {
	w.t.Helper()
	if _, err := w.Erase(w.ctx, "main", subject, event("eraseSubject", subject)); !errs.Is(err, errs.Conflict) {
		w.t.Errorf("Erase = %v, want a conflict with the hold", err)
	}
}
