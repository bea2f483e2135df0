package sqlitetable

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/storage/table"
)

// crashPath names the table that the crashing process writes to; it is set for that process alone.
const crashPath = "SQLITETABLE_CRASH_PATH"

func pairOf(i int) []table.Write {
	key := func(side string) table.Key { return table.Key{Partition: side, Sort: fmt.Sprintf("%06d", i)} }
	return []table.Write{
		table.Put(table.Item{Key: key("left"), Value: make([]byte, 500)}, table.Absent()),
		table.Put(table.Item{Key: key("right"), Value: make([]byte, 500)}, table.Absent()),
	}
}

// TestCrashingWriter is the process that TestAKilledProcessLosesNothingItWasToldIsWritten kills.
func TestCrashingWriter(t *testing.T) {
	path := os.Getenv(crashPath)
	if path == "" {
		t.Skip("runs as a process of another test only")
	}
	tb, err := Open(t.Context(), path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; ; i++ {
		if err := tb.Transact(t.Context(), strconv.Itoa(i), pairOf(i)); err != nil {
			t.Fatal(err)
		}
		fmt.Println("written", i)
	}
}

func TestAKilledProcessLosesNothingItWasToldIsWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "table.db")
	process := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCrashingWriter$")
	process.Env = append(os.Environ(), crashPath+"="+path)
	output, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	last := -1
	for lines := bufio.NewScanner(output); lines.Scan(); {
		number, ok := strings.CutPrefix(lines.Text(), "written ")
		if !ok {
			continue
		}
		if last, err = strconv.Atoi(number); err != nil {
			t.Fatal(err)
		}
		if last == 300 {
			if err := process.Process.Kill(); err != nil { // and read on: more may have been told
				t.Fatal(err)
			}
		}
	}
	if err := process.Wait(); err == nil || last < 300 {
		t.Fatalf("got %v after %d writes, want a killed process", err, last)
	}

	tb := mustOpen(t, path, time.Now, "FULL") // the lock went with the process
	count := make(map[string]int)
	for _, side := range []string{"left", "right"} {
		items, err := table.All(t.Context(), tb, table.Query{Partition: side})
		if err != nil {
			t.Fatal(err)
		}
		count[side] = len(items)
	}
	if count["left"] < last+1 || count["left"] != count["right"] {
		t.Errorf("got %d and %d items, want as many of both and at least %d", count["left"], count["right"], last+1)
	}
}

func TestWhatHasExpiredIsSweptByTheWritesAfterIt(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	tb := mustOpen(t, filepath.Join(t.TempDir(), "table.db"), func() time.Time { return now }, "OFF")
	rows := func(name string) (n int) {
		t.Helper()
		if err := tb.writer.QueryRowContext(t.Context(), "SELECT count(*) FROM "+name).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for i := range sweepEvery {
		short := item(i, 10)
		short.Expires = now.Add(time.Second)
		if err := tb.Transact(t.Context(), strconv.Itoa(i), []table.Write{table.Put(short, table.Absent())}); err != nil {
			t.Fatal(err)
		}
	}
	if items, tokens := rows("items"), rows("tokens"); items != sweepEvery || tokens != sweepEvery {
		t.Fatalf("before they expire: got %d items and %d tokens, want %d", items, tokens, sweepEvery)
	}
	now = now.Add(table.TokenLifetime)
	for i := range sweepEvery {
		if err := tb.Put(t.Context(), item(sweepEvery+i, 10), table.Absent()); err != nil {
			t.Fatal(err)
		}
	}
	if items, tokens := rows("items"), rows("tokens"); items != sweepEvery || tokens != 0 {
		t.Errorf("after as many writes: got %d items and %d tokens, want the %d live ones and none", items, tokens, sweepEvery)
	}
}
