package batch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/analysis"
	"github.com/customerai/customerai/shared/insight/categories/match"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/workflow/batch/chunks"
	"github.com/customerai/customerai/shared/workflow/batch/keys"
	"github.com/customerai/customerai/shared/workflow/batch/ledger"
	"github.com/customerai/customerai/shared/workflow/batch/rows"
)

// ChunkAnalyzer analyses chunks. All fields but Categories are required. It is safe for concurrent use.
type ChunkAnalyzer struct {
	Table   table.Table
	Uploads blob.Bucket
	Results blob.Bucket
	Now     func() time.Time

	// Categories returns a tenant's published categories, nil for none, which a chunk's rows are matched with. They are asked
	// for once a chunk: those of a file that is analysed while they change are of before or after.
	Categories func(ctx context.Context, tenant string) (*match.Set, error)
}

// Analyze does what one chunk message asks for: it writes the chunk's results and rejections, then what they count, then the
// end of the batch when this was the last chunk, and then removes the original. It may be called any number of times with the
// same message, at once too, and may die at any step.
//
// A message that no splitter sends is errs.Invalid. A batch that is gone or has failed leaves nothing to do. A file that was
// replaced or removed before it was read makes a failed batch, not an error.
func (a *ChunkAnalyzer) Analyze(ctx context.Context, body string) error {
	m, err := parseMessage(body)
	if err != nil {
		return err
	}
	r, err := a.ledger().Get(ctx, m.Tenant, m.BatchID)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	if err != nil || r.Status.Final() {
		if err := a.discard(ctx, m); err != nil {
			return err
		}
		return removeOriginal(ctx, a.Uploads, r)
	}
	err = a.ledger().Finished(ctx, m.Tenant, m.BatchID, m.Chunk)
	if errs.Is(err, errs.NotFound) {
		err = a.analyze(ctx, m, r.Calibration.Offsets)
	}
	if errors.Is(err, errTaken) {
		err = a.ledger().Finished(ctx, m.Tenant, m.BatchID, m.Chunk)
	}
	for _, gone := range []*errs.Error{errReplaced, errRemoved} {
		if errors.Is(err, gone) {
			return a.ledger().Fail(ctx, m.Tenant, m.BatchID, ledger.Failure{Code: string(gone.Code), Message: gone.Message})
		}
	}
	if err != nil {
		return fmt.Errorf("chunk %d of batch %s: %w", m.Chunk, m.BatchID, err)
	}
	if err := a.discard(ctx, m); err != nil {
		return err
	}
	return a.complete(ctx, m)
}

// discard removes the chunk's own object, if it has one, as soon as nobody needs it: it holds what customers wrote.
func (a *ChunkAnalyzer) discard(ctx context.Context, m message) error {
	if m.Source != "" {
		return nil
	}
	if err := a.Results.Delete(ctx, keys.Chunk(m.Tenant, m.BatchID, m.Chunk), blob.EveryVersion); err != nil {
		return fmt.Errorf("discard chunk %d of batch %s: %w", m.Chunk, m.BatchID, err)
	}
	return nil
}

func (a *ChunkAnalyzer) ledger() ledger.Ledger { return ledger.Ledger{Table: a.Table} }

// errReplaced and errRemoved say that the bytes that were cut are no longer there.
var (
	errReplaced = errs.New(errs.Conflict, "the file was replaced while it was being analysed")
	errRemoved  = errs.New(errs.NotFound, "the file was removed before it was analysed")
)

// errTaken says that the chunk's own object is gone, which is so once somebody else has finished the chunk.
var errTaken = errors.New("the chunk was discarded")

