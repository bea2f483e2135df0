// Package bars holds what is claimed of the product to its full figures: the properties of which the suite runs a small
// sample every time, because all of it takes minutes.
//
// Normal use: `make bars`, which is `go run ./infra/check -bars`.
//
//	err := bars.Run(ctx, bars.Bars, bars.Config{Root: ".", Out: os.Stdout, Command: suite.Exec})
//
// Each is a test with a flag for how much. They run without the race detector, as many at once as there are processors, and
// each line of the report is a property, the figure that was asked for and the seconds that it took.
//
// It refuses a pass in which nothing ran: a test that was renamed or skipped itself is a failure.
package bars

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/customerai/customerai/infra/check/suite"
	"github.com/customerai/customerai/infra/check/testlog"
)

// Bar is a property and the figure that is claimed of it.
type Bar struct {
	Property      string
	Package, Test string
	Flag          string // of the test, for how much
	Figure        int
}

// Bars is the list.
var Bars = []Bar{
	{
		"rotations among requests: no valid token refused, none of a retired key accepted",
		"functions/authorizer/handler", "TestRotationsRefuseNobodyAndAcceptNobodyTooMany", "interleavings", 10_000,
	},
	{
		"days of a clock that repeats, delays and misses: one checkpoint for each window",
		"shared/trust/audit/checkpoint", "TestEveryWindowHasOneCheckpointHoweverTheClockFires", "days", 3_653,
	},
	{
		"histories of requests under faults: no effect without its record, no record without its effect",
		"shared/trust/audit", "TestNoFaultLeavesAnEffectWithoutItsRecordOrARecordWithoutItsEffect", "seeds", 1_000_000,
	},
	{
		"hundreds of histories of requests at once, under faults: the same",
		"shared/trust/audit", "TestFaultsUnderConcurrentRequestsLeaveNoOrphansEither", "seeds", 1_000_000,
	},
	{
		"sequences of two tenants' operations: neither observes the other",
		"infra/local/bundle", "TestNoTenantObservesAnother", "sequences", 100_000,
	},
	{
		"nonces of sealed texts: none comes twice",
		"shared/trust/vault", "TestNoNonceComesTwice", "nonces", 10_000_000,
	},
	{
		"histories that end in erasures: nothing of the erased can be read by anybody",
		"functions/privacy/handler", "TestNothingOfAnErasedPersonCanBeReadByAnybody", "histories", 1_000,
	},
	{
		"edits of an audit chain: each detected, the first bad index right",
		"infra/evidence/auditchain", "TestEveryEditIsDetectedAndTheFirstBadIndexIsRight", "edits", 100_000,
	},
}

// Config says where and how to run.
type Config struct {
	Root    string // the module's folder
	Out     io.Writer
	Command suite.Command
}

// Run runs all of them and prints a line for each as it ends. The error names those that were not met.
func Run(ctx context.Context, bars []Bar, config Config) error {
	places := make(chan struct{}, runtime.NumCPU())
	var all sync.WaitGroup
	var mu sync.Mutex
	var failures []error
	for _, bar := range bars { // the list begins with the longest
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			begun := time.Now()
			err := bar.run(ctx, config)
			mark := "ok    "
			if err != nil {
				mark = "FAILED"
			}
			mu.Lock()
			defer mu.Unlock()
			failures = append(failures, err)
			_, _ = fmt.Fprintf(config.Out, "%s %9d %7.1f s  %s\n", mark, bar.Figure, time.Since(begun).Seconds(), bar.Property)
		})
	}
	all.Wait()
	return errors.Join(failures...)
}

func (b Bar) run(ctx context.Context, config Config) error {
	var summary testlog.Summary
	read := func(output io.Reader) (err error) {
		summary, err = testlog.Read(output, func(testlog.Package) {})
		return err
	}
	err := config.Command(ctx, config.Root, read, "go", "test", "-json", "-count=1", "-timeout=30m", "-run=^"+b.Test+"$", "./"+b.Package,
		fmt.Sprintf("-%s=%d", b.Flag, b.Figure))
	var said strings.Builder
	for _, result := range append(summary.Failures, summary.Skips...) {
		said.WriteString("\n" + strings.TrimSpace(result.Output))
	}
	switch {
	case err != nil || summary.Failed > 0:
		return fmt.Errorf("%s: %w%s", b.Property, errors.Join(err, errors.New("not met")), said.String())
	case summary.Passed == 0 || summary.Skipped > 0:
		return fmt.Errorf("%s: %s of %s did not run%s", b.Property, b.Test, b.Package, said.String())
	}
	return nil
}
