package cli_test

import (
	"bytes"
	"context"
	"flag"
	"io"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/runtimeapi"
	"github.com/customerai/customerai/shared/testkit/depends"
	"github.com/customerai/customerai/shared/testkit/gzipped"
	"github.com/customerai/customerai/shared/testkit/race"
)

// go test ./infra/local/cli -run MuchMemory -megabytes 1000 -timeout 30m
var megabytes = flag.Int("megabytes", 8, "size of the largest file that the program analyses")

const (
	memoryLimit   = 128 << 20
	refusedWithin = time.Second // of work: a busy machine takes longer
)

// again is a text so often that it fills n bytes.
func again(text string, n int) func() io.Reader {
	block := []byte(strings.Repeat(text, max(1, 64<<10/len(text))))
	return func() io.Reader {
		return io.LimitReader(&repeated{block: block}, int64(n/len(block)+1)*int64(len(block)))
	}
}

type repeated struct {
	block []byte
	at    int
}

// Read implements io.Reader.
func (r *repeated) Read(p []byte) (int, error) {
	n := copy(p, r.block[r.at:])
	r.at = (r.at + n) % len(r.block)
	return n, nil
}

const (
	large   = 8 << 20 // a file that fills memory if it is kept
	header  = "id,channel,text\n"
	message = "The parcel for Maria Lopez came late, and nobody answered my calls to +44 20 7946 0958. "
)

func row(times int) string { return `7,chat,"` + strings.Repeat(message, times) + "\"\n" }

// hugeFile is a file that could take all memory, and what the program says of it.
type hugeFile struct {
	content func() io.Reader
	want    string // of what is printed
	refused bool   // as a whole, and soon
}

func hugeFiles() map[string]hugeFile {
	return map[string]hugeFile{
		"many messages":          {content: between(header, again(row(20), *megabytes*1e6), ""), want: " 0 rejected"},
		"messages of a megabyte": {content: between(header, again(row(11_000), 3*large), ""), want: " 0 rejected"},
		"messages in JSON Lines": {content: between("", again(`{"text":"`+strings.Repeat(message, 20)+"\"}\n", large), ""), want: " 0 rejected"},
		"lines that are empty":   {content: between(header+row(1), again("\r\n\n", large), row(1)), want: "2 rows, 2 analysed"},
		"NULs":                   {content: between("", again("\x00", large), ""), want: "binary", refused: true},
		"NULs among rows":        {content: between(header+row(20), again("\x00", large), "\n"+row(1)), want: "3 rows, 2 analysed, 1 rejected"},
		"ten million columns":    {content: between("", again("text,", 5*10_000_000), ""), want: "larger than 1 MiB", refused: true},
		"a row of ten million":   {content: between(header+row(1), again("7,", 2*10_000_000), "\n"+row(1)), want: "3 rows, 2 analysed, 1 rejected"},
		"a byte order mark and mixed ends of lines": {
			content: between("\xef\xbb\xbftext\r\n", again("one\ntwo\r\n\"th\r\nree\"\n\n", large/4), ""), want: " 0 rejected",
		},
		"a bomb": {content: bomb, want: "unpacks to more than 200 times its size", refused: true},
	}
}

func between(begin string, middle func() io.Reader, end string) func() io.Reader {
	return func() io.Reader { return io.MultiReader(strings.NewReader(begin), middle(), strings.NewReader(end)) }
}

func bomb() io.Reader {
	return strings.NewReader(gzipped.String("text\n" + strings.Repeat("x", 65<<20)))
}

func TestNoFileTakesMuchMemoryAndWhatIsTooLargeIsRefusedSoon(t *testing.T) {
	race.Skip(t, "is no part of the program that is measured")
	program := built(t)
	for name, file := range hugeFiles() {
		t.Run(name, func(t *testing.T) {
			said, peak, worked := measured(t, program, file.content())
			for again := 0; peak == 0 && again < 10; again++ { // it had ended before anybody looked, as it may on a busy machine
				said, peak, worked = measured(t, program, file.content())
			}
			if !strings.Contains(said, file.want) {
				t.Errorf("the program says %q, want %q", said, file.want)
			}
			if peak > memoryLimit || peak == 0 {
				t.Errorf("%d MB were in memory at once, want at most %d", peak>>20, memoryLimit>>20)
			}
			if file.refused && worked > refusedWithin {
				t.Errorf("it was refused after %s of work, want less than %s", worked, refusedWithin)
			}
			t.Logf("%d MB, %s of work", peak>>20, worked)
		})
	}
}

func built(t *testing.T) string {
	t.Helper()
	depends.On(t, depends.Sources...)
	program := filepath.Join(t.TempDir(), "customerai")
	command := exec.Command("go", "build", "-o", program, "../../local")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, output)
	}
	return program
}

// measured has the program analyse what it is given, and returns what it printed, the most bytes that it held and the time that
// it worked.
func measured(t *testing.T, program string, content io.Reader) (said string, peak int64, worked time.Duration) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	command := exec.CommandContext(ctx, program, "analyze", "-out", filepath.Join(t.TempDir(), "out"), "-")
	var printed bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = content, &printed, &printed
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	look := time.NewTicker(2 * time.Millisecond) // what it held last is read last, a moment before its end
	defer look.Stop()
	for {
		select {
		case <-ended: // its status is in what it printed
			state := command.ProcessState
			return printed.String(), peak, state.UserTime() + state.SystemTime()
		case <-look.C:
			if now, err := runtimeapi.Memory(command.Process.Pid); err == nil {
				peak = max(peak, now)
			} else if runtime.GOOS != "linux" {
				t.Skip(err)
			}
		}
	}
}
