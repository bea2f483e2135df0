package auditchain_test

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/evidence/auditchain"
)

func hour(n int) time.Time { return time.Date(2026, 3, 1, n, 0, 0, 0, time.UTC) }

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func TestCheckpointsThatDoNotContinueEachOtherAreUnusable(t *testing.T) {
	w := write(t, "main", 12, 3)
	for name, c := range map[string]struct {
		change func([]auditchain.Checkpoint) []auditchain.Checkpoint
		want   string
	}{
		"one is missing":   {func(all []auditchain.Checkpoint) []auditchain.Checkpoint { return slices.Delete(all, 1, 2) }, "does not name the one before"},
		"another tenant's": {func(all []auditchain.Checkpoint) []auditchain.Checkpoint { all[2].Tenant = "other"; return all }, "another tenant"},
		"a hash too few": {func(all []auditchain.Checkpoint) []auditchain.Checkpoint {
			all[2].Hashes = all[2].Hashes[1:]
			return all
		}, "does not have the hashes"},
		"a hash that is none": {func(all []auditchain.Checkpoint) []auditchain.Checkpoint {
			all[2].Hashes = []string{"a", "b", "c"}
			return all
		}, "a hash that is none"},
	} {
		all := c.change(slices.Clone(w.checkpoints))
		if _, err := auditchain.Verify(strings.NewReader(""), all, time.Time{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want it to say %q", name, err, c.want)
		}
	}
	for name, text := range map[string]string{
		"no JSON": "{", "no tenant": `{"window":"x","size":1}`, "no size": `{"tenant":"main","window":"x"}`, "more hashes than records": `{"tenant":"main","window":"x","size":1,"hashes":["",""]}`,
	} {
		if _, err := auditchain.ParseCheckpoint([]byte(text)); err == nil {
			t.Errorf("%s: it was taken for a checkpoint", name)
		}
	}
}

func TestHeadAndRootAreHeldToTheirCheckpoint(t *testing.T) {
	w := write(t, "main", 12, 3)
	other := write(t, "other", 12, 3)
	for name, c := range map[string]struct {
		change func([]auditchain.Checkpoint) []auditchain.Checkpoint
		bad    uint64
		want   string
	}{
		"in another order":     {func(all []auditchain.Checkpoint) []auditchain.Checkpoint { slices.Reverse(all); return all }, 0, ""},
		"only the newest ones": {func(all []auditchain.Checkpoint) []auditchain.Checkpoint { return all[2:] }, 0, ""},
		"another head":         {func(all []auditchain.Checkpoint) []auditchain.Checkpoint { all[1].Head = all[0].Head; return all }, 6, "another hash"},
		"another root":         {func(all []auditchain.Checkpoint) []auditchain.Checkpoint { all[3].Root = all[0].Root; return all }, 12, "another root"},
		"another tenant's":     {func([]auditchain.Checkpoint) []auditchain.Checkpoint { return other.checkpoints }, 1, "another tenant"},
	} {
		report := verify(t, w.lines, c.change(slices.Clone(w.checkpoints)))
		if report.Bad != c.bad || !strings.Contains(report.Problem, c.want) {
			t.Errorf("%s: got %+v, want record %d bad: %s", name, report, c.bad, c.want)
		}
	}
}
