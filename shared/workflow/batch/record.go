package batch

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/workflow/batch/tally"
)

// Status is where a batch stands.
type Status string

// The four statuses. The last two are final.
const (
	Waiting    Status = "WAITING"     // for its upload
	InProgress Status = "IN_PROGRESS" // being cut and analysed
	Completed  Status = "COMPLETED"   // every row is a result or a rejection
	Failed     Status = "FAILED"      // the file cannot be analysed; Failure says why
)

func (s Status) final() bool { return s == Completed || s == Failed }

// Failure is why a batch failed.
type Failure struct {
	Code    string `json:"code" doc:"invalid, too_large, conflict, not_found or unavailable"`
	Message string `json:"message"`
}

// record is a batch as it is kept, twice: under its id and in its tenant's list, both written at once.
type record struct {
	Tenant   string    `json:"tenant"`
	ID       string    `json:"id"`
	FileName string    `json:"fileName"`
	Status   Status    `json:"status"`
	Created  time.Time `json:"created"`
	Source   string    `json:"source,omitempty"` // key of the upload that the batch is about; "" until it lands
	ETag     string    `json:"etag,omitempty"`
	Upload   string    `json:"upload,omitempty"` // its version
	Size     int64     `json:"size,omitempty"`
	Chunks   int       `json:"chunks,omitempty"` // 0 until the file is cut
	Complete time.Time `json:"complete,omitzero"`
	Failure  *Failure  `json:"failure,omitempty"`

	// What the tenant's sentiment settings were when the upload was taken in. All chunks are analysed with them, whenever that is.
	Calibration calibrated `json:"calibration,omitzero"`

	version int64
}

// calibrated is a version of the sentiment settings, and what it said.
type calibrated struct {
	Version int64             `json:"version"`
	Offsets sentiment.Offsets `json:"offsets"`
}

// finished is what is kept of a finished chunk for those who page through it.
type finished struct {
	Results  int64 `json:"results"`
	Rejected int64 `json:"rejected"`
}

// store reads and writes what batches keep in the table.
type store struct{ table table.Table }

// create writes a new record, or returns errs.Conflict when there is one.
func (s store) create(ctx context.Context, r record) error {
	writes, err := r.first()
	if err != nil {
		return err
	}
	return s.write(ctx, r, writes)
}

// announce is create for somebody, whom the audit log knows.
func (s store) announce(ctx context.Context, log *audit.Log, r record) error {
	writes, err := r.first()
	if err != nil {
		return err
	}
	event := audit.Event{Tenant: r.Tenant, Operation: "createBatch", Target: r.ID}
	if _, err := log.Commit(ctx, event, writes...); err != nil {
		return fmt.Errorf("announce batch %s: %w", r.ID, err)
	}
	return nil
}

// save overwrites the record that was read, or returns errs.Conflict when it has changed since.
func (s store) save(ctx context.Context, r record) error {
	writes, err := r.writes(table.Version(r.version))
	if err != nil {
		return err
	}
	return s.write(ctx, r, writes)
}

func (s store) write(ctx context.Context, r record, writes []table.Write) error {
	if err := s.table.Transact(ctx, fmt.Sprintf("%s#%d", r.ID, r.version), writes); err != nil {
		return fmt.Errorf("save batch %s: %w", r.ID, err)
	}
	return nil
}

// writes are the two items of a record. They are always written together, so they have the same version.
func (r record) writes(condition table.Condition) ([]table.Write, error) {
	value, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode batch %s: %w", r.ID, err)
	}
	return []table.Write{
		table.Put(table.Item{Key: recordKey(r.Tenant, r.ID), Value: value}, condition),
		table.Put(table.Item{Key: listKey(r.Tenant, r.ID, r.Created), Value: value}, condition),
	}, nil
}

// first are the items of a new record: its own two, and the note that there is an original to make an end of.
func (r record) first() ([]table.Write, error) {
	writes, err := r.writes(table.Absent())
	if err != nil {
		return nil, err
	}
	note := table.Item{Key: originalKey(r.Tenant, r.ID, r.Created), Value: []byte(r.ID)}
	return append(writes, table.Put(note, table.Absent())), nil
}

