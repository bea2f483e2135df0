package principals_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/testkit/traces"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/trust/principals"
)

func TestNoUsernameOrSecretIsReadableInTheTable(t *testing.T) {
	h := newHouse(t)
	kept := &keeper{Table: h.table}
	h.Table, h.Audit = kept, audittest.New(t, kept, clock)
	p := h.person(t, "c4n4ry@example.com", "analyst")
	if _, _, err := h.Update(t.Context(), h.set, admin, p.ID, principals.Change{Password: "hunter2 hunter2 hunter2"}); err != nil {
		t.Fatal(err)
	}
	if len(kept.written) < 3 {
		t.Fatalf("%d items were written, want at least 3", len(kept.written))
	}
	leaks := traces.Of("c4n4ry@example.com", password, "hunter2 hunter2 hunter2")
	for _, text := range kept.written {
		if found := leaks.In(text); found != "" {
			t.Errorf("the table holds %s", found)
		}
	}
	shown, err := h.Get(t.Context(), h.set, admin, p.ID)
	if err != nil || shown.Username != "c4n4ry@example.com" {
		t.Errorf("Get = %+v, %v, want the username for the administrator", shown, err)
	}
	if text, err := json.Marshal(shown); err != nil || strings.Contains(string(text), "argon2") {
		t.Errorf("an administrator sees %s, %v", text, err)
	}
}

// keeper keeps the text of everything that is written.
type keeper struct {
	table.Table
	written []string
}

func (k *keeper) Transact(ctx context.Context, token string, writes []table.Write) error {
	for _, w := range writes {
		k.written = append(k.written, w.Item.Partition+w.Item.Sort+string(w.Item.Value))
	}
	return k.Table.Transact(ctx, token, writes)
}

func TestAStoreThatDoesNotAnswerIsUnavailableAndLetsNobodyIn(t *testing.T) {
	good := newHouse(t)
	ann := good.person(t, "ann", "analyst")
	token, err := good.Authenticate(t.Context(), good.set, principals.Person, "ann", password)
	if err != nil {
		t.Fatal(err)
	}
	for name, call := range map[string]func(h house) error{
		"Authenticate": func(h house) error {
			_, err := h.Authenticate(t.Context(), h.set, principals.Person, "ann", password)
			return err
		},
		"Check":   func(h house) error { _, err := h.Check(t.Context(), h.set, token); return err },
		"Current": func(h house) error { _, err := h.Current(t.Context(), h.set, "main", ann.ID, 1); return err },
		"Get":     func(h house) error { _, err := h.Get(t.Context(), h.set, admin, ann.ID); return err },
		"List":    func(h house) error { _, _, err := h.List(t.Context(), h.set, admin, 9, ""); return err },
		"Update": func(h house) error {
			_, _, err := h.Update(t.Context(), h.set, admin, ann.ID, principals.Change{Status: principals.Active})
			return err
		},
		"ChangePassword": func(h house) error {
			_, err := h.ChangePassword(t.Context(), token, "ann", "another fine sentence")
			return err
		},
		"Create": func(h house) error {
			_, _, err := h.Create(t.Context(), h.set, admin, principals.Draft{Kind: principals.Client, Roles: []string{"client"}})
			return err
		},
	} {
		for n := 1; ; n++ {
			h := newHouse(t)
			h.Service = &principals.Service{Now: good.Now, NewID: good.NewID}
			injector := faults.New(faults.Once(n, faults.Before))
			h.Table = injector.Table(good.table)
			h.Audit = audittest.New(t, h.Table, clock)
			err := call(h)
			if injector.Calls() < n {
				break
			}
			if err == nil && (name == "Update" || name == "Create" || name == "ChangePassword") && n > 2 {
				continue // the audit log has tried its transaction again
			}
			if !errors.Is(err, faults.ErrInjected) || !errs.Is(err, errs.Unavailable) {
				t.Errorf("%s, call %d: %v, want unavailable", name, n, err)
			}
			if n > 9 {
				t.Fatalf("%s makes more than 9 calls", name)
			}
		}
	}
}

func TestOfTwoChangesAtOnceOneIsAConflict(t *testing.T) {
	h := newHouse(t)
	ann := h.person(t, "ann", "analyst")
	between := &between{Table: h.table}
	between.do = func() { // the other one comes between the read and the write
		other := newHouse(t)
		other.Table, other.Audit = h.table, audittest.New(t, h.table, clock)
		if _, _, err := other.Update(t.Context(), h.set, admin, ann.ID, principals.Change{Status: principals.Disabled}); err != nil {
			t.Error(err)
		}
	}
	h.Audit = audittest.New(t, between, clock)
	if _, _, err := h.Update(t.Context(), h.set, admin, ann.ID, principals.Change{NewSecret: true}); !errs.Is(err, errs.Conflict) {
		t.Errorf("Update = %v, want a conflict", err)
	}
}

// between does something once, before a transaction.
type between struct {
	table.Table
	do func()
}

func (b *between) Transact(ctx context.Context, token string, writes []table.Write) error {
	if do := b.do; do != nil {
		b.do = nil
		do()
	}
	return b.Table.Transact(ctx, token, writes)
}
