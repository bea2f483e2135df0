package audit_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
)

func filled(t *testing.T, records int) (*audit.Log, table.Table) {
	t.Helper()
	tb := newTable()
	log := newLog(tb)
	for i := range records {
		if _, err := log.Commit(t.Context(), event(fmt.Sprint("bat_", i+1))); err != nil {
			t.Fatal(err)
		}
	}
	return log, tb
}

func TestAListBeginsWithTheNewestAndGoesOnBelowAnIndex(t *testing.T) {
	log, _ := filled(t, 7)
	want, before := uint64(7), uint64(0)
	for want > 0 {
		records, err := log.List(t.Context(), "main", before, 3)
		if err != nil || len(records) != int(min(want, 3)) {
			t.Fatalf("below %d: got %d records and %v, want %d", before, len(records), err, min(want, 3))
		}
		for _, r := range records {
			if r.Index != want {
				t.Errorf("got record %d, want %d", r.Index, want)
			}
			want--
			before = r.Index
		}
	}
	for name, c := range map[string]struct {
		tenant string
		before uint64
		want   int
	}{"below the first": {"main", 1, 0}, "beyond the end": {"main", 99, 7}, "another tenant's": {"other", 0, 0}} {
		if records, err := log.List(t.Context(), c.tenant, c.before, 100); err != nil || len(records) != c.want {
			t.Errorf("%s: got %d records and %v, want %d", name, len(records), err, c.want)
		}
	}
}

func TestLinesAreThoseBetweenTwoIndexes(t *testing.T) {
	log, _ := filled(t, 12)
	for _, c := range []struct{ first, last, want uint64 }{{1, 12, 12}, {3, 9, 7}, {9, 11, 3}, {12, 40, 1}, {13, 40, 0}, {5, 4, 0}} {
		got := uint64(0)
		for line, err := range log.Lines(t.Context(), "main", c.first, c.last) {
			if err != nil {
				t.Fatal(err)
			}
			r, err := log.Get(t.Context(), "main", c.first+got)
			if err != nil || !bytes.Equal(r.Line(), line) {
				t.Errorf("%d to %d: got another line than record %d's: %v", c.first, c.last, c.first+got, err)
			}
			got++
		}
		if got != c.want {
			t.Errorf("%d to %d: got %d lines, want %d", c.first, c.last, got, c.want)
		}
	}
	for range log.Lines(t.Context(), "main", 1, 12) {
		break // a reader may stop
	}
}

func TestTheHeadOfNoChainIsNothing(t *testing.T) {
	log, _ := filled(t, 0)
	if got, err := log.Head(t.Context(), "main"); err != nil || got != (audit.Receipt{}) {
		t.Errorf("got %+v and %v, want the zero receipt", got, err)
	}
	if _, err := log.Get(t.Context(), "main", 1); !errs.Is(err, errs.NotFound) {
		t.Errorf("got %v, want not found", err)
	}
}

func TestARecordThatWasTamperedWithIsAnInternalError(t *testing.T) {
	log, tb := filled(t, 1)
	key := table.Key{Partition: "main#audit", Sort: fmt.Sprintf("record#%020d", 1)}
	item, err := tb.Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if err := tb.Put(t.Context(), item.With(append(item.Value, ' ')), table.Version(item.Version)); err != nil {
		t.Fatal(err)
	}
	if _, err := log.List(t.Context(), "main", 0, 3); !errs.Is(err, errs.Internal) {
		t.Errorf("list: got %v, want internal", err)
	}
	if _, err := log.Get(t.Context(), "main", 1); !errs.Is(err, errs.Internal) {
		t.Errorf("get: got %v, want internal", err)
	}
}
