package coldstart

import (
	"context"
	"time"

	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/secrets/managersecrets"
)

// secretsWithin ends the wait for the secrets before Lambda ends an initialisation, which it does after 10 seconds.
const secretsWithin = 8 * time.Second

// reading is a source whose first document is still on its way. The store's answer takes longer than everything else of a
// start, so that the start goes on meanwhile.
type reading struct {
	done   chan struct{} // closed when source and err are there
	source secrets.Renewer
	err    error
}

func read(config managersecrets.Config) *reading {
	r := &reading{done: make(chan struct{})}
	go func() {
		defer close(r.done)
		ctx, cancel := context.WithTimeout(context.Background(), secretsWithin)
		defer cancel()
		source, err := managersecrets.Open(ctx, config)
		if err != nil {
			r.err = err
			return
		}
		r.source = source
	}()
	return r
}

// wait returns what was wrong with the document.
func (r *reading) wait() error {
	<-r.done
	return r.err
}

// Current implements secrets.Source.
func (r *reading) Current(ctx context.Context) (secrets.Set, error) {
	return r.ask(ctx, secrets.Renewer.Current)
}

// Renewed implements secrets.Renewer.
func (r *reading) Renewed(ctx context.Context) (secrets.Set, error) {
	return r.ask(ctx, secrets.Renewer.Renewed)
}

func (r *reading) ask(ctx context.Context, how func(secrets.Renewer, context.Context) (secrets.Set, error)) (secrets.Set, error) {
	select {
	case <-r.done:
	case <-ctx.Done():
		return secrets.Set{}, ctx.Err()
	}
	if r.err != nil {
		return secrets.Set{}, r.err
	}
	return how(r.source, ctx)
}
