package auditchain

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Checkpoint is an object that was written once, as far as a verification needs it.
type Checkpoint struct {
	Tenant   string   `json:"tenant"`
	Window   string   `json:"window"`
	Size     uint64   `json:"size"`
	Head     string   `json:"head"`
	Root     string   `json:"root"`
	Previous string   `json:"previous"`
	Hashes   []string `json:"hashes"`

	digest string // of the object
}

// ParseCheckpoint reads an object.
func ParseCheckpoint(text []byte) (Checkpoint, error) {
	var c Checkpoint
	if err := json.Unmarshal(text, &c); err != nil {
		return c, fmt.Errorf("read a checkpoint: %w", err)
	}
	if c.Tenant == "" || c.Window == "" || c.Size == 0 || uint64(len(c.Hashes)) > c.Size {
		return c, errors.New("read a checkpoint: it lacks its tenant, window or size, or has more hashes than records")
	}
	sum := sha256.Sum256(text)
	c.digest = hex.EncodeToString(sum[:])
	return c, nil
}

// fixed is what checkpoints say of a chain together.
type fixed struct {
	tenant      string
	checkpoints []Checkpoint // in the order of their windows
	first       uint64       // the index of the first of the hashes
	hashes      [][sha256.Size]byte
}

// order puts checkpoints in their order and sees that each continues the one before.
func order(all []Checkpoint) (fixed, error) {
	if len(all) == 0 {
		return fixed{}, nil
	}
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Checkpoint) int { return strings.Compare(a.Window, b.Window) })
	f := fixed{tenant: all[0].Tenant, checkpoints: all, first: all[0].Size - uint64(len(all[0].Hashes)) + 1}
	for i, c := range all {
		switch {
		case c.Tenant != f.tenant:
			return fixed{}, fmt.Errorf("checkpoint %s is of another tenant", c.Window)
		case i > 0 && c.Previous != all[i-1].digest:
			return fixed{}, fmt.Errorf("checkpoint %s does not name the one before it: one is missing, or has been changed", c.Window)
		case c.Size+1 != f.first+uint64(len(f.hashes)+len(c.Hashes)):
			return fixed{}, fmt.Errorf("checkpoint %s does not have the hashes since the one before it", c.Window)
		}
		for _, text := range c.Hashes {
			sum, err := hex.DecodeString(text)
			if err != nil || len(sum) != sha256.Size {
				return fixed{}, fmt.Errorf("checkpoint %s has a hash that is none", c.Window)
			}
			f.hashes = append(f.hashes, [sha256.Size]byte(sum))
		}
	}
	return f, nil
}

// excuses reports whether so many records may be missing at a chain's beginning: a checkpoint of before that time ends with them,
// and there are checkpoints for all of them.
func (f *fixed) excuses(records uint64, before time.Time) bool {
	return records > 0 && f.first == 1 && slices.ContainsFunc(f.checkpoints, func(c Checkpoint) bool {
		window, err := time.Parse(time.RFC3339, c.Window)
		return err == nil && c.Size == records && window.Before(before)
	})
}

// hash is what a record's hash has to be, if a checkpoint has it.
func (f *fixed) hash(index uint64) (sum [sha256.Size]byte, known bool) {
	if index < f.first || index-f.first >= uint64(len(f.hashes)) {
		return sum, false
	}
	return f.hashes[index-f.first], true
}
