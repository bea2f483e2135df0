package batch

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/workflow/batch/chunks"
	"github.com/customerai/customerai/shared/workflow/batch/keys"
	"github.com/customerai/customerai/shared/workflow/batch/ledger"
	"github.com/customerai/customerai/shared/workflow/batch/source"
	"github.com/customerai/customerai/shared/workflow/calibration"
)

// storedChunk is what one call of analyze-chunk takes: minutes of work at most, and results that fit its memory.
var storedChunk = chunks.Size{Bytes: 8 << 20, Rows: 50_000}

// Sender hands chunk messages to the queue; see queue.Queue.
type Sender interface {
	Send(ctx context.Context, bodies ...string) error
}

// Splitter cuts uploaded files into chunks and hands them out. All fields but DefaultTenant are required.
type Splitter struct {
	Table         table.Table
	Uploads       blob.Bucket
	Results       blob.Bucket
	Chunks        Sender
	Now           func() time.Time
	DefaultTenant string // owns files that lie in no tenant's folder; "" refuses them

	chunk chunks.Size // storedChunk, but for tests
}

// Split takes in the object that lies under key in the uploads bucket, whichever notification it was that told of it. It may
// be called any number of times, at once too, and may die at any step: a call that succeeds leaves the newest bytes under
// the key recorded as a batch whose chunks are all on the queue or done.
//
// A file that cannot be analysed makes a failed batch, not an error. An object that is gone leaves nothing to do. A key that
// belongs to no tenant is errs.Invalid.
func (s *Splitter) Split(ctx context.Context, key string) error {
	where, err := keys.ParseUpload(key, s.DefaultTenant)
	if err != nil {
		return fmt.Errorf("split upload: %w", err)
	}
	object, err := s.Uploads.Open(ctx, key, blob.Range{})
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("open upload: %w", err)
	}
	defer object.Close() //nolint:errcheck // it was only read

	r, err := s.admit(ctx, where, object)
	if err != nil {
		return err
	}
	if r.Status.Final() {
		return removeOriginal(ctx, s.Uploads, r)
	}
	done, err := s.ledger().FinishedChunks(ctx, r.Tenant, r.ID)
	if err != nil {
		return err
	}
	messages, err := s.cut(ctx, r, key, object, done)
	if errs.Is(err, errs.Invalid) || errs.Is(err, errs.TooLarge) {
		public := errs.Public(err)
		if err := removeObjects(ctx, s.Results, keys.Chunks(r.Tenant, r.ID)); err != nil { // none was handed out yet
			return err
		}
		return s.ledger().Fail(ctx, r.Tenant, r.ID, ledger.Failure{Code: string(public.Code), Message: public.Message})
	}
	if err != nil {
		return err
	}
	if r, err = s.recordChunks(ctx, r, len(messages)); err != nil {
		return err
	}
	if len(messages) == 0 {
		return removeOriginal(ctx, s.Uploads, r)
	}
	return s.send(ctx, r, messages, done)
}

func (s *Splitter) ledger() ledger.Ledger { return ledger.Ledger{Table: s.Table} }

// admit returns the record of the batch that the upload belongs to: the announced one for the first upload to its address,
// else one that is known by the upload's key and bytes.
func (s *Splitter) admit(ctx context.Context, where keys.Upload, upload blob.Object) (ledger.Record, error) {
	setting, err := (&calibration.Service{Table: s.Table}).Current(ctx, where.Tenant)
	if err != nil {
		return ledger.Record{}, err
	}
	landed := ledger.Record{
		Tenant: where.Tenant, ID: keys.ContentID(upload.Info.Key, upload.Info.ETag, upload.Version), FileName: where.FileName, Created: s.Now().UTC(),
		Status: ledger.InProgress, Source: upload.Info.Key, ETag: upload.Info.ETag, Upload: upload.Version, Size: upload.Info.Size,
		Calibration: ledger.Calibrated{Version: setting.Version, Offsets: setting.Offsets},
	}
	if where.ID != "" {
		r, err := s.ledger().Get(ctx, where.Tenant, where.ID)
		switch {
		case err == nil && r.Status == ledger.Waiting:
			r.Status, r.Source, r.ETag, r.Upload, r.Size = ledger.InProgress, landed.Source, landed.ETag, landed.Upload, landed.Size
			r.Calibration = landed.Calibration
			if err := s.ledger().Save(ctx, r); err != nil {
				return ledger.Record{}, err
			}
			return s.ledger().Get(ctx, where.Tenant, where.ID)
		case err == nil && r.ETag == landed.ETag && r.Upload == landed.Upload:
			return r, nil
		case err != nil && !errs.Is(err, errs.NotFound):
			return ledger.Record{}, err
		}
	}
	if err := s.ledger().Create(ctx, landed); err != nil && !errs.Is(err, errs.Conflict) {
		return ledger.Record{}, err
	}
	return s.ledger().Get(ctx, landed.Tenant, landed.ID)
}

