package handler_test

import (
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/trust/audit/record"
)

// TestAChainWhoseOldestRecordsAreKeptNoLongerIsShownFromItsBeginning lets four of ten records, fixed a year ago, come to their end.
func TestAChainWhoseOldestRecordsAreKeptNoLongerIsShownFromItsBeginning(t *testing.T) {
	f := newFixture(t)
	f.append(4)
	year := f.now.Truncate(time.Hour).Add(time.Hour)
	if err := f.checkpoints.Write(t.Context(), year); err != nil {
		t.Fatal(err)
	}
	f.now = year.Add(365 * 24 * time.Hour)
	f.append(6)
	if _, err := f.checkpoints.Expire(t.Context(), "main", f.now.Add(-365*24*time.Hour), 100); err != nil {
		t.Fatal(err)
	}
	verdict := decode[struct {
		Sound                bool
		FromIndex, HeadIndex uint64
		Problem              string
	}](t, f.get("/v1/audit/verify"))
	if !verdict.Sound || verdict.FromIndex != 5 || verdict.HeadIndex != 10 {
		t.Errorf("verified: %+v, want it sound from 5 to 10", verdict)
	}
	lines := strings.Split(strings.TrimSpace(f.get("/v1/audit/export").Body.String()), "\n")
	first, err := record.Parse([]byte(lines[0]))
	if err != nil || first.Index != 5 || len(lines) < 6 {
		t.Errorf("the export has %d lines from %d on (%v), want those from 5 on", len(lines), first.Index, err)
	}
	if page := decode[listed](t, f.get("/v1/audit?limit=100")); page.Records[len(page.Records)-1].Index != 5 || page.NextToken != "" {
		t.Errorf("the list ends with %+v, want record 5", page.Records[len(page.Records)-1])
	}
	f.now = f.now.Add(-2 * 24 * time.Hour) // as if records were kept for two days longer
	if got := f.get("/v1/audit/verify").Body.String(); !strings.Contains(got, `"firstBad":1`) {
		t.Errorf("verified before its time: %s, want that record 1 is missing", got)
	}
}
