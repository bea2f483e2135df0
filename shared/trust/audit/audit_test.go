package audit_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/audit/record"
)

func TestAnEffectAndItsRecordAreOneTransaction(t *testing.T) {
	tb := newTable()
	log := newLog(tb)
	receipt, err := log.Commit(t.Context(), event("bat_1"), effect("a"), effect("b"))
	if err != nil {
		t.Fatal(err)
	}
	if !there(t, tb, "a") || !there(t, tb, "b") {
		t.Error("an effect is missing")
	}
	got := chain(t, log, "main")
	want := record.Seal(record.Fields{
		Tenant: "main", Index: 1, Time: "2026-03-01T12:00:00.000Z", Actor: pseudonym(t, "main", "cli_ann"), Operation: "createBatch",
		Target: pseudonym(t, "main", "bat_1"), Outcome: "allowed", RequestID: "request-0001", Previous: record.Start,
	})
	if len(got) != 1 || got[0] != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if receipt != (audit.Receipt{Index: 1, Hash: want.Hash}) {
		t.Errorf("got the receipt %+v, want the record's", receipt)
	}
}

func TestARefusedEffectLeavesNothing(t *testing.T) {
	tb := newTable()
	log := newLog(tb)
	if _, err := log.Commit(t.Context(), event("bat_1"), effect("a")); err != nil {
		t.Fatal(err)
	}
	_, err := log.Commit(t.Context(), event("bat_1"), effect("b"), effect("a"))
	if !errs.Is(err, errs.Conflict) {
		t.Errorf("got %v, want a conflict", err)
	}
	if there(t, tb, "b") {
		t.Error("one of the effects was made")
	}
	if got := chain(t, log, "main"); len(got) != 1 {
		t.Errorf("got %d records, want the first alone", len(got))
	}
}

func TestAHeadThatOthersMoveIsNoConflict(t *testing.T) {
	tb := newTable()
	others := newLog(tb)
	log := newLog(moving{tb, func() {
		if _, err := others.Commit(t.Context(), event("theirs")); err != nil {
			t.Error(err)
		}
	}, new(int), 20})
	if _, err := log.Commit(t.Context(), event("ours"), effect("a")); err != nil {
		t.Fatal(err)
	}
	got := chain(t, log, "main")
	if len(got) != 21 || got[20].Target != pseudonym(t, "main", "ours") || !there(t, tb, "a") {
		t.Errorf("got %d records, want ours after 20 of theirs", len(got))
	}
}

func TestAHeadThatNeverRestsIsUnavailableAndLeavesNothing(t *testing.T) {
	tb := newTable()
	others := newLog(tb)
	log := newLog(moving{tb, func() { _, _ = others.Commit(t.Context(), event("theirs")) }, new(int), 1000})
	_, err := log.Commit(t.Context(), event("ours"), effect("a"))
	if !errs.Is(err, errs.Unavailable) || there(t, tb, "a") {
		t.Errorf("got %v, want unavailable and no effect", err)
	}
}

// moving is a table on which somebody else is faster, for the first transactions.
type moving struct {
	table.Table
	move  func()
	count *int
	times int
}

func (m moving) Transact(ctx context.Context, token string, writes []table.Write) error {
	if *m.count++; *m.count <= m.times {
		m.move()
	}
	return m.Table.Transact(ctx, token, writes)
}

