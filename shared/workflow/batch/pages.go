package batch

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/analysis"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/workflow/batch/keys"
	"github.com/customerai/customerai/shared/workflow/batch/ledger"
	"github.com/customerai/customerai/shared/workflow/batch/rows"
)

// maxPageBytes ends a page early, so that a response fits what Lambda returns: the 6 MB are those of a text in a text.
const maxPageBytes = 4 << 20

// escaped is how many bytes a line of JSON has as a text in another.
func escaped(line []byte) int {
	return len(line) + bytes.Count(line, []byte{'"'}) + bytes.Count(line, []byte{'\\'})
}

// position is a place in the results or rejections of a batch: what a cursor says.
type position struct {
	chunk  int   // from 1
	offset int64 // bytes of whole lines, unpacked
}

func (p position) cursor() string { return fmt.Sprintf("%d.%d", p.chunk, p.offset) }

func parsePosition(cursor string) (position, error) {
	if cursor == "" {
		return position{chunk: 1}, nil
	}
	var p position
	_, err := fmt.Sscanf(cursor, "%d.%d", &p.chunk, &p.offset)
	if err != nil || p.cursor() != cursor || p.chunk < 1 || p.offset < 0 {
		return position{}, errCursor
	}
	return p, nil
}

// Analysed returns results in the order of the file. While the batch is in progress a page ends before the first chunk that
// is not done and its Next goes on from there, so that reading on until Next is "" gives every row once. errs.NotFound as
// for Get, errs.Invalid for a cursor that is none.
func (s *Service) Analysed(ctx context.Context, tenant, id string, limit int, cursor string) (Page[*analysis.Row], error) {
	count := func(c ledger.Chunk) int64 { return c.Results }
	return readPage[*analysis.Row](ctx, s, tenant, id, limit, cursor, count, s.openResults)
}

// Rejected returns rejections as Analysed does results.
func (s *Service) Rejected(ctx context.Context, tenant, id string, limit int, cursor string) (Page[rows.Rejection], error) {
	count := func(c ledger.Chunk) int64 { return c.Rejected }
	return readPage[rows.Rejection](ctx, s, tenant, id, limit, cursor, count, s.openRejections)
}

func (s *Service) openRejections(ctx context.Context, tenant, id string, at position) (io.ReadCloser, error) {
	return s.Results.Open(ctx, keys.Rejections(tenant, id, at.chunk), blob.Range{Offset: at.offset})
}

func (s *Service) openResults(ctx context.Context, tenant, id string, at position) (io.ReadCloser, error) {
	object, err := s.Results.Open(ctx, keys.Results(tenant, id, at.chunk), blob.Range{})
	if err != nil {
		return nil, err
	}
	unpacked, err := unpack(object)
	if err != nil {
		return nil, err
	}
	if _, err := io.CopyN(io.Discard, unpacked, at.offset); err != nil {
		return nil, errors.Join(err, unpacked.Close())
	}
	return unpacked, nil
}

// readPage fills a page from the finished chunks, from the cursor's position on.
func readPage[T any](
	ctx context.Context, s *Service, tenant, id string, limit int, cursor string,
	count func(ledger.Chunk) int64, open func(ctx context.Context, tenant, id string, at position) (io.ReadCloser, error),
) (Page[T], error) {
	at, err := parsePosition(cursor)
	if err != nil {
		return Page[T]{}, err
	}
	r, err := s.record(ctx, tenant, id)
	if err != nil {
		return Page[T]{}, err
	}
	page := filling[T]{limit: limit, items: []T{}}
	for chunk, err := range s.ledger().Contiguous(ctx, tenant, id, at.chunk) {
		if err != nil {
			return Page[T]{}, err
		}
		if count(chunk) == 0 {
			at = position{chunk: at.chunk + 1}
			continue
		}
		lines, err := open(ctx, tenant, id, at)
		if err == nil {
			at, err = page.read(lines, at)
			err = errors.Join(err, lines.Close())
		}
		switch {
		case errs.Is(err, errs.NotFound): // its time is over: what it has is being removed
			return Page[T]{}, errMissing
		case err != nil && at.offset > 0 && !errs.Is(err, errs.Unavailable):
			return Page[T]{}, errCursor // a place where no line begins
		case err != nil:
			return Page[T]{}, fmt.Errorf("read chunk %d of batch %s: %w", at.chunk, id, err)
		}
		if page.full() {
			break
		}
	}
	if r.Chunks > 0 && at.chunk > r.Chunks || r.Status.Final() && !page.full() {
		return Page[T]{Items: page.items}, nil
	}
	return Page[T]{Items: page.items, Next: at.cursor()}, nil
}

// filling is a page that is being filled.
type filling[T any] struct {
	items []T
	limit int
	bytes int // more than maxPageBytes when there is another line that has no room
}

func (f *filling[T]) full() bool { return len(f.items) >= f.limit || f.bytes > maxPageBytes }

// read adds lines until the page is full or the chunk ends, and returns where the next page begins.
func (f *filling[T]) read(lines io.Reader, at position) (position, error) {
	reader := bufio.NewReader(lines)
	for {
		if _, err := reader.Peek(1); err == io.EOF {
			return position{chunk: at.chunk + 1}, nil
		}
		if f.full() {
			return at, nil
		}
		line, err := reader.ReadBytes('\n')
		if err != nil {
			return at, fmt.Errorf("read line: %w", err)
		}
		if f.bytes += escaped(line); f.full() && len(f.items) > 0 {
			return at, nil
		}
		var item T
		if err := json.Unmarshal(line, &item); err != nil {
			return at, fmt.Errorf("decode line: %w", err)
		}
		f.items = append(f.items, item)
		at.offset += int64(len(line))
	}
}
