package ledger

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/storage/table"
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

// Final reports whether a batch has come to its end.
func (s Status) Final() bool { return s == Completed || s == Failed }

// Failure is why a batch failed.
type Failure struct {
	Code    string `json:"code" doc:"invalid, too_large, conflict, not_found or unavailable"`
	Message string `json:"message"`
}

// Record is a batch as it is kept, twice: under its id and in its tenant's list, both written at once.
type Record struct {
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
	Calibration Calibrated `json:"calibration,omitzero"`

	version int64
}

// Calibrated is a version of the sentiment settings, and what it said.
type Calibrated struct {
	Version int64             `json:"version"`
	Offsets sentiment.Offsets `json:"offsets"`
}

// writes are the two items of a record. They are always written together, so they have the same version.
func (r Record) writes(condition table.Condition) ([]table.Write, error) {
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
func (r Record) first() ([]table.Write, error) {
	writes, err := r.writes(table.Absent())
	if err != nil {
		return nil, err
	}
	note := table.Item{Key: originalKey(r.Tenant, r.ID, r.Created), Value: []byte(r.ID)}
	return append(writes, table.Put(note, table.Absent())), nil
}

func decodeRecord(item table.Item) (Record, error) {
	var r Record
	if err := json.Unmarshal(item.Value, &r); err != nil {
		return Record{}, fmt.Errorf("decode batch %s: %w", item.Sort, err)
	}
	r.version = item.Version
	return r, nil
}
