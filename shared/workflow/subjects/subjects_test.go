package subjects_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/operators"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/vault"
	"github.com/customerai/customerai/shared/workflow/subjects"
)

const (
	day  = 24 * time.Hour
	kept = 30 * day
)

type source struct{ set secrets.Set }

func (s source) Current(context.Context) (secrets.Set, error) { return s.set, nil }

// theSource is made once: a document's client costs a password hash.
var theSource = sync.OnceValue(func() source {
	document, _, err := secrets.Generate()
	if err != nil {
		panic(err)
	}
	set, _ := document.Open()
	return source{set}
})

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// world is a service over stores in memory, with a clock that a test moves.
type world struct {
	*subjects.Service
	t           *testing.T
	ctx         context.Context
	now         time.Time
	source      source
	table, keys *memtable.Table
	log         *audit.Log
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, ctx: t.Context(), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), source: theSource()}
	clock := func() time.Time { return w.now }
	w.table, w.keys = memtable.New(clock), memtable.New(clock)
	w.Service = w.over(w.table, w.keys)
	return w
}

// over returns the service on other ways to the stores.
func (w *world) over(t, keys table.Table) *subjects.Service {
	clock := func() time.Time { return w.now }
	w.log = audit.New(audit.Config{
		Table: t, Secrets: w.source, Now: clock, NewID: rand.Text, Sleep: func(context.Context, time.Duration) {},
	})
	return &subjects.Service{
		Table: t, Audit: w.log, Now: clock, NewID: rand.Text, Originals: kept,
		Vault: &vault.Vault{Keys: keys, Wrapper: vault.Keyset{Secrets: w.source}, Secrets: w.source, Random: rand.Reader, Now: clock},
	}
}

func event(operation, subject string) audit.Event {
	return audit.Event{Tenant: "main", Actor: "cli_1", Operation: operation, Target: subject, RequestID: "REQUESTREQUESTREQUEST"}
}

func talk(subject, id string) subjects.Conversation {
	return subjects.Conversation{Tenant: "main", SubjectID: subject, ID: id}
}

// keep gives names pseudonyms in a conversation and returns them.
func (w *world) keep(s *subjects.Service, c subjects.Conversation, names ...string) (given []string, err error) {
	e := event("anonymiseTexts", c.SubjectID)
	e.Tenant = c.Tenant
	err = s.Keep(w.ctx, c, e, func(p *operators.Pseudonyms) {
		given = nil
		for _, name := range names {
			given = append(given, string(p.Operator(nil, name, pii.Person)))
		}
	})
	return given, err
}

func (w *world) mustKeep(c subjects.Conversation, names ...string) []string {
	w.t.Helper()
	return must(w.keep(w.Service, c, names...))
}

func (w *world) restore(c subjects.Conversation, text string) (string, error) {
	e := event("restoreTexts", c.SubjectID)
	e.Tenant, e.Reason = c.Tenant, "support_case"
	texts, err := w.Restore(w.ctx, c, e, text)
	return strings.Join(texts, ""), err
}

func (w *world) mustErase(subject string) subjects.Erasure {
	w.t.Helper()
	return must(w.Erase(w.ctx, "main", subject, event("eraseSubject", subject)))
}

// records is how many records the tenant's chain has.
func (w *world) records(tenant string) uint64 {
	w.t.Helper()
	return must(w.log.Head(w.ctx, tenant)).Index
}

// items returns everything in a partition.
func (w *world) items(partition string) []table.Item {
	w.t.Helper()
	return must(table.All(w.ctx, w.table, table.Query{Partition: partition}))
}

func (w *world) name(subject string) vault.Subject {
	w.t.Helper()
	return must(w.Vault.Subjects(w.ctx, "main", subject))[0]
}

func TestAConversationKeepsItsPseudonyms(t *testing.T) {
	w := newWorld(t)
	if got := w.mustKeep(talk("zoe", "c1"), "John Smith", "Maria"); !slices.Equal(got, []string{"<PERSON_1>", "<PERSON_2>"}) {
		t.Errorf("pseudonyms = %v, want 1 and 2", got)
	}
	if got := w.mustKeep(talk("zoe", "c1"), "Ali", "MARIA"); !slices.Equal(got, []string{"<PERSON_3>", "<PERSON_2>"}) {
		t.Errorf("pseudonyms = %v, want the one of before for Maria", got)
	}
	if got := w.mustKeep(talk("zoe", "c2"), "Maria"); !slices.Equal(got, []string{"<PERSON_1>"}) {
		t.Errorf("pseudonyms = %v, want another conversation to begin anew", got)
	}
	got, err := w.restore(talk("zoe", "c1"), "<PERSON_2> met <PERSON_1>, <PERSON_3>, <PERSON_10> and <PERSON_1")
	if want := "Maria met John Smith, Ali, <PERSON_10> and <PERSON_1"; err != nil || got != want {
		t.Errorf("Restore = %q, %v, want %q", got, err, want)
	}
}

