package batch

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/workflow/batch/keys"
	"github.com/customerai/customerai/shared/workflow/batch/rows"
)

// message asks for one chunk to be analysed. It says all that is needed to read the chunk.
type message struct {
	Tenant    string      `json:"tenant"`
	BatchID   string      `json:"batchId"`
	Chunk     int         `json:"chunk"`            // from 1
	Source    string      `json:"source,omitempty"` // key in the uploads bucket; "" for the chunk's own object in the results bucket
	ETag      string      `json:"etag,omitempty"`   // of the source
	Offset    int64       `json:"offset"`           // of the first byte in the source
	Length    int64       `json:"length"`           // bytes
	FirstLine int         `json:"firstLine"`        // physical line of the first byte in the uploaded file
	Layout    rows.Layout `json:"layout"`
	Damaged   bool        `json:"damaged,omitempty"` // the file ends with this chunk, too early
}

func (m message) encode() (string, error) {
	body, err := json.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("encode chunk message: %w", err)
	}
	return string(body), nil
}

// parseMessage reads a message and refuses, with errs.Invalid, what no splitter sends.
func parseMessage(body string) (message, error) {
	var m message
	if err := json.Unmarshal([]byte(body), &m, json.RejectUnknownMembers(true)); err != nil {
		return message{}, errs.Wrap(errs.Invalid, "the chunk message is not valid", err)
	}
	inTenant := m.Source == "" || strings.HasPrefix(m.Source, m.Tenant+"/") || !strings.Contains(m.Source, "/")
	csv := m.Layout.Format == rows.CSV && len(m.Layout.Columns) > 0
	jsonl := m.Layout.Format == rows.JSONL && len(m.Layout.Columns) == 0
	switch {
	case !keys.ValidTenant(m.Tenant), !keys.ValidID(m.BatchID), !inTenant, !csv && !jsonl,
		m.Chunk < 1, m.FirstLine < 1, m.Offset < 0, m.Length < 0, m.Source != "" && m.Length == 0:
		return message{}, errs.New(errs.Invalid, "the chunk message is not one of ours")
	}
	return m, nil
}
