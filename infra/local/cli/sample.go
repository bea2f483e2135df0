package cli

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/customerai/customerai/infra/local/bundle"
	"github.com/customerai/customerai/infra/local/report"
	"github.com/customerai/customerai/infra/local/sample"
	"github.com/customerai/customerai/shared/workflow/batch"
	"github.com/customerai/customerai/shared/workflow/batch/ledger"
)

const sampleFile = "sample-" + sample.Name

// analyzeSample drops the sample file in, as a person would, unless an earlier start has, and shows what came of it.
func (p Process) analyzeSample(ctx context.Context, b *bundle.Bundle) error {
	_, known, err := newest(ctx, b.Batches(), sampleFile)
	if err != nil {
		return fmt.Errorf("look for the sample file's batch: %w", err)
	}
	fresh := false
	if !known {
		if fresh, err = b.Drop(ctx, sampleFile, sample.Messages()); err != nil {
			return fmt.Errorf("drop the sample file: %w", err)
		}
	}
	detail, elapsed, err := p.follow(ctx, b.Batches(), sampleFile)
	switch {
	case ctx.Err() != nil:
		return nil //nolint:nilerr // whoever stops the program knows why there is no report
	case err != nil:
		return fmt.Errorf("analyse the sample file: %w", err)
	case detail.Status == ledger.Failed:
		return fmt.Errorf("analyse the sample file: %s", detail.Failure.Message)
	}
	run := report.Run{Name: detail.FileName, Summary: *detail.Summary, Cores: runtime.GOMAXPROCS(0)}
	if fresh {
		run.Elapsed = elapsed
	}
	if err := report.Write(p.Out, run); err != nil {
		return fmt.Errorf("print the report: %w", err)
	}
	p.say("\nStill serving. Ctrl-C stops it.")
	return nil
}

// followEvery is how often a batch is looked at while somebody waits for it.
const followEvery = 5 * time.Millisecond

// follow waits for the newest batch of a file to come to its end and shows its progress. It returns how long that took from
// when the batch was there.
func (p Process) follow(ctx context.Context, batches *batch.Service, fileName string) (batch.Detail, time.Duration, error) {
	bar := p.bar()
	defer bar.Clear()
	ticker := time.NewTicker(followEvery)
	defer ticker.Stop()
	var begin time.Time
	for {
		listed, known, err := newest(ctx, batches, fileName)
		if err != nil {
			return batch.Detail{}, 0, err
		}
		if known {
			if begin.IsZero() {
				begin = time.Now()
			}
			detail, err := batches.Get(ctx, bundle.Tenant, listed.BatchID)
			if err != nil {
				return batch.Detail{}, 0, err
			}
			if detail.Status == ledger.Completed || detail.Status == ledger.Failed {
				return detail, time.Since(begin), nil
			}
			bar.Draw(detail.Progress, fileName)
		}
		select {
		case <-ctx.Done():
			return batch.Detail{}, 0, errors.New("stopped")
		case <-ticker.C:
		}
	}
}

// newest finds the newest batch of a file, among the last hundred of all.
func newest(ctx context.Context, batches *batch.Service, fileName string) (found batch.Batch, known bool, err error) {
	page, err := batches.List(ctx, bundle.Tenant, 100, "")
	if err != nil {
		return batch.Batch{}, false, err
	}
	for _, listed := range page.Items {
		if listed.FileName == fileName {
			return listed, true, nil
		}
	}
	return batch.Batch{}, false, nil
}
