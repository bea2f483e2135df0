package audit_test

import (
	"testing"
	"time"

	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/audit/record"
)

func TestAChainBeginsWhereItIsToldToAndNotEarlierAgain(t *testing.T) {
	log := newLog(newTable())
	for range 7 {
		if _, err := log.Commit(t.Context(), event("bat_1")); err != nil {
			t.Fatal(err)
		}
	}
	start, err := log.Start(t.Context(), "main")
	if err != nil || start.Index != 1 || start.Previous != record.Start {
		t.Fatalf("Start = %+v, %v, want the first record", start, err)
	}
	window := time.Date(2026, 3, 1, 13, 0, 0, 0, time.UTC)
	for _, step := range []struct {
		to    uint64
		limit int
		more  bool
		first uint64 // that is kept afterwards
		begin uint64
	}{
		{4, 2, true, 3, 4}, {4, 2, false, 4, 4}, {2, 9, false, 4, 4}, {7, 9, false, 7, 7}, {7, 9, false, 7, 7},
	} {
		more, err := log.Expire(t.Context(), "main", audit.Start{Index: step.to, Previous: "hash", Window: window}, step.limit)
		if err != nil || more != step.more {
			t.Errorf("to %d: more = %v, %v, want %v", step.to, more, err, step.more)
		}
		records, err := log.List(t.Context(), "main", 0, 10)
		if err != nil || records[len(records)-1].Index != step.first || records[0].Index != 7 {
			t.Errorf("to %d: the records are %+v (%v), want those from %d to 7", step.to, records, err, step.first)
		}
		start, err := log.Start(t.Context(), "main")
		if err != nil || start.Index != step.begin || !start.Window.Equal(window) {
			t.Errorf("to %d: Start = %+v, %v, want %d", step.to, start, err, step.begin)
		}
	}
}