// get returns the record, or errs.NotFound.
func (s store) get(ctx context.Context, tenant, id string) (record, error) {
	item, err := s.table.Get(ctx, recordKey(tenant, id))
	if err != nil {
		return record{}, fmt.Errorf("get batch %s: %w", id, err)
	}
	return decodeRecord(item)
}

func decodeRecord(item table.Item) (record, error) {
	var r record
	if err := json.Unmarshal(item.Value, &r); err != nil {
		return record{}, fmt.Errorf("decode batch %s: %w", item.Sort, err)
	}
	r.version = item.Version
	return r, nil
}

// fail makes a batch failed, unless it has come to its end already.
func (s store) fail(ctx context.Context, tenant, id string, failure Failure) error {
	r, err := s.get(ctx, tenant, id)
	if err != nil || r.Status.final() {
		return err
	}
	r.Status, r.Failure = Failed, &failure
	return s.save(ctx, r)
}

// finish keeps what a chunk counted. A chunk that is finished already is the same chunk: nothing changes.
func (s store) finish(ctx context.Context, tenant, id string, number int, delta *tally.Delta) error {
	small, err := json.Marshal(finished{Results: delta.Results, Rejected: delta.Rows - delta.Results})
	if err != nil {
		return fmt.Errorf("encode chunk %d of batch %s: %w", number, id, err)
	}
	counted, err := json.Marshal(delta)
	if err != nil {
		return fmt.Errorf("encode delta %d of batch %s: %w", number, id, err)
	}
	err = s.table.Transact(ctx, fmt.Sprintf("%s%d", id[len(idPrefix):], number), []table.Write{
		table.Put(table.Item{Key: chunkKey(tenant, id, number), Value: small}, table.Absent()),
		table.Put(table.Item{Key: deltaKey(tenant, id, number), Value: counted}, table.Absent()),
	})
	if err != nil {
		return fmt.Errorf("keep chunk %d of batch %s: %w", number, id, err)
	}
	return nil
}

// contiguous yields the finished chunks from a number on, in order and without a gap.
func (s store) contiguous(ctx context.Context, tenant, id string, from int) iter.Seq2[finished, error] {
	return func(yield func(finished, error) bool) {
		query := table.Prefix(batchPartition(tenant, id), chunkPrefix)
		query.From = chunkKey(tenant, id, from).Sort
		for {
			page, err := s.table.Query(ctx, query)
			if err != nil {
				yield(finished{}, fmt.Errorf("list chunks of batch %s: %w", id, err))
				return
			}
			for _, item := range page.Items {
				if item.Key != chunkKey(tenant, id, from) {
					return
				}
				var f finished
				if err := json.Unmarshal(item.Value, &f); err != nil {
					yield(finished{}, fmt.Errorf("decode %s of batch %s: %w", item.Sort, id, err))
					return
				}
				if !yield(f, nil) {
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

// finishedChunks returns the sort keys of the chunks that are finished.
func (s store) finishedChunks(ctx context.Context, tenant, id string) (map[string]bool, error) {
	items, err := table.All(ctx, s.table, table.Prefix(batchPartition(tenant, id), chunkPrefix))
	if err != nil {
		return nil, fmt.Errorf("list chunks of batch %s: %w", id, err)
	}
	done := make(map[string]bool, len(items))
	for _, item := range items {
		done[item.Sort] = true
	}
	return done, nil
}

// total adds up what the finished chunks counted, and says how many they are.
func (s store) total(ctx context.Context, tenant, id string) (*tally.Delta, int, error) {
	var total tally.Delta
	chunks := 0
	query := table.Prefix(batchPartition(tenant, id), deltaPrefix)
	for {
		page, err := s.table.Query(ctx, query)
		if err != nil {
			return nil, 0, fmt.Errorf("add up batch %s: %w", id, err)
		}
		for _, item := range page.Items {
			var delta tally.Delta
			if err := json.Unmarshal(item.Value, &delta); err != nil {
				return nil, 0, fmt.Errorf("decode %s of batch %s: %w", item.Sort, id, err)
			}
			total.Add(&delta)
			chunks++
		}
		if query.Cursor = page.Next; page.Next == "" {
			return &total, chunks, nil
		}
	}
}