func TestChainsOfTenantsAreApart(t *testing.T) {
	log := newLog(newTable())
	for _, tenant := range []string{"main", "other", "main"} {
		e := event("bat_1")
		e.Tenant = tenant
		if _, err := log.Commit(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	mine, theirs := chain(t, log, "main"), chain(t, log, "other")
	if len(mine) != 2 || len(theirs) != 1 {
		t.Fatalf("got %d and %d records, want 2 and 1", len(mine), len(theirs))
	}
	if mine[0].Actor == theirs[0].Actor || mine[0].Target == theirs[0].Target {
		t.Error("one id has the same pseudonym for two tenants")
	}
	if got, err := log.Tenants(t.Context()); err != nil || !slices.Equal(got, []string{"main", "other"}) {
		t.Errorf("got the tenants %q and %v, want both, once", got, err)
	}
}

func TestWhoHasTheKeyCanTellWhoARecordIsAbout(t *testing.T) {
	log := newLog(newTable())
	if _, err := log.Commit(t.Context(), event("bat_1")); err != nil {
		t.Fatal(err)
	}
	r := chain(t, log, "main")[0]
	for id, want := range map[string]bool{"cli_ann": true, "cli_bob": false, "bat_1": false} {
		got, err := log.Pseudonyms(t.Context(), "main", id)
		if err != nil || slices.Contains(got, r.Actor) != want {
			t.Errorf("%s: got %q and %v, want the record's actor among them: %t", id, got, err, want)
		}
	}
}

func TestAnEventThatIsNotWellFormedIsNamedAndNotKept(t *testing.T) {
	for name, c := range map[string]struct {
		breaks func(*audit.Event)
		want   string
	}{
		"no tenant":                  {func(e *audit.Event) { e.Tenant = "" }, "tenant"},
		"a tenant that is none":      {func(e *audit.Event) { e.Tenant = "hunter2#audit" }, "tenant"},
		"no operation":               {func(e *audit.Event) { e.Operation = "" }, "operation"},
		"an operation in words":      {func(e *audit.Event) { e.Operation = "hunter2 hunter2" }, "operation"},
		"an outcome of its own":      {func(e *audit.Event) { e.Outcome = "hunter2" }, "outcome"},
		"a success with a code":      {func(e *audit.Event) { e.Code = errs.NotFound }, "code"},
		"a failure without one":      {func(e *audit.Event) { e.Outcome = audit.Failed }, "code"},
		"a reason in free text":      {func(e *audit.Event) { e.Reason = "hunter2 asked for it" }, "reason"},
		"a request id in free text":  {func(e *audit.Event) { e.RequestID = "hunter2 hunter2" }, "requestId"},
		"several, all of them named": {func(e *audit.Event) { e.Tenant, e.Reason = "", "hunter2 !" }, "tenant, reason"},
	} {
		tb := newTable()
		log := newLog(tb)
		e := event("bat_1")
		c.breaks(&e)
		_, err := log.Commit(t.Context(), e, effect("a"))
		if err == nil || !strings.Contains(err.Error(), "form: "+c.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v, want it to name %s and no value", name, err, c.want)
		}
		if there(t, tb, "a") {
			t.Errorf("%s: the effect was made", name)
		}
	}
}

func TestWithoutTheKeyNothingIsDone(t *testing.T) {
	tb := newTable()
	c := config(tb)
	c.Secrets = secretstore.Fixed{Err: errs.New(errs.Unavailable, "no secrets")}
	_, err := audit.New(c).Commit(t.Context(), event("bat_1"), effect("a"))
	if !errs.Is(err, errs.Unavailable) || there(t, tb, "a") {
		t.Errorf("got %v, want unavailable and no effect", err)
	}
}

func TestNoIdIsKeptAsItIs(t *testing.T) {
	tb := newTable()
	log := newLog(tb)
	e := event("hunter2-target")
	e.Actor, e.Reason, e.Reference = "hunter2-actor", "support_case", "hunter2-reference"
	ctx := log.Begin(t.Context(), "main", "hunter2-edge", "eraseSubject", "hunter2-path", "request-0001")
	if _, err := log.Commit(ctx, e); err != nil {
		t.Fatal(err)
	}
	failing := log.Begin(t.Context(), "main", "hunter2-edge", "eraseSubject", "hunter2-path", "request-0002")
	if err := log.Record(failing, errs.Forbidden); err != nil {
		t.Fatal(err)
	}
	for _, r := range chain(t, log, "main") {
		if bytes.Contains(r.Line(), []byte("hunter2")) {
			t.Errorf("record %d shows an id", r.Index)
		}
		if r.Actor == "" || r.Target == "" {
			t.Errorf("record %d lacks an actor or a target", r.Index)
		}
	}
}

func TestATransactionThatIsTooLargeForTheTableIsRefused(t *testing.T) {
	tb := newTable()
	log := newLog(tb)
	var effects []table.Write
	for i := range table.MaxTransaction {
		effects = append(effects, effect(strconv.Itoa(i)))
	}
	if _, err := log.Commit(t.Context(), event("bat_1"), effects...); !errs.Is(err, errs.Invalid) || there(t, tb, "0") {
		t.Errorf("got %v, want invalid and no effect", err)
	}
	if _, err := log.Commit(t.Context(), event("bat_1"), effects[:table.MaxTransaction-3]...); err != nil {
		t.Errorf("one that just fits: %v", err)
	}
}

func TestARequestThatIsOverBeforeItsTurnLeavesNothing(t *testing.T) {
	tb := newTable()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := newLog(tb).Commit(ctx, event("bat_1"), effect("a"))
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want success or the context's error", err)
	}
	if got := there(t, tb, "a"); got != (err == nil) || len(chain(t, newLog(tb), "main")) != map[bool]int{true: 1}[got] {
		t.Errorf("the answer was %v, the effect there %t", err, got)
	}
}

func TestAChainWhoseHeadWasTakenBackTakesNoMore(t *testing.T) {
	tb := newTable()
	log := newLog(tb)
	for range 3 {
		if _, err := log.Commit(t.Context(), event("bat_1")); err != nil {
			t.Fatal(err)
		}
	}
	first, err := log.Get(t.Context(), "main", 1)
	if err != nil {
		t.Fatal(err)
	}
	head, err := tb.Get(t.Context(), table.Key{Partition: "main#audit", Sort: "head"})
	if err != nil {
		t.Fatal(err)
	}
	back := fmt.Appendf(nil, `{"index":1,"hash":%q}`, first.Hash)
	if err := tb.Put(t.Context(), head.With(back), table.Version(head.Version)); err != nil {
		t.Fatal(err)
	}
	if _, err := log.Commit(t.Context(), event("bat_1"), effect("a")); !errs.Is(err, errs.Internal) || there(t, tb, "a") {
		t.Errorf("got %v, want an internal error and no effect", err)
	}
}
