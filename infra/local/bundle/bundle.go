// Package bundle holds every function of the manifest in one process, over engines that need nothing but a folder.
//
// Normal use:
//
//	b, err := bundle.Open(ctx, bundle.Config{Folder: ".customerai", BaseURL: "http://127.0.0.1:8080", …})
//	defer b.Close()
//	go b.Run(ctx)
//	server.Handler = b.Handler
//
// The handlers are the very ones that Lambda runs; only the adapters below them differ.
//
// It refuses a folder that another process has open, and every stage but development.
package bundle

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/customerai/customerai/infra/local/drop"
	"github.com/customerai/customerai/infra/local/gateway"
	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/blob/dirblob"
	"github.com/customerai/customerai/shared/storage/queue/memqueue"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/sqlitetable"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/secrets/envsecrets"
	"github.com/customerai/customerai/shared/workflow/batch"
	"github.com/customerai/customerai/shared/workflow/calibration"
)

// What a data folder holds, beside the secrets.
const (
	tableFile     = "table.db"
	keysFile      = "keys.db"  // people's keys; a backup of the folder leaves it out
	uploadsFolder = "incoming" // files dropped here are analysed, and removed once their batch is complete
	resultsFolder = "results"
	fixedFolder   = "checkpoints" // of the audit chains
)

// Tenant owns the files that are dropped in.
const Tenant = secrets.DefaultTenant

// Config says where and how. Every field but Origins, Limits and Remember is required.
type Config struct {
	Folder  string
	BaseURL string // where clients reach the handler; upload addresses begin with it
	Stage   env.Stage
	Origins []string
	Logger  *slog.Logger
	Now     func() time.Time

	Limits   gateway.Limits // of requests; the zero value has none
	Remember time.Duration  // how long the gateway uses an answer of the authorizer again
}

// Bundle is the open bundle. Make it with Open.
type Bundle struct {
	Handler http.Handler      // every HTTP function behind the gateway
	Made    []secrets.Problem // the secrets that had to be made, for one warning each

	config  Config
	secrets *envsecrets.Source
	stores
	opened []io.Closer
	// The queues are in memory: what a stop leaves undone, the drop folder announces again at the next start.
	uploadsQueue, chunksQueue *memqueue.Queue
	batches                   *batch.Service
	audit                     *audit.Log
}

// stores are what the functions stand on.
type stores struct {
	table, keys             table.Table
	uploads, results, fixed blob.Bucket
	newID                   func() string
	random                  io.Reader
}

// Open opens or makes the folder and puts the functions together.
func Open(ctx context.Context, config Config) (b *Bundle, err error) {
	b = &Bundle{config: config}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.Close())
			b = nil
		}
	}()
	if err := os.MkdirAll(config.Folder, 0o700); err != nil {
		return b, fmt.Errorf("make the data folder: %w", err)
	}
	// The table comes first: its lock keeps a second process out of everything else.
	if b.table, err = b.openTable(ctx, tableFile); err != nil {
		return b, fmt.Errorf("open the table: %w", err)
	}
	if b.keys, err = b.openTable(ctx, keysFile); err != nil {
		return b, fmt.Errorf("open the keys: %w", err)
	}
	if b.uploads, err = b.openBucket(uploadsFolder); err != nil {
		return b, fmt.Errorf("open the uploads: %w", err)
	}
	if b.results, err = b.openBucket(resultsFolder); err != nil {
		return b, fmt.Errorf("open the results: %w", err)
	}
	if b.fixed, err = b.openBucket(fixedFolder); err != nil {
		return b, fmt.Errorf("open the checkpoints: %w", err)
	}
	if b.secrets, b.Made, err = envsecrets.Open(config.Stage, config.Folder); err != nil {
		return b, fmt.Errorf("open the secrets: %w", err)
	}
	b.newID, b.random = rand.Text, rand.Reader
	err = b.assemble(ctx)
	return b, err
}

func (b *Bundle) openTable(ctx context.Context, file string) (table.Table, error) {
	t, err := sqlitetable.Open(ctx, filepath.Join(b.config.Folder, file), b.config.Now)
	if err != nil {
		return nil, err
	}
	b.opened = append(b.opened, t)
	return t, nil
}

func (b *Bundle) openBucket(folder string) (blob.Bucket, error) {
	bucket, err := dirblob.Open(filepath.Join(b.config.Folder, folder))
	if err != nil {
		return nil, err
	}
	b.opened = append(b.opened, bucket)
	return bucket, nil
}

// assemble puts the functions together, on the stores.
func (b *Bundle) assemble(ctx context.Context) (err error) {
	if b.uploadsQueue, err = newQueue("split-batch", b.config.Now); err != nil {
		return err
	}
	if b.chunksQueue, err = newQueue("analyze-chunk", b.config.Now); err != nil {
		return err
	}
	b.audit = audit.New(audit.Config{Table: b.table, Secrets: b.secrets, Now: b.config.Now, NewID: b.newID})
	b.Handler, err = b.serve(ctx)
	return err
}

// pollWait is how long a receive waits for a first message, as long as SQS does.
const pollWait = 20 * time.Second

// newQueue makes the queue of a function as the manifest says. In one process a message need stay hidden no longer than an
// invocation may take.
func newQueue(function string, now func() time.Time) (*memqueue.Queue, error) {
	found, ok := manifest.Find(function)
	if !ok || found.Queue == nil {
		return nil, fmt.Errorf("the manifest has no queue for %s", function)
	}
	return memqueue.New(memqueue.Config{
		Visibility: found.Timeout, MaxReceive: found.Queue.MaxReceiveCount, Wait: pollWait, Now: now,
	}), nil
}

// Close closes the folder. It is safe on a bundle that is half open.
func (b *Bundle) Close() error {
	var failures []error
	for _, store := range slices.Backward(b.opened) {
		failures = append(failures, store.Close())
	}
	return errors.Join(failures...)
}

// Batches tells about the batches of the folder.
func (b *Bundle) Batches() *batch.Service { return b.batches }

// Calibration keeps the folder's sentiment settings.
func (b *Bundle) Calibration() *calibration.Service {
	return &calibration.Service{Table: b.table, Audit: b.audit, Now: b.config.Now}
}

// Audit is the log of what was done in the folder.
func (b *Bundle) Audit() *audit.Log { return b.audit }

// Drop puts a file into the uploads folder, as a person would, and returns whether it is new there.
func (b *Bundle) Drop(ctx context.Context, name string, content io.Reader) (bool, error) {
	_, err := b.uploads.Write(ctx, name, content, blob.WriteOptions{IfAbsent: true})
	if errs.Is(err, errs.Conflict) {
		return false, nil
	}
	return err == nil, err
}

// edge is what the functions' HTTP conventions need to know.
func (b *Bundle) edge() httpapi.Config {
	return httpapi.Config{
		Stage: b.config.Stage, Origins: b.config.Origins, Logger: b.config.Logger, Now: b.config.Now,
		NewID: b.newID, Idempotency: b.table, Audit: b.audit,
	}
}

// watcher announces what lands in the uploads folder.
func (b *Bundle) watcher() *drop.Watcher {
	return drop.New(b.uploads, string(manifest.Uploads), b.uploadsQueue, b.config.Now)
}
