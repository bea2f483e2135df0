package auditchain_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/evidence/auditchain"
	"github.com/customerai/customerai/shared/trust/audit/checkpoint"
	"github.com/customerai/customerai/shared/trust/audit/merkle"
	"github.com/customerai/customerai/shared/trust/audit/record"
)

var edits = flag.Int("edits", 10_000, "random edits of a chain; a hundred thousand take some ten seconds")

// written is a chain as its writer makes it: lines, and the checkpoints over them.
type written struct {
	lines       []string
	checkpoints []auditchain.Checkpoint
}

// write makes a chain with a checkpoint after every so many records, the last one included.
func write(t testing.TB, tenant string, records, every int) written {
	t.Helper()
	var w written
	var tree merkle.Tree
	var hashes []string
	previous, before := record.Start, record.Start
	for i := 1; i <= records; i++ {
		r := record.Seal(fields(tenant, i, previous))
		previous = r.Hash
		w.lines = append(w.lines, string(r.Line()))
		sum, err := hex.DecodeString(r.Hash)
		if err != nil {
			t.Fatal(err)
		}
		tree.Append(sum)
		if hashes = append(hashes, r.Hash); i%every > 0 && i < records {
			continue
		}
		root := tree.Root()
		text, err := json.Marshal(checkpoint.Checkpoint{
			Tenant: tenant, Window: hour(len(w.checkpoints)), Size: tree.Size(), Head: r.Hash, Root: hex.EncodeToString(root[:]), Previous: before, Hashes: hashes,
		})
		if err != nil {
			t.Fatal(err)
		}
		c, err := auditchain.ParseCheckpoint(text)
		if err != nil {
			t.Fatal(err)
		}
		w.checkpoints, hashes, before = append(w.checkpoints, c), nil, digest(text)
	}
	return w
}

func fields(tenant string, i int, previous string) record.Fields {
	f := record.Fields{
		Tenant: tenant, Index: uint64(i), Time: "2026-03-01T12:00:00.000Z", Actor: fmt.Sprintf("ps_0a1b2c3d_%032x", i%7), Operation: "createBatch",
		Target: fmt.Sprintf("ps_0a1b2c3d_%032x", i), Outcome: "allowed", RequestID: fmt.Sprintf("request-%08d", i), Previous: previous,
	}
	if i%3 == 0 {
		f.Outcome, f.Code = "denied", "forbidden"
	}
	return f
}