// analyze reads the chunk and keeps what it gives. The counts come last: once they are there, all else is.
func (a *ChunkAnalyzer) analyze(ctx context.Context, m message, offsets sentiment.Offsets) error {
	data, err := a.open(ctx, m)
	if err != nil {
		return err
	}
	defer data.Close() //nolint:errcheck // it was only read
	var content io.Reader = data
	if m.Damaged {
		content = rows.Damage(content)
	}
	w := chunks.Worker{Analyzer: analysis.Analyzer{Calibration: offsets}}
	if a.Categories != nil {
		set, err := a.Categories(ctx, m.Tenant)
		if err != nil {
			return err
		}
		w.Analyzer.Use(set)
	}
	var results, rejections bytes.Buffer
	packed, err := gzip.NewWriterLevel(&results, gzip.BestSpeed)
	if err != nil {
		return err
	}
	reader := rows.NewReader(content, m.Layout, rows.Start{Line: m.FirstLine, Offset: m.Offset})
	delta, err := w.Analyze(ctx, reader, packed, &rejections)
	if err != nil {
		return err
	}
	if err := packed.Close(); err != nil {
		return fmt.Errorf("compress results: %w", err)
	}
	_, err = a.Results.Write(ctx, keys.Results(m.Tenant, m.BatchID, m.Chunk), &results, blob.WriteOptions{ContentType: "application/gzip"})
	if err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	_, err = a.Results.Write(ctx, keys.Rejections(m.Tenant, m.BatchID, m.Chunk), &rejections,
		blob.WriteOptions{ContentType: "application/x-ndjson"})
	if err != nil {
		return fmt.Errorf("write rejections: %w", err)
	}
	if err = a.ledger().Finish(ctx, m.Tenant, m.BatchID, m.Chunk, delta); errs.Is(err, errs.Conflict) {
		return nil // somebody else did the same work
	}
	return err
}

// open returns the bytes of the chunk.
func (a *ChunkAnalyzer) open(ctx context.Context, m message) (io.ReadCloser, error) {
	if m.Source == "" {
		object, err := a.Results.Open(ctx, keys.Chunk(m.Tenant, m.BatchID, m.Chunk), blob.Range{})
		switch {
		case errs.Is(err, errs.NotFound):
			return nil, errTaken
		case err != nil:
			return nil, fmt.Errorf("open chunk: %w", err)
		}
		return unpack(object)
	}
	object, err := a.Uploads.Open(ctx, m.Source, blob.Range{Offset: m.Offset, Length: m.Length})
	switch {
	case errs.Is(err, errs.NotFound):
		return nil, errRemoved
	case err != nil && errs.Is(err, errs.Invalid): // shorter than it was
		return nil, errReplaced
	case err != nil:
		return nil, fmt.Errorf("open upload: %w", err)
	case object.Info.ETag != m.ETag:
		return nil, errors.Join(errReplaced, object.Close())
	}
	return object, nil
}

// unpack returns the content of a gzip object, which it closes when it is closed or cannot be read.
func unpack(object io.ReadCloser) (io.ReadCloser, error) {
	unpacked, err := gzip.NewReader(object)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("unpack: %w", err), object.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{unpacked, object}, nil
}

// complete ends the batch when no chunk is missing. Whoever finds that out first writes it down; the last one always does.
// Only what is written down as complete loses its original.
func (a *ChunkAnalyzer) complete(ctx context.Context, m message) error {
	r, err := a.ledger().Get(ctx, m.Tenant, m.BatchID)
	if err != nil || r.Chunks == 0 {
		return err
	}
	if !r.Status.Final() {
		done, err := a.ledger().FinishedChunks(ctx, m.Tenant, m.BatchID)
		if err != nil || len(done) < r.Chunks {
			return err
		}
		r.Status, r.Complete = ledger.Completed, a.Now().UTC()
		err = a.ledger().Save(ctx, r)
		if errs.Is(err, errs.Conflict) { // somebody else was first, perhaps with another end
			r, err = a.ledger().Get(ctx, m.Tenant, m.BatchID)
		}
		if err != nil {
			return err
		}
	}
	return removeOriginal(ctx, a.Uploads, r)
}

// removeOriginal makes an end of the file that a batch was made of, when the batch is complete: of those very bytes, and not
// of what has come under their key since. Until then the file is kept, so that what failed can be tried again.
func removeOriginal(ctx context.Context, uploads blob.Bucket, r ledger.Record) error {
	if r.Status != ledger.Completed || r.Source == "" {
		return nil
	}
	if err := uploads.Delete(ctx, r.Source, r.Upload); err != nil {
		return fmt.Errorf("remove the original of batch %s: %w", r.ID, err)
	}
	return nil
}
