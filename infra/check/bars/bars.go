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
	"slices"
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
	Needs         string // a prerequisite of the suite's; "" none
}

// Bars is the list, those that take longest first.
var Bars = []Bar{
	{
		Property: "sequences of two tenants' requests: neither observes the other",
		Package:  "infra/local/bundle", Test: "TestNoTenantObservesAnother", Flag: "sequences", Figure: 100_000,
	},
	{
		Property: "rotations among requests: no valid token refused, none of a retired key accepted",
		Package:  "functions/authorizer/handler", Test: "TestRotationsRefuseNobodyAndAcceptNobodyTooMany", Flag: "interleavings", Figure: 10_000,
	},
	{
		Property: "days of a clock that repeats, delays and misses: one checkpoint for each window",
		Package:  "shared/trust/audit/checkpoint", Test: "TestEveryWindowHasOneCheckpointHoweverTheClockFires", Flag: "days", Figure: 3_653,
	},
	{
		Property: "histories of requests under faults: no effect without its record, no record without its effect",
		Package:  "shared/trust/audit", Test: "TestNoFaultLeavesAnEffectWithoutItsRecordOrARecordWithoutItsEffect", Flag: "seeds", Figure: 1_000_000,
	},
	{
		Property: "crowds of sixteen requests at once, under faults: the same",
		Package:  "shared/trust/audit", Test: "TestFaultsUnderConcurrentRequestsLeaveNoOrphansEither", Flag: "crowds", Figure: 10_000,
	},
	{
		Property: "calls drawn from the API's description: each is answered as it says",
		Package:  "infra/local/bundle", Test: "TestEveryOperationKeepsToItsDocument", Flag: "calls", Figure: 106_000,
	},
	{
		Property: "lookups of each kind of thing: another tenant's takes as long as nothing",
		Package:  "infra/local/bundle", Test: "TestAnothersIsAnsweredLikeNothing", Flag: "lookups", Figure: 100_000,
	},
	{
		Property: "naughty strings in each place of the API: none is our fault",
		Package:  "infra/local/bundle", Test: "TestNoNaughtyStringInAnyPlaceIsOurFault", Flag: "strings", Figure: 515, Needs: "data",
	},
	{
		Property: "hundreds of sequences of operations: DynamoDB and the table in memory agree",
		Package:  "shared/storage/table/dynamotable", Test: "TestItAgreesWithTheTableInMemory", Flag: "hundreds", Figure: 10, Needs: "emulators",
	},
	{
		Property: "megabytes of messages in a file: analysed within 128 MB of memory",
		Package:  "infra/local/cli", Test: "TestNoFileTakesMuchMemoryAndWhatIsTooLargeIsRefusedSoon", Flag: "megabytes", Figure: 1_000,
	},
	{
		Property: "nonces of sealed texts: none comes twice",
		Package:  "shared/trust/vault", Test: "TestNoNonceComesTwice", Flag: "nonces", Figure: 10_000_000,
	},
	{
		Property: "histories that end in erasures: nothing of the erased can be read by anybody",
		Package:  "functions/privacy/handler", Test: "TestNothingOfAnErasedPersonCanBeReadByAnybody", Flag: "histories", Figure: 1_000,
	},
	{
		Property: "attempts that fifty instances share: the limit on guessing holds",
		Package:  "shared/trust/throttle", Test: "TestFiftyInstancesWithWrongClocksAndAFaultyTableKeepTheLimit", Flag: "attempts", Figure: 1_000_000,
	},
	{
		Property: "verifications of tokens: no time tells how much of a signature is right",
		Package:  "shared/trust/auth", Test: "TestNoTimeTellsHowMuchOfASignatureIsRight", Flag: "verifications", Figure: 1_000_000,
	},
	{
		Property: "histories of rotations that crash: nothing is lost, and nothing stays under an old key",
		Package:  "shared/trust/vault", Test: "TestNothingIsLostHoweverOftenRotationsCrash", Flag: "crashes", Figure: 10_000,
	},
	{
		Property: "wrapped keys moved along each axis of what KMS binds them to: none unwraps",
		Package:  "shared/trust/vault/kmswrapper", Test: "TestNothingUnwrapsElsewhere", Flag: "transplants", Figure: 10_000,
	},
	{
		Property: "records of an audit chain: verified within ten seconds",
		Package:  "infra/evidence/auditchain", Test: "TestAMillionRecordsAreVerifiedInTenSeconds", Flag: "records", Figure: 1_000_000,
	},
	{
		Property: "edits of an audit chain: each detected, the first bad index right",
		Package:  "infra/evidence/auditchain", Test: "TestEveryEditIsDetectedAndTheFirstBadIndexIsRight", Flag: "edits", Figure: 100_000,
	},
}

// Config says where and how to run.
type Config struct {
	Root    string   // the module's folder
	Without []string // prerequisites that this machine is known to lack
	Out     io.Writer
	Command suite.Command
}

// Run runs all of them and prints a line for each as it ends. The error names those that were not met.
func Run(ctx context.Context, bars []Bar, config Config) error {
	places := make(chan struct{}, runtime.NumCPU())
	var all sync.WaitGroup
	var mu sync.Mutex
	var failures []error
	for _, bar := range bars {
		if bar.Needs != "" && slices.Contains(config.Without, bar.Needs) {
			mu.Lock()
			_, _ = fmt.Fprintf(config.Out, "NOT RUN, without %s: %s\n", bar.Needs, bar.Property)
			mu.Unlock()
			continue
		}
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