func verify(t testing.TB, lines []string, checkpoints []auditchain.Checkpoint) auditchain.Report {
	t.Helper()
	report, err := auditchain.Verify(strings.NewReader(strings.Join(lines, "\n")+strings.Repeat("\n", min(1, len(lines)))), checkpoints, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// An editor changes a chain and says which index is then the first that is bad.
type editor struct {
	name string
	edit func(random *rand.Rand, lines []string, other []string) (changed []string, bad int)
}

var editors = []editor{
	{"flip a bit", func(random *rand.Rand, lines, _ []string) ([]string, int) {
		i := random.IntN(len(lines))
		line := []byte(lines[i] + "\n")
		line[random.IntN(len(line))] ^= 1 << random.IntN(8)
		// A line end that comes about, or goes, makes other lines of it, and the first of them is bad.
		text := strings.Join(lines[:i], "\n") + strings.Repeat("\n", min(1, i)) + string(line) + strings.Join(lines[i+1:], "\n")
		return strings.Split(text, "\n"), i + 1
	}},
	{"delete", func(random *rand.Rand, lines, _ []string) ([]string, int) {
		i := random.IntN(len(lines))
		return slices.Delete(slices.Clone(lines), i, i+1), i + 1
	}},
	{"insert", func(random *rand.Rand, lines, _ []string) ([]string, int) {
		i, j := random.IntN(len(lines)+1), random.IntN(len(lines))
		bad := i + 1
		if i == j {
			bad++ // the first of the two is the right one
		}
		return slices.Insert(slices.Clone(lines), i, lines[j]), bad
	}},
	{"insert a forged record", func(random *rand.Rand, lines, _ []string) ([]string, int) {
		i := 1 + random.IntN(len(lines)-1)
		before, _ := record.Parse([]byte(lines[i-1]))
		f := fields("main", i+1, before.Hash)
		f.Operation = "eraseSubject"
		return slices.Insert(slices.Clone(lines), i, string(record.Seal(f).Line())), i + 1
	}},
	{"reorder", func(random *rand.Rand, lines, _ []string) ([]string, int) {
		i := random.IntN(len(lines) - 1)
		j := i + 1 + random.IntN(len(lines)-i-1)
		changed := slices.Clone(lines)
		changed[i], changed[j] = changed[j], changed[i]
		return changed, i + 1
	}},
	{"truncate the tail", func(random *rand.Rand, lines, _ []string) ([]string, int) {
		i := random.IntN(len(lines))
		return lines[:i], i + 1
	}},
	{"roll back and go on", func(random *rand.Rand, lines, _ []string) ([]string, int) {
		i := random.IntN(len(lines))
		return rewritten(lines, i, len(lines)+random.IntN(4)), i + 1
	}},
	{"fork", func(random *rand.Rand, lines, _ []string) ([]string, int) {
		i := random.IntN(len(lines))
		return rewritten(lines, i, len(lines)), i + 1
	}},
	{"edit and seal again", func(random *rand.Rand, lines, _ []string) ([]string, int) {
		i := random.IntN(len(lines))
		r, _ := record.Parse([]byte(lines[i]))
		r.Actor = fmt.Sprintf("ps_0a1b2c3d_%032x", 99)
		changed := slices.Clone(lines)
		changed[i] = string(record.Seal(r.Fields).Line())
		return changed, i + 1
	}},
	{"splice one of another tenant", func(random *rand.Rand, lines, other []string) ([]string, int) {
		i := random.IntN(len(lines))
		changed := slices.Clone(lines)
		changed[i] = other[i]
		return changed, i + 1
	}},
	{"splice the rest of another tenant", func(random *rand.Rand, lines, other []string) ([]string, int) {
		i := random.IntN(len(lines))
		return append(slices.Clone(lines[:i]), other[i:]...), i + 1
	}},
}

// rewritten keeps the first records and writes others after them, sound in themselves, up to a length.
func rewritten(lines []string, kept, length int) []string {
	changed := slices.Clone(lines[:kept])
	previous := record.Start
	if kept > 0 {
		last, _ := record.Parse([]byte(lines[kept-1]))
		previous = last.Hash
	}
	for i := kept + 1; i <= length; i++ {
		f := fields("main", i, previous)
		f.RequestID = "request-forged"
		r := record.Seal(f)
		previous, changed = r.Hash, append(changed, string(r.Line()))
	}
	return changed
}

func TestEveryEditIsDetectedAndTheFirstBadIndexIsRight(t *testing.T) {
	const records = 12
	main, other := write(t, "main", records, 5), write(t, "other", records, 5)
	if report := verify(t, main.lines, main.checkpoints); report.Bad != 0 || report.Records != records || report.Checkpoints != 3 {
		t.Fatalf("the chain itself: got %+v, want it sound", report)
	}
	random := rand.New(rand.NewPCG(1, 1))
	counts := map[string]int{}
	for range *edits {
		e := editors[random.IntN(len(editors))]
		changed, bad := e.edit(random, main.lines, other.lines)
		if len(changed) > 0 && changed[len(changed)-1] == "" { // the text ended in a line end already
			changed = changed[:len(changed)-1]
		}
		report := verify(t, changed, main.checkpoints)
		if report.Bad != uint64(bad) || report.Problem == "" || report.Records != uint64(bad-1) {
			t.Fatalf("%s: got %+v, want record %d bad\n%s", e.name, report, bad, strings.Join(changed, "\n"))
		}
		counts[e.name]++
	}
	t.Logf("%v", counts)
}

// Without checkpoints, everything but a missing or rewritten end still shows, if one record later where it was sealed again.
func TestWithoutCheckpointsTheEndCannotBeKnown(t *testing.T) {
	w := write(t, "main", 12, 5)
	for name, c := range map[string]struct {
		lines []string
		bad   uint64
	}{
		"an end cut off":  {w.lines[:7], 0},
		"a fork":          {rewritten(w.lines, 7, 12), 0},
		"a record sealed": {append(append(slices.Clone(w.lines[:4]), rewritten(w.lines, 4, 5)[4]), w.lines[5:]...), 6},
		"nothing":         {nil, 0},
	} {
		if got := verify(t, c.lines, nil); got.Bad != c.bad {
			t.Errorf("%s: got %+v, want record %d bad", name, got, c.bad)
		}
	}
}

func TestWhatIsNotALineIsBad(t *testing.T) {
	w := write(t, "main", 3, 5)
	for name, c := range map[string]struct {
		text string
		bad  uint64
	}{
		"no end":        {strings.Join(w.lines, "\n"), 3},
		"no line":       {"\n", 1},
		"a huge line":   {w.lines[0] + "\n" + strings.Repeat("x", 3<<20) + "\n", 2},
		"a carriage":    {strings.Join(w.lines, "\r\n") + "\n", 1},
		"another index": {strings.Replace(w.lines[0], `"index":1`, `"index":01`, 1) + "\n", 1},
		"a huge index":  {strings.Replace(w.lines[0], `"index":1`, `"index":18446744073709551617`, 1) + "\n", 1},
	} {
		report, err := auditchain.Verify(strings.NewReader(c.text), nil, time.Time{})
		if err != nil || report.Bad != c.bad {
			t.Errorf("%s: got %+v and %v, want record %d bad", name, report, err, c.bad)
		}
	}
	if _, err := auditchain.Verify(failing{}, nil, time.Time{}); err == nil {
		t.Error("a reader that fails: got a verdict")
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("no disk") }

func BenchmarkVerify(b *testing.B) {
	const records = 10_000
	w := write(b, "main", records, 1_000)
	text := []byte(strings.Join(w.lines, "\n") + "\n")
	b.ReportAllocs()
	for b.Loop() {
		if report, err := auditchain.Verify(bytes.NewReader(text), w.checkpoints, time.Time{}); err != nil || report.Bad != 0 {
			b.Fatal(report, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/records, "ns/record")
}
