package subjects_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/workflow/subjects"
)

func TestOriginalsEndWithTheirTimeAndAHoldBeatsIt(t *testing.T) {
	w := newWorld(t)
	w.mustKeep(talk("zoe", "c1"), "Maria")
	w.mustKeep(talk("max", "c1"), "Ali")
	must(w.Hold(w.ctx, "main", "max", subjects.Hold{Reason: "litigation"}, event("holdSubject", "max")))
	w.now = w.now.Add(kept + day)

	if _, err := w.restore(talk("zoe", "c1"), "<PERSON_1>"); !errs.Is(err, errs.NotFound) {
		t.Errorf("Restore before the purge = %v, want not found: reads filter, too", err)
	}
	if page := must(w.Export(w.ctx, "main", "zoe", 10, "")); len(page.Items) != 0 {
		t.Errorf("Export = %+v, want nothing", page)
	}
	purged, more, err := w.PurgeDue(w.ctx, "main", 10)
	if want := (subjects.Purged{Removed: 1, Held: 1}); err != nil || more || purged != want {
		t.Errorf("PurgeDue = %+v, %v, %v, want %+v", purged, more, err, want)
	}
	if got := must(w.restore(talk("max", "c1"), "<PERSON_1>")); got != "Ali" {
		t.Errorf("Restore under a hold = %q, want the original", got)
	}
	if purged, _, _ := w.PurgeDue(w.ctx, "main", 10); purged != (subjects.Purged{}) {
		t.Errorf("PurgeDue again = %+v, want nothing until the next day", purged)
	}
	if err := w.Release(w.ctx, "main", "max", event("releaseSubject", "max")); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(day)
	if purged, _, _ := w.PurgeDue(w.ctx, "main", 10); purged != (subjects.Purged{Removed: 1}) {
		t.Errorf("PurgeDue after the release = %+v, want one removed", purged)
	}
	for _, partition := range []string{"main#retention", "main#subject#" + w.name("zoe").Name, "main#subject#" + w.name("max").Name} {
		if left := w.items(partition); len(left) != 0 {
			t.Errorf("%s has %d items, want none", partition, len(left))
		}
	}
}

func TestAConversationThatGoesOnIsKeptOn(t *testing.T) {
	w := newWorld(t)
	w.mustKeep(talk("zoe", "c1"), "Maria")
	w.now = w.now.Add(20 * day)
	w.mustKeep(talk("zoe", "c1"), "Ali")
	w.now = w.now.Add(20 * day)
	if purged, _, _ := w.PurgeDue(w.ctx, "main", 10); purged != (subjects.Purged{}) {
		t.Errorf("PurgeDue = %+v, want nothing", purged)
	}
	if got := must(w.restore(talk("zoe", "c1"), "<PERSON_1>")); got != "Maria" {
		t.Errorf("Restore = %q, want the original", got)
	}
	if n := len(w.items("main#retention")); n != 1 {
		t.Errorf("%d reminders, want one", n)
	}
}

func TestAPurgeIsBoundedAndGoesOnWhereItEnded(t *testing.T) {
	w := newWorld(t)
	for n := range 25 {
		w.mustKeep(talk(fmt.Sprint("person ", n), "c1"), "Maria")
	}
	w.now = w.now.Add(kept + day)
	var removed []int
	for more := true; more; {
		var purged subjects.Purged
		var err error
		if purged, more, err = w.PurgeDue(w.ctx, "main", 10); err != nil {
			t.Fatal(err)
		}
		removed = append(removed, purged.Removed)
	}
	if !slices.Equal(removed, []int{10, 10, 5}) {
		t.Errorf("removed %v, want 10, 10 and 5", removed)
	}
}

func TestAKeyWithNothingUnderItIsRetired(t *testing.T) {
	w := newWorld(t)
	w.mustKeep(talk("zoe", "c1"), "Maria")
	zoe := w.name("zoe")
	tend := func(want bool) {
		t.Helper()
		if _, retired, err := w.Tend(w.ctx, zoe); err != nil || retired != want {
			t.Errorf("Tend = %v, %v, want retired %v", retired, err, want)
		}
	}
	tend(false)
	w.now = w.now.Add(kept + day)
	must(0, func() error { _, _, err := w.PurgeDue(w.ctx, "main", 10); return err }())
	tend(false)
	w.now = w.now.Add(30 * time.Minute)
	tend(false)
	w.now = w.now.Add(30 * time.Minute)
	tend(true)
	if key := must(w.Vault.Current(w.ctx, zoe)); key != "" {
		t.Errorf("the key is %s, want none", key)
	}
}

