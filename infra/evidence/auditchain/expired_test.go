package auditchain_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/evidence/auditchain"
)

// TestABeginningMayBeMissingIfACheckpointThatIsOldEnoughHasFixedIt is about thirty records with a checkpoint after every seven,
// at each full hour from midnight on.
func TestABeginningMayBeMissingIfACheckpointThatIsOldEnoughHasFixedIt(t *testing.T) {
	w := write(t, "main", 30, 7)
	whole := verify(t, w.lines, w.checkpoints)
	for name, c := range map[string]struct {
		missing     int
		before      time.Time
		checkpoints []auditchain.Checkpoint
		bad         uint64
	}{
		"nothing":                                     {0, hour(9), w.checkpoints, 0},
		"what the first checkpoint has fixed":         {7, hour(1), w.checkpoints, 0},
		"what the third has fixed":                    {21, hour(9), w.checkpoints, 0},
		"all but the last, of which there is no mark": {29, hour(9), w.checkpoints, 1},
		"what a checkpoint has fixed just now":        {7, hour(0), w.checkpoints, 1},
		"a part of what one has fixed":                {6, hour(9), w.checkpoints, 1},
		"without checkpoints":                         {7, hour(9), nil, 1},
		"without the first checkpoint":                {14, hour(9), w.checkpoints[1:], 1},
	} {
		report, err := auditchain.Verify(strings.NewReader(strings.Join(w.lines[c.missing:], "\n")+"\n"), c.checkpoints, c.before)
		if err != nil || report.Bad != c.bad {
			t.Errorf("%s is missing: %+v (%v), want the first bad record %d", name, report, err, c.bad)
			continue
		}
		if c.bad == 0 && (report.Expired != uint64(c.missing) || report.Records != uint64(30-c.missing) || report.Root != whole.Root || report.Head != whole.Head) {
			t.Errorf("%s is missing: %+v, want %d expired records, and head and root of %+v", name, report, c.missing, whole)
		}
	}
}

func TestEveryEditAfterAMissingBeginningIsDetectedAndTheFirstBadIndexIsRight(t *testing.T) {
	w, other := write(t, "main", 60, 9), write(t, "rival", 60, 9)
	const missing = 18
	random := rand.New(rand.NewPCG(7, 7))
	for range *edits / 10 {
		editor := editors[random.IntN(len(editors))]
		lines, bad := editor.edit(random, append([]string{}, w.lines[missing:]...), other.lines[missing:])
		report, err := auditchain.Verify(strings.NewReader(strings.Join(lines, "\n")+strings.Repeat("\n", min(1, len(lines)))), w.checkpoints, hour(30))
		if err != nil {
			t.Fatal(err)
		}
		// An edit of the first line may make another beginning of it.
		if want := uint64(missing + bad); report.Bad != want && (bad != 1 || report.Bad == 0) {
			t.Fatalf("%s: the first bad record is %d (%s), want %d", editor.name, report.Bad, report.Problem, want)
		}
	}
}
