package bundle

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/prf"

	"github.com/customerai/customerai"
	chunks "github.com/customerai/customerai/functions/analyze-chunk/handler"
	auditing "github.com/customerai/customerai/functions/audit/handler"
	authorizer "github.com/customerai/customerai/functions/authorizer/handler"
	batches "github.com/customerai/customerai/functions/batches/handler"
	categories "github.com/customerai/customerai/functions/categories/handler"
	checkpoints "github.com/customerai/customerai/functions/checkpoint-audit/handler"
	health "github.com/customerai/customerai/functions/health/handler"
	principalsapi "github.com/customerai/customerai/functions/principals/handler"
	privacy "github.com/customerai/customerai/functions/privacy/handler"
	purge "github.com/customerai/customerai/functions/purge-expired/handler"
	sentiment "github.com/customerai/customerai/functions/sentiment/handler"
	settings "github.com/customerai/customerai/functions/settings/handler"
	splits "github.com/customerai/customerai/functions/split-batch/handler"
	token "github.com/customerai/customerai/functions/token/handler"
	"github.com/customerai/customerai/infra/local/gateway"
	"github.com/customerai/customerai/infra/local/scheduler"
	"github.com/customerai/customerai/infra/local/worker"
	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/edge/lambdaevent"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/blob/dirblob/upload"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/trust/principals"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/vault"
	"github.com/customerai/customerai/shared/workflow/batch"
)