func TestExportShowsEverythingThatIsHeldPageByPage(t *testing.T) {
	w := newWorld(t)
	for n := range 5 {
		w.mustKeep(talk("zoe", fmt.Sprint("talk ", n)), "Maria", fmt.Sprint("Friend ", n))
	}
	w.mustKeep(talk("max", "talk 0"), "Max")
	must(w.Hold(w.ctx, "main", "zoe", subjects.Hold{Reason: "litigation", Reference: "case 7"}, event("holdSubject", "zoe")))
	var found []string
	for cursor := ""; ; {
		page := must(w.Export(w.ctx, "main", "zoe", 2, cursor))
		if len(page.Items) > 2 {
			t.Fatalf("a page of %d, want at most 2", len(page.Items))
		}
		for _, item := range page.Items {
			switch {
			case item.Conversation != nil:
				c := item.Conversation
				found = append(found, c.ConversationID+": "+c.Originals[0].Pseudonym+" "+c.Originals[0].Value+", "+c.Originals[1].Value)
			case item.Hold != nil:
				found = append(found, item.Hold.Reason+" "+item.Hold.Reference)
			}
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	slices.Sort(found)
	want := []string{"litigation case 7"}
	for n := range 5 {
		want = append(want, fmt.Sprintf("talk %d: <PERSON_1> Maria, Friend %d", n, n))
	}
	if !slices.Equal(found, want) {
		t.Errorf("export = %q, want %q", found, want)
	}
	if _, err := w.Export(w.ctx, "main", "zoe", 2, "main#subject"); !errs.Is(err, errs.Invalid) {
		t.Errorf("Export with a cursor of its own = %v, want invalid", err)
	}
}

// TestWhatIsKeptAndItsRemindersAgree runs random histories, with calls that break, and then asks that everything kept is
// reminded of, so that nothing is kept forever, and that after the time of all nothing is left but what is held.
func TestWhatIsKeptAndItsRemindersAgree(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t)
		people := []string{"zoe", "max", "ali"}
		for step := range rapid.IntRange(1, 25).Draw(r, "steps") {
			s := w.Service
			if rapid.IntRange(0, 4).Draw(r, "breaks") == 0 {
				i := faults.New(faults.Once(rapid.IntRange(1, 20).Draw(r, "at"), rapid.SampledFrom([]faults.Moment{faults.Before, faults.After}).Draw(r, "moment")))
				s = w.over(i.Table(w.table), i.Table(w.keys))
			}
			who := rapid.SampledFrom(people).Draw(r, "who")
			var err error
			switch rapid.IntRange(0, 6).Draw(r, "what") {
			case 0, 1, 2:
				_, err = w.keep(s, talk(who, rapid.SampledFrom([]string{"c1", "c2"}).Draw(r, "talk")), fmt.Sprint("Person ", step))
			case 3:
				_, err = s.Erase(w.ctx, "main", who, event("eraseSubject", who))
			case 4:
				_, err = s.Hold(w.ctx, "main", who, subjects.Hold{Reason: "litigation"}, event("holdSubject", who))
			case 5:
				w.now = w.now.Add(time.Duration(rapid.IntRange(1, 40).Draw(r, "days")) * day)
			case 6:
				_, _, err = s.PurgeDue(w.ctx, "main", 3)
			}
			if err != nil && !errs.Is(err, errs.Unavailable) && !errs.Is(err, errs.Conflict) {
				r.Fatalf("step %d: %v", step, err)
			}
		}
		w.Service = w.over(w.table, w.keys)
		reminders := w.items("main#retention")
		for _, who := range people {
			for _, item := range w.items("main#subject#" + w.name(who).Name) {
				reminded := slices.ContainsFunc(reminders, func(i table.Item) bool { return strings.HasSuffix(i.Sort, w.name(who).Name+"#"+item.Sort) })
				if item.Sort != "hold" && !reminded {
					r.Fatalf("%s of %s has no reminder", item.Sort, who)
				}
			}
			if err := w.Release(w.ctx, "main", who, event("releaseSubject", who)); err != nil {
				r.Fatal(err)
			}
		}
		for range 50 {
			w.now = w.now.Add(day)
			must(w.FinishErasures(w.ctx, "main", 10))
			if _, _, err := w.PurgeDue(w.ctx, "main", 100); err != nil {
				r.Fatal(err)
			}
		}
		for _, who := range people {
			if left := w.items("main#subject#" + w.name(who).Name); len(left) != 0 {
				r.Fatalf("%d items of %s are left, want none", len(left), who)
			}
		}
		if left := w.items("main#retention"); len(left) != 0 {
			r.Fatalf("%d reminders are left, want none", len(left))
		}
	})
}
