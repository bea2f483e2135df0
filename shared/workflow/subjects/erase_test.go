package subjects_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/workflow/subjects"
)

func TestForeignMissingAndErasedPeopleAreToldApartByNobody(t *testing.T) {
	w := newWorld(t)
	w.mustKeep(subjects.Conversation{Tenant: "other", SubjectID: "foreign", ID: "c1"}, "Maria")
	w.mustKeep(talk("erased", "c1"), "Maria")
	w.mustErase("erased")
	w.mustKeep(talk("there", "c1"), "Maria")
	var texts []string
	for _, c := range []subjects.Conversation{talk("foreign", "c1"), talk("missing", "c1"), talk("erased", "c1"), talk("there", "c2")} {
		_, err := w.restore(c, "<PERSON_1>")
		texts = append(texts, fmt.Sprint(err))
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("Restore of %s = %v, want not found", c.SubjectID, err)
		}
		if c.SubjectID != "there" {
			_, err = w.Export(w.ctx, "main", c.SubjectID, 10, "")
			texts = append(texts, fmt.Sprint(err))
		}
		erasure := w.mustErase(c.SubjectID)
		if !strings.HasPrefix(erasure.ID, "era_") || erasure.AuditIndex == 0 || erasure.AuditHash == "" || !erasure.At.Equal(w.now) ||
			erasure.UploadsUntil.Before(w.now.Add(32*day)) || erasure.UploadsUntil.After(w.now.Add(33*day)) {
			t.Errorf("Erase of %s = %+v, want a whole receipt", c.SubjectID, erasure)
		}
	}
	if len(slices.Compact(texts)) != 1 {
		t.Errorf("errors = %q, want one text", texts)
	}
	if got, err := w.restore(subjects.Conversation{Tenant: "other", SubjectID: "foreign", ID: "c1"}, "<PERSON_1>"); got != "Maria" {
		t.Errorf("the other tenant's person = %q, %v, want untouched", got, err)
	}
}

func TestAnErasedPersonWhoComesBackBeginsAnew(t *testing.T) {
	w := newWorld(t)
	w.mustKeep(talk("zoe", "c1"), "Maria", "Ali")
	w.mustErase("zoe")
	if left := w.items("main#subject#" + w.name("zoe").Name); len(left) != 0 {
		t.Errorf("%d items are left, want none", len(left))
	}
	if got := w.mustKeep(talk("zoe", "c1"), "Ali"); !slices.Equal(got, []string{"<PERSON_1>"}) {
		t.Errorf("pseudonyms = %v, want them to begin anew", got)
	}
	if got := must(w.restore(talk("zoe", "c1"), "<PERSON_1> <PERSON_2>")); got != "Ali <PERSON_2>" {
		t.Errorf("Restore = %q, want nothing of before", got)
	}
}

func TestAHoldStopsErasureUntilItIsReleased(t *testing.T) {
	w := newWorld(t)
	w.mustKeep(talk("zoe", "c1"), "Maria")
	hold := must(w.Hold(w.ctx, "main", "zoe", subjects.Hold{Reason: "litigation", Reference: "case 7"}, event("holdSubject", "zoe")))
	if !hold.Since.Equal(w.now) {
		t.Errorf("Since = %v, want %v", hold.Since, w.now)
	}
	w.now = w.now.Add(day)
	if again := must(w.Hold(w.ctx, "main", "zoe", subjects.Hold{Reason: "regulator", Reference: "file 9"}, event("holdSubject", "zoe"))); !again.Since.Equal(hold.Since) {
		t.Errorf("Since of a changed hold = %v, want the first, %v", again.Since, hold.Since)
	}
	if _, err := w.Erase(w.ctx, "main", "zoe", event("eraseSubject", "zoe")); !errs.Is(err, errs.Conflict) {
		t.Errorf("Erase under a hold = %v, want a conflict", err)
	}
	if got := must(w.restore(talk("zoe", "c1"), "<PERSON_1>")); got != "Maria" {
		t.Errorf("Restore = %q, want the original", got)
	}
	if err := w.Release(w.ctx, "main", "zoe", event("releaseSubject", "zoe")); err != nil {
		t.Fatal(err)
	}
	w.mustErase("zoe")
}

func TestAHoldThatComesWhileAnErasureIsAtWorkWins(t *testing.T) {
	w := newWorld(t)
	w.mustKeep(talk("zoe", "c1"), "Maria")
	w.Audit = interloper{w.Audit, func() {
		must(w.over(w.table, w.keys).Hold(w.ctx, "main", "zoe", subjects.Hold{Reason: "litigation"}, event("holdSubject", "zoe")))
	}}
	if _, err := w.Erase(w.ctx, "main", "zoe", event("eraseSubject", "zoe")); !errs.Is(err, errs.Conflict) {
		t.Errorf("Erase = %v, want a conflict", err)
	}
	if got := must(w.restore(talk("zoe", "c1"), "<PERSON_1>")); got != "Maria" {
		t.Errorf("Restore = %q, want the original", got)
	}
}

// interloper does something before every commit.
type interloper struct {
	subjects.Recorder
	do func()
}

func (i interloper) Commit(ctx context.Context, e audit.Event, effects ...table.Write) (audit.Receipt, error) {
	i.do()
	return i.Recorder.Commit(ctx, e, effects...)
}