// serve puts the HTTP functions behind the gateway, beside the address that uploads go to.
func (b *Bundle) serve(ctx context.Context) (http.Handler, error) {
	signer, err := b.signer(ctx)
	if err != nil {
		return nil, err
	}
	b.batches = &batch.Service{Table: b.table, Uploads: signer, Results: b.results, Now: b.config.Now, NewID: b.newID, Audit: b.audit}

	functions := map[string]http.Handler{}
	builders := map[string]func() (*httpapi.API, error){
		"token": func() (*httpapi.API, error) {
			return token.New(token.Deps{Secrets: b.secrets, Table: b.table, Audit: b.audit}, b.edge())
		},
		"principals": func() (*httpapi.API, error) {
			return principalsapi.New(principalsapi.Deps{Secrets: b.secrets, Principals: b.principals()}, b.edge())
		},
		"sentiment": func() (*httpapi.API, error) {
			return sentiment.New(sentiment.Deps{Table: b.table, Now: b.config.Now}, b.edge())
		},
		"settings": func() (*httpapi.API, error) {
			return settings.New(settings.Deps{Table: b.table, Now: b.config.Now, Audit: b.audit}, b.edge())
		},
		"privacy": func() (*httpapi.API, error) { return b.newPrivacy() },
		"batches": func() (*httpapi.API, error) { return b.newBatches(signer) },
		"audit": func() (*httpapi.API, error) {
			return auditing.New(auditing.Deps{
				Table: b.table, Checkpoints: b.fixed, Audit: b.audit, Keep: records, Now: b.config.Now,
			}, b.edge())
		},
		"categories": func() (*httpapi.API, error) {
			return categories.New(categories.Deps{Table: b.table, Results: b.results, Now: b.config.Now, Audit: b.audit}, b.edge())
		},
		"health": func() (*httpapi.API, error) {
			return health.New(health.Deps{Checks: b.checks(), OpenAPI: customerai.OpenAPI}, b.edge())
		},
	}
	for _, name := range slices.Sorted(maps.Keys(builders)) { // of several that fail, the same one is named every time
		api, err := builders[name]()
		if err != nil {
			return nil, fmt.Errorf("build %s: %w", name, err)
		}
		if functions[name], err = api.Handler(); err != nil {
			return nil, fmt.Errorf("build %s: %w", name, err)
		}
	}
	front, err := gateway.New(gateway.Config{
		Functions: functions,
		Authorize: authorizer.New(authorizer.Deps{
			Secrets: b.secrets, Table: b.table, Stage: b.config.Stage, Logger: b.config.Logger, Now: b.config.Now,
		}).Handle,
		Edge: b.edge(), Limits: b.config.Limits, Remember: b.config.Remember, Now: b.config.Now,
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/", front)
	mux.Handle(upload.Path, upload.NewHandler(signer, b.uploads, b.config.Logger))
	return mux, nil
}

// Principals returns what knows the people and clients of the folder, and the secrets that it needs.
func (b *Bundle) Principals(ctx context.Context) (*principals.Service, secrets.Set, error) {
	set, err := b.secrets.Current(ctx)
	return b.principals(), set, err
}

// principals knows the people and clients of the folder.
func (b *Bundle) principals() *principals.Service {
	return &principals.Service{Table: b.table, Audit: b.audit, Now: b.config.Now, NewID: b.newID}
}

func (b *Bundle) newBatches(signer *upload.Signer) (*httpapi.API, error) {
	return batches.New(batches.Deps{
		Table: b.table, Uploads: signer, Results: b.results, Now: b.config.Now, NewID: b.newID, Audit: b.audit,
	}, b.edge())
}

func (b *Bundle) newPrivacy() (*httpapi.API, error) {
	return privacy.New(privacy.Deps{
		Table: b.table, Keys: b.keys, Wrapper: vault.Keyset{Secrets: b.secrets}, Secrets: b.secrets, Audit: b.audit, Originals: originals, Now: b.config.Now, NewID: b.newID, Random: b.random,
	}, b.edge())
}

// How long a laptop keeps what stands behind pseudonyms, and audit records: as long as AWS does where nobody says otherwise.
const (
	originals = manifest.OriginalsDays * 24 * time.Hour
	records   = manifest.AuditDays * 24 * time.Hour
)

// signer makes upload addresses with a key of its own, drawn from the pseudonym keyset so that it survives a restart.
func (b *Bundle) signer(ctx context.Context) (*upload.Signer, error) {
	set, err := b.secrets.Current(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the secrets: %w", err)
	}
	key, err := derive(set.Pseudonyms, "upload addresses")
	if err != nil {
		return nil, fmt.Errorf("derive the key of upload addresses: %w", err)
	}
	return upload.NewSigner(key, b.config.BaseURL, b.config.Now)
}

func derive(set prf.Set, purpose string) ([]byte, error) {
	return set.ComputePrimaryPRF([]byte(purpose), upload.MinKey)
}

// checks are what readiness asks.
func (b *Bundle) checks() map[string]health.Check {
	return map[string]health.Check{
		"secrets": func(ctx context.Context) error { _, err := b.secrets.Current(ctx); return err },
		"table": func(ctx context.Context) error {
			_, err := b.table.Get(ctx, table.Key{Partition: Tenant + "#health", Sort: "probe"})
			if errs.Is(err, errs.NotFound) {
				return nil
			}
			return err
		},
	}
}

// lookInterval is how often the drop folder is looked at. A file counts as whole after two looks without a change.
const lookInterval = 300 * time.Millisecond

// Run runs the functions that queues start until ctx ends, and returns when the last invocation has.
func (b *Bundle) Run(ctx context.Context) error {
	splitter := splits.New(splits.Deps{
		Table: b.table, Uploads: b.uploads, Results: b.results, Chunks: b.chunksQueue, Now: b.config.Now, DefaultTenant: Tenant,
	})
	analyzer := chunks.New(chunks.Deps{Table: b.table, Uploads: b.uploads, Results: b.results, Now: b.config.Now})
	purger := purge.New(purge.Deps{
		Table: b.table, Keys: b.keys, Wrapper: vault.Keyset{Secrets: b.secrets}, Uploads: b.uploads, Results: b.results, Checkpoints: b.fixed,
		KeepResults: manifest.ResultsDays * 24 * time.Hour, KeepOriginals: originals, KeepAudit: records, Secrets: b.secrets, Now: b.config.Now, NewID: b.newID, Random: b.random,
	})
	checkpointer := checkpoints.New(checkpoints.Deps{
		Table: b.table, Checkpoints: b.fixed, Secrets: b.secrets, Now: b.config.Now, NewID: b.newID,
	})
	split, ok1 := manifest.Find("split-batch")
	analyze, ok2 := manifest.Find("analyze-chunk")
	checkpoint, ok3 := manifest.Find("checkpoint-audit")
	purging, ok4 := manifest.Find("purge-expired")
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return errors.New("the manifest lacks a function that runs on its own")
	}
	logger := b.config.Logger
	var running sync.WaitGroup
	running.Go(func() { b.watcher().Run(ctx, lookInterval, logger) })
	running.Go(func() {
		worker.Run(ctx, worker.Config{
			Queue: b.uploadsQueue, Function: split, Handle: lambdaevent.SQS(logger, splitter.Handle), Concurrency: 1, Logger: logger,
		})
	})
	running.Go(func() {
		worker.Run(ctx, worker.Config{
			Queue: b.chunksQueue, Function: analyze, Handle: lambdaevent.SQS(logger, analyzer.Handle),
			Concurrency: runtime.GOMAXPROCS(0), Logger: logger,
		})
	})
	var failures [2]error
	running.Go(func() {
		failures[0] = scheduler.Run(ctx, scheduler.Config{
			Function: checkpoint, Handle: lambdaevent.Schedule(logger, checkpointer.Handle), Now: b.config.Now, Logger: logger,
		})
	})
	running.Go(func() {
		failures[1] = scheduler.Run(ctx, scheduler.Config{
			Function: purging, Handle: lambdaevent.Schedule(logger, purger.Handle), Now: b.config.Now, Logger: logger,
		})
	})
	running.Wait()
	return errors.Join(failures[:]...)
}
