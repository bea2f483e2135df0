package main

import (
	"bytes"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/storage/blob/dirblob"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/trust/audit/checkpoint"
)

// What the product writes, this program reads: the two are held together by files alone.
func TestAnExportOfTheProductIsVerifiedFromOutside(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	tb, folder := memtable.New(clock), t.TempDir()
	log := audit.New(audit.Config{Table: tb, Secrets: audittest.Secrets{}, Now: clock, NewID: rand.Text})
	bucket, err := dirblob.Open(filepath.Join(folder, "checkpoints"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = bucket.Close() }()
	checkpoints := &checkpoint.Service{Table: tb, Bucket: bucket, Log: log}
	for hour := range 4 {
		for range 5 {
			event := audit.Event{
				Tenant: "main", Actor: "ann", Operation: "eraseSubject", Target: "sub_1", Reason: "support_case", Reference: "case 7", RequestID: "request-0001",
			}
			if _, err := log.Commit(t.Context(), event); err != nil {
				t.Fatal(err)
			}
		}
		now = now.Add(time.Hour)
		if hour != 1 { // a run is missed
			if err := checkpoints.Write(t.Context(), now); err != nil {
				t.Fatal(err)
			}
		}
	}
	var export bytes.Buffer
	for line, err := range log.Lines(t.Context(), "main", 1, 100) {
		if err != nil {
			t.Fatal(err)
		}
		export.Write(append(line, '\n'))
	}
	lines := strings.SplitAfter(export.String(), "\n")
	save := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	fixed := filepath.Join(folder, "checkpoints", "main")
	whole, cut := save("whole.jsonl", export.String()), save("cut.jsonl", strings.Join(lines[:17], ""))
	edited := save("edited.jsonl", strings.Replace(export.String(), `"index":7,"time":"2026`, `"index":7,"time":"2025`, 1))
	save("other/main.json", "")
	for name, c := range map[string]struct {
		args   []string
		status int
		want   string
	}{
		"a sound chain":            {[]string{"verify-audit", "-checkpoints", fixed, whole}, sound, `20 records of "main" are sound, held to 4 checkpoints`},
		"without checkpoints":      {[]string{"verify-audit", whole}, sound, "held to 0 checkpoints"},
		"from standard input":      {[]string{"verify-audit", "-checkpoints", fixed, "-"}, sound, "20 records"},
		"an edit":                  {[]string{"verify-audit", edited}, broken, "record 7 is bad: its hash"},
		"an end cut off":           {[]string{"verify-audit", "-checkpoints", fixed, cut}, broken, "record 18 is bad: it is missing"},
		"the same, unknowing":      {[]string{"verify-audit", cut}, sound, "17 records"},
		"no file":                  {[]string{"verify-audit", filepath.Join(folder, "none")}, unusable, "open the export"},
		"no checkpoints":           {[]string{"verify-audit", "-checkpoints", folder, whole}, unusable, "there are no checkpoints"},
		"one that is none":         {[]string{"verify-audit", "-checkpoints", filepath.Join(folder, "other"), whole}, unusable, "main.json: read a checkpoint"},
		"no command":               {nil, unusable, "usage"},
		"another command":          {[]string{"verify", whole}, unusable, "usage"},
		"a flag that there is not": {[]string{"verify-audit", "-x", whole}, unusable, "usage"},
		"no argument":              {[]string{"verify-audit"}, unusable, "usage"},
	} {
		var out bytes.Buffer
		status := run(c.args, time.Now(), bytes.NewReader(export.Bytes()), &out, &out)
		if status != c.status || !strings.Contains(out.String(), c.want) {
			t.Errorf("%s: got status %d and %q, want %d and %q", name, status, out.String(), c.status, c.want)
		}
	}
}
