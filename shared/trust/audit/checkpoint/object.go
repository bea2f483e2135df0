package checkpoint

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/trust/audit/merkle"
	"github.com/customerai/customerai/shared/trust/audit/record"
)

// Checkpoint is what an object holds.
type Checkpoint struct {
	Tenant   string    `json:"tenant"`
	Window   time.Time `json:"window"`
	Size     uint64    `json:"size"`
	Head     string    `json:"head"`
	Root     string    `json:"root"`
	Frontier []string  `json:"frontier"`
	Previous string    `json:"previous"`
	Hashes   []string  `json:"hashes"`
}

// objectForm is how the window stands in a key, so that keys order as windows do.
const objectForm = "2006-01-02T15.json"

func objectKey(tenant string, window time.Time) string {
	return tenant + "/" + window.UTC().Format(objectForm)
}

// listed is how many keys are asked for at once.
const listed = 1000

// newestWindow returns the newest window that a tenant has an object of, and whether there is any. What else may lie there is none of
// ours.
func (s *Service) newestWindow(ctx context.Context, tenant string) (newest time.Time, found bool, err error) {
	for cursor := ""; ; {
		page, err := s.Bucket.List(ctx, tenant+"/", cursor, listed)
		if err != nil {
			return time.Time{}, false, fmt.Errorf("list the checkpoints: %w", err)
		}
		for _, object := range page.Objects {
			if window, err := time.Parse(objectForm, strings.TrimPrefix(object.Key, tenant+"/")); err == nil {
				newest, found = window, true
			}
		}
		if cursor = page.Next; cursor == "" {
			return newest, found, nil
		}
	}
}

func (s *Service) read(ctx context.Context, tenant string, window time.Time) (Checkpoint, []byte, error) {
	object, err := s.Bucket.Open(ctx, objectKey(tenant, window), blob.Range{})
	if err != nil {
		return Checkpoint{}, nil, fmt.Errorf("read checkpoint %s: %w", window.Format(time.RFC3339), err)
	}
	text, err := io.ReadAll(object)
	if err := errors.Join(err, object.Close()); err != nil {
		return Checkpoint{}, nil, fmt.Errorf("read checkpoint %s: %w", window.Format(time.RFC3339), err)
	}
	var c Checkpoint
	if err := json.Unmarshal(text, &c); err != nil || c.Tenant != tenant || !c.Window.Equal(window) {
		return Checkpoint{}, nil, errors.Join(fmt.Errorf("checkpoint %s is not one of this window and tenant", window.Format(time.RFC3339)), err)
	}
	return c, text, nil
}

// tree is what the checkpoint's records come to.
func (c Checkpoint) tree() (merkle.Tree, error) {
	frontier := make([]merkle.Hash, len(c.Frontier))
	for i, text := range c.Frontier {
		sum, err := hex.DecodeString(text)
		if err != nil || len(sum) != sha256.Size {
			return merkle.Tree{}, errors.New("the checkpoint's frontier cannot be read")
		}
		frontier[i] = merkle.Hash(sum)
	}
	return merkle.Resume(c.Size, frontier)
}

func previousOf(text []byte) string {
	if text == nil {
		return record.Start
	}
	return hexOf(sha256.Sum256(text))
}

func hexOf(hash merkle.Hash) string { return hex.EncodeToString(hash[:]) }
