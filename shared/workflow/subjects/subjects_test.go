package subjects_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/workflow/subjects"
)

const (
	day  = 24 * time.Hour
	kept = 30 * day
)

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