// cut returns a message for each chunk of the file. The chunks of a compressed file that are not done become objects of their own. A reason
// why the file cannot be analysed is errs.Invalid or errs.TooLarge; storage that refuses something is neither.
func (s *Splitter) cut(ctx context.Context, r ledger.Record, key string, object blob.Object, done map[int]bool) ([]message, error) {
	if object.Info.Size > MaxUpload { // the address that was handed out takes less; whoever drops files may bring more
		return nil, errs.New(errs.TooLarge, "the file is larger than the 5 GiB that one upload may have: cut it into several")
	}
	file, err := source.Open(object, r.FileName, source.DefaultLimits())
	if err != nil {
		return nil, fmt.Errorf("open file of batch %s: %w", r.ID, err)
	}
	var messages []message
	cutter := chunks.Cutter{Scanner: file.Scanner, Size: cmp.Or(s.chunk, storedChunk), Keep: file.Gzip}
	for c, ok := cutter.Next(nil); ok; c, ok = cutter.Next(c.Data) {
		m := message{
			Tenant: r.Tenant, BatchID: r.ID, Chunk: c.Number, FirstLine: c.Start.Line, Layout: file.Layout, Damaged: c.Damaged,
			Source: key, ETag: r.ETag, Offset: c.Start.Offset, Length: c.Length,
		}
		if file.Gzip {
			m.Source, m.ETag, m.Offset, m.Length = "", "", 0, int64(len(c.Data))
			if err := s.writeChunk(ctx, m, c.Data, done); err != nil {
				return nil, errs.Wrap(errs.Unavailable, "the results bucket did not take a chunk", err)
			}
		}
		messages = append(messages, m)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	if err := file.Scanner.Err(); err != nil {
		return nil, fmt.Errorf("read file of batch %s: %w", r.ID, err)
	}
	return messages, nil
}

func (s *Splitter) writeChunk(ctx context.Context, m message, data []byte, done map[int]bool) error {
	if done[m.Chunk] {
		return nil
	}
	var packed bytes.Buffer
	if err := pack(&packed, data); err != nil {
		return err
	}
	_, err := s.Results.Write(ctx, keys.Chunk(m.Tenant, m.BatchID, m.Chunk), &packed, blob.WriteOptions{ContentType: "application/gzip"})
	return err
}

// pack compresses quickly: the chunk is read once and soon.
func pack(w io.Writer, data []byte) error {
	packer, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return err
	}
	if _, err := packer.Write(data); err != nil {
		return err
	}
	return packer.Close()
}

// recordChunks keeps how many chunks there are, before the first can be done. A file without any is complete.
func (s *Splitter) recordChunks(ctx context.Context, r ledger.Record, count int) (ledger.Record, error) {
	if r.Chunks == count && count > 0 {
		return r, nil
	}
	if r.Chunks = count; count == 0 {
		r.Status, r.Complete = ledger.Completed, s.Now().UTC()
	}
	return r, s.ledger().Save(ctx, r)
}

// send puts every chunk on the queue that is not done yet.
func (s *Splitter) send(ctx context.Context, r ledger.Record, messages []message, done map[int]bool) error {
	const atOnce = 100
	bodies := make([]string, 0, atOnce)
	for i, m := range messages {
		if !done[m.Chunk] {
			body, err := m.encode()
			if err != nil {
				return err
			}
			bodies = append(bodies, body)
		}
		if len(bodies) == atOnce || i == len(messages)-1 && len(bodies) > 0 {
			if err := s.Chunks.Send(ctx, bodies...); err != nil {
				return fmt.Errorf("send chunks of batch %s: %w", r.ID, err)
			}
			bodies = bodies[:0]
		}
	}
	return nil
}
