package auditchain_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/evidence/auditchain"
	"github.com/customerai/customerai/shared/trust/audit/checkpoint"
	"github.com/customerai/customerai/shared/trust/audit/record"
)

// FuzzVerify: whatever the export, the verifier finds what the writer's own walk finds.
func FuzzVerify(f *testing.F) {
	w := write(f, "main", 4, 2)
	text := strings.Join(w.lines, "\n") + "\n"
	for _, seed := range []string{
		text, "", "\n", text[:len(text)-1], text[10:], strings.Replace(text, "allowed", "denied", 1), strings.Replace(text, "main", "other", 1),
		strings.Join(rewritten(w.lines, 2, 4), "\n") + "\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		report, err := auditchain.Verify(strings.NewReader(text), nil, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		walk, sound := record.Walk{Next: 1, Previous: record.Start}, uint64(0)
		for line := range strings.Lines(text) {
			line, ends := strings.CutSuffix(line, "\n")
			if sound == 0 {
				first, _ := record.Parse([]byte(line))
				walk.Tenant = first.Tenant
			}
			if _, err := walk.Step([]byte(line)); err != nil || !ends {
				break
			}
			sound++
		}
		if report.Records < sound {
			t.Errorf("%d records are sound, and the writer's walk says %d", report.Records, sound)
		}
		if all := uint64(strings.Count(text, "\n")); report.Bad == 0 && report.Records != all || report.Bad > 0 && report.Bad != report.Records+1 {
			t.Errorf("got %+v of %d lines", report, all)
		}
		if held, err := auditchain.Verify(strings.NewReader(text), w.checkpoints, time.Time{}); err != nil || held.Bad == 0 && text != strings.Join(w.lines, "\n")+"\n" {
			t.Errorf("got %+v and %v, of a text that is not what the checkpoints have fixed", held, err)
		}
	})
}

// FuzzParseCheckpoint: what is taken for a checkpoint says the same when its writer reads it.
func FuzzParseCheckpoint(f *testing.F) {
	f.Add([]byte(`{"tenant":"main","window":"2026-03-01T13:00:00Z","size":1,"head":"` + strings.Repeat("0", 64) + `","root":"","previous":"","hashes":["` + strings.Repeat("0", 64) + `"]}`))
	f.Add([]byte(`{"tenant":"main","window":"x","size":-1}`))
	f.Add([]byte(`{"tenant":"main","TENANT":"other","window":"x","size":1}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := auditchain.ParseCheckpoint(text)
		if err != nil {
			return
		}
		var want checkpoint.Checkpoint
		if json.Unmarshal(text, &want) == nil && (got.Tenant != want.Tenant || got.Size != want.Size || got.Head != want.Head) {
			t.Errorf("got %+v, and its writer reads %+v", got, want)
		}
		if uint64(len(got.Hashes)) > got.Size {
			t.Errorf("%d hashes of a chain of %d", len(got.Hashes), got.Size)
		}
	})
}