func TestEveryEffectAndEveryRestorationHasOneRecord(t *testing.T) {
	w := newWorld(t)
	for _, step := range []struct {
		name string
		do   func() error
		want uint64
	}{
		{"a new pseudonym", func() error { _, err := w.keep(w.Service, talk("zoe", "c1"), "Maria"); return err }, 1},
		{"nothing new", func() error { _, err := w.keep(w.Service, talk("zoe", "c1"), "Maria"); return err }, 0},
		{"a restoration", func() error { _, err := w.restore(talk("zoe", "c1"), "<PERSON_1>"); return err }, 1},
		{"a hold", func() error {
			_, err := w.Hold(w.ctx, "main", "zoe", subjects.Hold{Reason: "litigation"}, event("holdSubject", "zoe"))
			return err
		}, 1},
		{"a release", func() error { return w.Release(w.ctx, "main", "zoe", event("releaseSubject", "zoe")) }, 1},
		{"an erasure", func() error { _, err := w.Erase(w.ctx, "main", "zoe", event("eraseSubject", "zoe")); return err }, 1},
		{"an erasure of nothing", func() error { _, err := w.Erase(w.ctx, "main", "zoe", event("eraseSubject", "zoe")); return err }, 1},
	} {
		before := w.records("main")
		if err := step.do(); err != nil {
			t.Errorf("%s: %v", step.name, err)
		}
		if got := w.records("main") - before; got != step.want {
			t.Errorf("%s: %d records, want %d", step.name, got, step.want)
		}
	}
}

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
	first := w.mustErase("zoe")
	if left := w.items("main#subject#" + w.name("zoe").Name); len(left) != 0 {
		t.Errorf("%d items are left, want none", len(left))
	}
	if stone, err := w.Tombstone(w.ctx, w.name("zoe")); err != nil || stone != first {
		t.Errorf("Tombstone = %+v, %v, want the receipt", stone, err)
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

func TestTwoAtOnceAgreeOnPseudonyms(t *testing.T) {
	w := newWorld(t)
	others := 0
	s := *w.Service
	s.Audit = interloper{w.Audit, func() {
		if others++; others <= 3 {
			w.mustKeep(talk("zoe", "c1"), fmt.Sprint("Other ", others))
		}
	}}
	given, err := w.keep(&s, talk("zoe", "c1"), "Maria")
	if err != nil || !slices.Equal(given, []string{"<PERSON_4>"}) {
		t.Errorf("pseudonyms = %v, %v, want the one after the others'", given, err)
	}
	if got, want := must(w.restore(talk("zoe", "c1"), "<PERSON_4> <PERSON_1>")), "Maria Other 1"; got != want {
		t.Errorf("Restore = %q, want %q", got, want)
	}
	never := *w.Service
	n := 0
	never.Audit = interloper{w.Audit, func() { n++; w.mustKeep(talk("zoe", "c1"), fmt.Sprint("More ", n)) }}
	if _, err := w.keep(&never, talk("zoe", "c1"), "Ali"); !errs.Is(err, errs.Unavailable) {
		t.Errorf("Keep that never gets its turn = %v, want unavailable", err)
	}
}

func TestNoItemShowsAnIdOrAnOriginal(t *testing.T) {
	w := newWorld(t)
	w.mustKeep(talk("hunter2-subject", "hunter2-talk"), "hunter2")
	must(w.Hold(w.ctx, "main", "hunter2-subject", subjects.Hold{Reason: "litigation", Reference: "hunter2-case"}, event("holdSubject", "hunter2-subject")))
	name := w.name("hunter2-subject")
	seen := 0
	for _, partition := range []string{"main#subject#" + name.Name, "main#retention", "main#audit", "main#erasures"} {
		for _, item := range w.items(partition) {
			seen++
			if strings.Contains(item.Partition+item.Sort+string(item.Value), "hunter2") {
				t.Errorf("%s %s shows what it should not", item.Partition, item.Sort)
			}
		}
	}
	if seen < 5 {
		t.Errorf("%d items were looked at, want a conversation, a hold, a reminder, and the chain", seen)
	}
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

func TestWithoutTheRecordNothingHappens(t *testing.T) {
	w := newWorld(t)
	w.mustKeep(talk("zoe", "c1"), "Maria")
	w.Audit = refusing{}
	for name, err := range map[string]error{
		"Keep":    func() error { _, err := w.keep(w.Service, talk("zoe", "c1"), "Ali"); return err }(),
		"Restore": func() error { _, err := w.restore(talk("zoe", "c1"), "<PERSON_1>"); return err }(),
		"Erase":   func() error { _, err := w.Erase(w.ctx, "main", "zoe", event("eraseSubject", "zoe")); return err }(),
		"Hold": func() error {
			_, err := w.Hold(w.ctx, "main", "zoe", subjects.Hold{}, event("holdSubject", "zoe"))
			return err
		}(),
		"Release": w.Release(w.ctx, "main", "zoe", event("releaseSubject", "zoe")),
	} {
		if !errors.Is(err, errRefusing) {
			t.Errorf("%s = %v, want the recorder's error", name, err)
		}
	}
	w.Service = w.over(w.table, w.keys)
	if got := must(w.restore(talk("zoe", "c1"), "<PERSON_1> <PERSON_2>")); got != "Maria <PERSON_2>" {
		t.Errorf("Restore = %q, want everything as before", got)
	}
}

var errRefusing = errs.New(errs.Unavailable, "no record can be made")

type refusing struct{}

func (refusing) Commit(context.Context, audit.Event, ...table.Write) (audit.Receipt, error) {
	return audit.Receipt{}, errRefusing
}