// TestAnErasureIsFinishedAfterACrashAtEveryStep kills the process at every call to a store, and lets either a second request
// or the scheduled function finish, while the person comes back in between or not.
func TestAnErasureIsFinishedAfterACrashAtEveryStep(t *testing.T) {
	for _, moment := range []faults.Moment{faults.Before, faults.After} {
		for kill := 1; ; kill++ {
			w := newWorld(t)
			w.mustKeep(talk("zoe", "c1"), "Maria")
			w.mustKeep(talk("zoe", "c2"), "Ali")
			injector := faults.New(faults.Kill(kill, moment))
			_, err := w.over(injector.Table(w.table), injector.Table(w.keys)).Erase(w.ctx, "main", "zoe", event("eraseSubject", "zoe"))
			w.Service = w.over(w.table, w.keys)
			if err == nil && injector.Calls() >= kill {
				t.Fatalf("killed at %d and no error", kill)
			}
			if begun := len(w.items("main#erasures")) > 0; begun {
				w.now = w.now.Add(time.Hour)
				var back bool
				if key, _ := w.Vault.Current(w.ctx, w.name("zoe")); key == "" {
					back = true
					w.mustKeep(talk("zoe", "c1"), "Back")
				}
				if n, err := w.FinishErasures(w.ctx, "main", 10); err != nil || n != 1 {
					t.Fatalf("killed at %d: FinishErasures = %d, %v, want one", kill, n, err)
				}
				got, err := w.restore(talk("zoe", "c1"), "<PERSON_1>")
				if back && (err != nil || got != "Back") || !back && !errs.Is(err, errs.NotFound) {
					t.Fatalf("killed at %d: Restore = %q, %v, want what was kept since (%v)", kill, got, err, back)
				}
			} else {
				w.mustErase("zoe")
				if _, err := w.restore(talk("zoe", "c1"), "<PERSON_1>"); !errs.Is(err, errs.NotFound) {
					t.Fatalf("killed at %d: Restore = %v, want not found", kill, err)
				}
			}
			if len(w.items("main#erasures")) != 0 {
				t.Fatalf("killed at %d: an erasure is pending still", kill)
			}
			if _, err := w.restore(talk("zoe", "c2"), "<PERSON_1>"); !errs.Is(err, errs.NotFound) {
				t.Fatalf("killed at %d: Restore = %v, want not found", kill, err)
			}
			if injector.Calls() < kill {
				break
			}
		}
	}
}

// TestALaterErasureIsFinishedThoughAnEarlierOneEnds lets a person come back and ask again at every step of a first erasure, and
// kills the second one at every call to a store.
func TestALaterErasureIsFinishedThoughAnEarlierOneEnds(t *testing.T) {
	for at, steps := 1, 1; at <= steps; at++ {
		for kill, died := 1, true; died; kill++ {
			w := newWorld(t)
			w.mustKeep(talk("zoe", "c1"), "Maria")
			between := func() {
				w.mustKeep(talk("zoe", "c1"), "Back")
				again := faults.New(faults.Kill(kill, faults.After))
				_, _ = w.over(again.Table(w.table), again.Table(w.keys)).Erase(w.ctx, "main", "zoe", event("eraseSubject", "zoe"))
				died = again.Calls() >= kill
			}
			first := faults.New(func(call faults.Call) faults.Moment {
				if call.N == at {
					between()
				}
				return faults.Never
			})
			s := w.over(first.Table(w.table), first.Table(w.keys))
			if _, err := s.Erase(w.ctx, "main", "zoe", event("eraseSubject", "zoe")); err != nil {
				t.Fatalf("the first, with the second at %d: %v", at, err)
			}
			steps = first.Calls()
			w.Service = w.over(w.table, w.keys)
			if _, err := w.FinishErasures(w.ctx, "main", 10); err != nil {
				t.Fatal(err)
			}
			if w.records("main") == 4 { // two of what was kept, two of erasures
				if _, err := w.restore(talk("zoe", "c1"), "<PERSON_1>"); !errs.Is(err, errs.NotFound) {
					t.Fatalf("the second at %d, killed at %d: Restore = %v, want not found: its record says so", at, kill, err)
				}
			}
		}
	}
}

func TestWhatAnErasureIsTooLateForIsEmptyAndNoError(t *testing.T) {
	w := newWorld(t)
	w.Audit = interloper{w.Audit, func() {
		s := w.over(w.table, w.keys)
		must(s.Erase(w.ctx, "main", "zoe", event("eraseSubject", "zoe")))
	}}
	w.mustKeep(talk("zoe", "c1"), "Maria") // sealed under a key that is gone by the time it is written
	w.Service = w.over(w.table, w.keys)
	if _, err := w.restore(talk("zoe", "c1"), "<PERSON_1>"); !errs.Is(err, errs.NotFound) {
		t.Errorf("Restore = %v, want not found", err)
	}
	if got := w.mustKeep(talk("zoe", "c1"), "Ali"); !slices.Equal(got, []string{"<PERSON_1>"}) {
		t.Errorf("pseudonyms = %v, want them to begin anew", got)
	}
	if got := must(w.restore(talk("zoe", "c1"), "<PERSON_1>")); got != "Ali" {
		t.Errorf("Restore = %q, want Ali", got)
	}
}
