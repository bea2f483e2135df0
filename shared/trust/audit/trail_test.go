package audit_test

import (
	"errors"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/trust/audit"
)

func TestARequestHasOneRecord(t *testing.T) {
	for name, c := range map[string]struct {
		commits     bool
		code        errs.Code
		wantOutcome string
	}{
		"a read":                              {false, "", "allowed"},
		"a scope that was refused":            {false, errs.Forbidden, "denied"},
		"nobody":                              {false, errs.Unauthorized, "denied"},
		"a failure":                           {false, errs.NotFound, "failed"},
		"an effect":                           {true, "", "allowed"},
		"an effect and then a failed request": {true, errs.Internal, "allowed"},
	} {
		log := newLog(newTable())
		ctx := log.Begin(t.Context(), "main", "cli_ann", "createBatch", "bat_1", "request-0001")
		if c.commits {
			if _, err := log.Commit(ctx, audit.Event{}, effect("a")); err != nil {
				t.Fatal(err)
			}
		}
		if got := log.Recorded(ctx); got != c.commits {
			t.Errorf("%s: got recorded %t before the end", name, got)
		}
		for range 2 { // the second has nothing to add
			if err := log.Record(ctx, c.code); err != nil {
				t.Fatal(err)
			}
		}
		got := chain(t, log, "main")
		if len(got) != 1 || got[0].Outcome != c.wantOutcome || got[0].Actor != pseudonym(t, "main", "cli_ann") ||
			got[0].Operation != "createBatch" || got[0].RequestID != "request-0001" || got[0].Target != pseudonym(t, "main", "bat_1") {
			t.Errorf("%s: got %+v, want one record, %s", name, got, c.wantOutcome)
		}
		if !log.Recorded(ctx) {
			t.Errorf("%s: it does not count as recorded", name)
		}
		if _, err := log.Commit(ctx, audit.Event{}, effect("b")); !errs.Is(err, errs.Internal) {
			t.Errorf("%s: a second effect: got %v, want an internal error", name, err)
		}
	}
}

func TestOutsideOfARequestNothingCountsAsRecorded(t *testing.T) {
	if newLog(newTable()).Recorded(t.Context()) {
		t.Error("a context without a request counts as recorded")
	}
}

// The answer to a commit is lost for good. Whatever the table did, the request ends with one record, and with the effect
// exactly when that record says so.
func TestACommitThatWasNotAnsweredIsSettledByTheRequestsRecord(t *testing.T) {
	for name, moment := range map[string]faults.Moment{"the write was made": faults.After, "the write was not made": faults.Before} {
		tb := newTable()
		broken := true
		injector := faults.New(func(call faults.Call) faults.Moment {
			if broken && call.Op == "Transact" {
				return moment
			}
			return faults.Never
		})
		// Reads are broken, too, from the first write on: nothing can be settled at once.
		reads := faults.New(func(call faults.Call) faults.Moment {
			if broken && call.Op == "Get" && injector.Calls() > 1 {
				return faults.Before
			}
			return faults.Never
		})
		log := newLog(reads.Table(injector.Table(tb)))
		ctx := log.Begin(t.Context(), "main", "cli_ann", "createBatch", "bat_1", "request-0001")
		if _, err := log.Commit(ctx, audit.Event{}, effect("a")); !errs.Is(err, errs.Unavailable) {
			t.Fatalf("%s: got %v, want unavailable", name, err)
		}
		if err := log.Record(ctx, errs.Unavailable); !errs.Is(err, errs.Unavailable) {
			t.Errorf("%s: a record that cannot be kept: got %v, want unavailable", name, err)
		}
		broken = false
		if err := log.Record(ctx, errs.Unavailable); err != nil {
			t.Fatal(err)
		}
		got := chain(t, log, "main")
		if want := map[bool]string{true: "allowed", false: "failed"}[there(t, tb, "a")]; len(got) != 1 || got[0].Outcome != want {
			t.Errorf("%s: got %+v, want one record, %s", name, got, want)
		}
		if there(t, tb, "a") != (moment == faults.After) {
			t.Errorf("%s: the effect is there: %t", name, there(t, tb, "a"))
		}
	}
}

func TestACommitAfterOneThatMayHaveHappenedIsRefusedWhenItHas(t *testing.T) {
	tb := newTable()
	broken := true
	injector := faults.New(func(call faults.Call) faults.Moment {
		if broken && call.N > 1 {
			return faults.After
		}
		return faults.Never
	})
	log := newLog(injector.Table(tb))
	ctx := log.Begin(t.Context(), "main", "cli_ann", "createBatch", "bat_1", "request-0001")
	if _, err := log.Commit(ctx, audit.Event{}, effect("a")); !errs.Is(err, errs.Unavailable) {
		t.Fatalf("got %v, want unavailable", err)
	}
	broken = false
	if _, err := log.Commit(ctx, audit.Event{}, effect("b")); !errs.Is(err, errs.Internal) || there(t, tb, "b") {
		t.Errorf("got %v, want an internal error and no second effect", err)
	}
	if err := log.Record(ctx, errs.Internal); err != nil || errors.Is(err, errs.New(errs.Internal, "")) {
		t.Error(err)
	}
	if got := chain(t, log, "main"); len(got) != 1 {
		t.Errorf("got %d records, want one", len(got))
	}
}
