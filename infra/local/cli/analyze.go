package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/customerai/customerai/infra/local/report"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/workflow/batch"
)

const standardInput = "-"

func analyze(ctx context.Context, p Process, args []string) error {
	var out, calibration string
	var strict bool
	files, err := p.parse("analyze", args, func(flags *flag.FlagSet) {
		flags.StringVar(&out, "out", "", "folder for the results; with several files, one folder a file in it (default: beside each file)")
		flags.StringVar(&calibration, "offsets", "", "file of offsets that 'customerai calibrate' wrote")
		flags.BoolVar(&strict, "strict", false, "exit with status 1 when rows were rejected")
	})
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return errors.New("analyze: name at least one file, or - for standard input")
	}
	offsets, err := readOffsets(calibration)
	if err != nil {
		return err
	}
	boundMemory()
	var failures []error
	anyRejected := false
	for _, file := range files {
		someRejected, err := p.analyzeFile(ctx, file, offsets, destination(file, out, len(files) > 1))
		if err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", displayName(file), err))
		}
		anyRejected = anyRejected || someRejected
		if ctx.Err() != nil {
			break
		}
	}
	switch {
	case len(failures) > 0:
		return errors.Join(failures...)
	case strict && anyRejected:
		return errRejected
	}
	return nil
}

// boundMemory keeps a file of the largest rows, whose tokens take a hundred times their bytes, within 128 MB, 48 of which are not
// the collector's to count. The usual file needs a third of the limit and does not notice.
func boundMemory() {
	debug.SetMemoryLimit(80 << 20)
	debug.SetGCPercent(50)
}

// analyzeFile analyses one file into a folder and prints the report. It returns whether rows were rejected.
func (p Process) analyzeFile(ctx context.Context, file string, offsets sentiment.Offsets, to folder) (someRejected bool, err error) {
	input, size, err := p.open(file)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, input.Close()) }()

	output, err := createOutput(to)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, output.discard()) }()

	bar := p.bar()
	defer bar.Clear()
	begin := time.Now()
	summary, err := batch.AnalyzeFile(ctx, input, batch.FileOptions{
		Name: file, Calibration: offsets,
		Progress: func(progress batch.Progress) {
			bar.Draw(input.share(size), report.Count(progress.Rows)+" rows")
		},
	}, output.results, output.errors)
	if err != nil {
		return false, reason(ctx, err)
	}
	elapsed := time.Since(begin)
	folder, err := output.keep(summary)
	if err != nil {
		return false, err
	}
	bar.Clear()
	err = report.Write(p.Out, report.Run{Name: displayName(file), Summary: summary, Elapsed: elapsed, Cores: runtime.GOMAXPROCS(0)})
	if err != nil {
		return false, fmt.Errorf("print the report: %w", err)
	}
	p.say("\nWritten to " + folder)
	return summary.Rejected > 0, nil
}

// reason is what a person needs to know of a failed analysis.
func reason(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errors.New("stopped; nothing was written")
	}
	if coded, ok := errors.AsType[*errs.Error](err); ok && coded.Code != errs.Internal {
		return errors.New(coded.Message)
	}
	return err
}

// bar returns a progress bar on standard error, if that is a terminal.
func (p Process) bar() *report.Bar {
	if isTerminal(p.Err) {
		return &report.Bar{W: p.Err}
	}
	return &report.Bar{}
}

func displayName(file string) string {
	if file == standardInput {
		return "standard input"
	}
	return file
}

// source is an input that knows how much of it was read.
type source struct {
	io.ReadCloser
	read int64
}

func (s *source) Read(b []byte) (int, error) {
	n, err := s.ReadCloser.Read(b)
	s.read += int64(n)
	return n, err
}

// share is how much of size bytes was read, or -1 when the size is not known.
func (s *source) share(size int64) float64 {
	if size <= 0 {
		return -1
	}
	return float64(s.read) / float64(size)
}

// open opens a file or standard input. The size is 0 when it is not known.
func (p Process) open(file string) (*source, int64, error) {
	if file == standardInput {
		return &source{ReadCloser: io.NopCloser(p.In)}, 0, nil
	}
	opened, err := os.Open(file)
	if err != nil {
		return nil, 0, withoutPath(err)
	}
	info, err := opened.Stat()
	if err == nil && info.IsDir() {
		err = errors.New("is a folder; name the files in it")
	}
	if err != nil {
		return nil, 0, errors.Join(withoutPath(err), opened.Close())
	}
	return &source{ReadCloser: opened}, info.Size(), nil
}

// withoutPath drops operation and path from a file error, which the caller names in its own words.
func withoutPath(err error) error {
	if pathError, ok := errors.AsType[*os.PathError](err); ok {
		return pathError.Err
	}
	return err
}

// destination decides the folder of a file's results.
func destination(file, out string, several bool) folder {
	name := "stdin"
	beside := "."
	if file != standardInput {
		name, beside = stem(file), filepath.Dir(file)
	}
	switch {
	case out == "":
		return folder{path: filepath.Join(beside, name), numbered: true}
	case several:
		return folder{path: filepath.Join(out, name), numbered: true}
	}
	return folder{path: out}
}

// stem is a file's name without what tells its format.
func stem(file string) string {
	name := filepath.Base(file)
	for _, suffix := range []string{".gz", ".csv", ".jsonl", ".ndjson", ".json", ".txt"} {
		if cut := name[:max(len(name)-len(suffix), 0)]; cut != "" && cut+suffix == name {
			name = cut
		}
	}
	if name == filepath.Base(file) {
		return name + "-insight"
	}
	return name
}
