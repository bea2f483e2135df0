package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/workflow/batch/keys"
	"github.com/customerai/customerai/shared/workflow/batch/tally"
)

// Chunk is what is kept of a finished chunk for those who page through it.
type Chunk struct {
	Results  int64 `json:"results"`
	Rejected int64 `json:"rejected"`
}

// Finish keeps what a chunk counted. A chunk that is finished already is the same chunk: nothing changes.
func (l Ledger) Finish(ctx context.Context, tenant, id string, number int, delta *tally.Delta) error {
	small, err := json.Marshal(Chunk{Results: delta.Results, Rejected: delta.Rows - delta.Results})
	if err != nil {
		return fmt.Errorf("encode chunk %d of batch %s: %w", number, id, err)
	}
	counted, err := json.Marshal(delta)
	if err != nil {
		return fmt.Errorf("encode delta %d of batch %s: %w", number, id, err)
	}
	err = l.Table.Transact(ctx, fmt.Sprintf("%s%d", strings.TrimPrefix(id, keys.IDPrefix), number), []table.Write{
		table.Put(table.Item{Key: chunkKey(tenant, id, number), Value: small}, table.Absent()),
		table.Put(table.Item{Key: deltaKey(tenant, id, number), Value: counted}, table.Absent()),
	})
	if err != nil {
		return fmt.Errorf("keep chunk %d of batch %s: %w", number, id, err)
	}
	return nil
}

// Finished returns errs.NotFound until the chunk has been counted.
func (l Ledger) Finished(ctx context.Context, tenant, id string, number int) error {
	_, err := l.Table.Get(ctx, chunkKey(tenant, id, number))
	return err
}

// Contiguous yields the finished chunks from a number on, in order and without a gap.
func (l Ledger) Contiguous(ctx context.Context, tenant, id string, from int) iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		query := table.Prefix(batchPartition(tenant, id), chunkPrefix)
		query.From = chunkKey(tenant, id, from).Sort
		for {
			page, err := l.Table.Query(ctx, query)
			if err != nil {
				yield(Chunk{}, fmt.Errorf("list chunks of batch %s: %w", id, err))
				return
			}
			for _, item := range page.Items {
				if item.Key != chunkKey(tenant, id, from) {
					return
				}
				var c Chunk
				if err := json.Unmarshal(item.Value, &c); err != nil {
					yield(Chunk{}, fmt.Errorf("decode %s of batch %s: %w", item.Sort, id, err))
					return
				}
				if !yield(c, nil) {
					return
				}
				from++
			}
			if query.Cursor = page.Next; page.Next == "" {
				return
			}
		}
	}
}

// FinishedChunks returns the numbers of the chunks that are finished.
func (l Ledger) FinishedChunks(ctx context.Context, tenant, id string) (map[int]bool, error) {
	items, err := table.All(ctx, l.Table, table.Prefix(batchPartition(tenant, id), chunkPrefix))
	if err != nil {
		return nil, fmt.Errorf("list chunks of batch %s: %w", id, err)
	}
	done := make(map[int]bool, len(items))
	for _, item := range items {
		number, err := strconv.Atoi(strings.TrimPrefix(item.Sort, chunkPrefix))
		if err != nil {
			return nil, fmt.Errorf("decode %s of batch %s: %w", item.Sort, id, err)
		}
		done[number] = true
	}
	return done, nil
}

// Total adds up what the finished chunks counted, and says how many they are.
func (l Ledger) Total(ctx context.Context, tenant, id string) (*tally.Delta, int, error) {
	var sum tally.Delta
	chunks := 0
	query := table.Prefix(batchPartition(tenant, id), deltaPrefix)
	for {
		page, err := l.Table.Query(ctx, query)
		if err != nil {
			return nil, 0, fmt.Errorf("add up batch %s: %w", id, err)
		}
		for _, item := range page.Items {
			var delta tally.Delta
			if err := json.Unmarshal(item.Value, &delta); err != nil {
				return nil, 0, fmt.Errorf("decode %s of batch %s: %w", item.Sort, id, err)
			}
			sum.Add(&delta)
			chunks++
		}
		if query.Cursor = page.Next; page.Next == "" {
			return &sum, chunks, nil
		}
	}
}
