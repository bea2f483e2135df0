package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"runtime"
	"time"

	"github.com/customerai/customerai/infra/local/files"
	"github.com/customerai/customerai/infra/local/report"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/workflow/batch/chunks"
	"github.com/customerai/customerai/shared/workflow/batch/stream"
)

func analyze(ctx context.Context, p Process, args []string) error {
	var out, calibration string
	var strict bool
	named, err := p.parse("analyze", args, func(flags *flag.FlagSet) {
		flags.StringVar(&out, "out", "", "folder for the results; with several files, one folder a file in it (default: beside each file)")
		flags.StringVar(&calibration, "offsets", "", "file of offsets that 'customerai calibrate' wrote")
		flags.BoolVar(&strict, "strict", false, "exit with status 1 when rows were rejected")
	})
	if err != nil {
		return err
	}
	if len(named) == 0 {
		return errors.New("analyze: name at least one file, or - for standard input")
	}
	offsets, err := readOffsets(calibration)
	if err != nil {
		return err
	}
	chunks.BoundMemory()
	var failures []error
	anyRejected := false
	for _, file := range named {
		someRejected, err := p.analyzeFile(ctx, file, offsets, files.FolderFor(file, out, len(named) > 1))
		if err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", files.NameOf(file), err))
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

// analyzeFile analyses one file into a folder and prints the report. It returns whether rows were rejected.
func (p Process) analyzeFile(ctx context.Context, file string, offsets sentiment.Offsets, to files.Folder) (someRejected bool, err error) {
	input, err := files.Open(file, p.In)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, input.Close()) }()

	output, err := files.Create(to)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, output.Discard()) }()

	bar := p.bar()
	defer bar.Clear()
	begin := time.Now()
	summary, err := stream.Analyze(ctx, input, stream.Options{
		Name: file, Calibration: offsets,
		Progress: func(progress stream.Progress) {
			bar.Draw(input.Share(), report.Count(progress.Rows)+" rows")
		},
	}, output.Results, output.Errors)
	if err != nil {
		return false, reason(ctx, err)
	}
	elapsed := time.Since(begin)
	folder, err := output.Keep(summary)
	if err != nil {
		return false, err
	}
	bar.Clear()
	err = report.Write(p.Out, report.Run{Name: files.NameOf(file), Summary: summary, Elapsed: elapsed, Cores: runtime.GOMAXPROCS(0)})
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
