package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/customerai/customerai/infra/local/bundle"
	"github.com/customerai/customerai/infra/local/gateway"
	"github.com/customerai/customerai/shared/edge/httpapi/cors"
	"github.com/customerai/customerai/shared/env"
)

// serveOptions are the flags of serve.
type serveOptions struct {
	address, folder string
	sample          bool
}

func serve(ctx context.Context, p Process, args []string) error {
	var options serveOptions
	rest, err := p.parse("serve", args, func(flags *flag.FlagSet) {
		flags.StringVar(&options.address, "addr", "127.0.0.1:8080", "address to serve on")
		flags.StringVar(&options.folder, "data", dataFolder, "folder of the store and the keys")
		flags.BoolVar(&options.sample, "sample", false, "analyse the sample messages first")
	})
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return errors.New("serve takes no arguments")
	}
	config, err := p.serveConfig()
	if err != nil {
		return err
	}
	listener, err := listen(ctx, options.address)
	if err != nil {
		return err
	}
	config.Folder, config.BaseURL = options.folder, "http://"+listener.Addr().String()
	b, err := bundle.Open(ctx, config)
	if err != nil {
		return errors.Join(openProblem(options.folder, err), listener.Close())
	}
	for _, problem := range b.Made {
		p.complain(madeKey(problem))
	}
	return errors.Join(p.run(ctx, b, listener, config, options), b.Close())
}

// serveConfig reads the settings that serve shares with the functions.
func (p Process) serveConfig() (bundle.Config, error) {
	stage, err := p.stage()
	if err != nil {
		return bundle.Config{}, err
	}
	settings := env.NewReader(p.LookupEnv)
	level := slog.LevelWarn // a terminal is for the person; LOG_LEVEL=info shows every request
	if settings.Optional("LOG_LEVEL", "") != "" {
		level = settings.LogLevel("LOG_LEVEL")
	}
	origins, err := cors.ParseOrigins(stage, settings.Optional("CORS_ORIGINS", ""))
	if err != nil {
		settings.Problem("CORS_ORIGINS", err.Error())
	}
	limits := gateway.Limits{
		Rate: settings.Int("API_RATE_LIMIT", 100, 1, 10_000), Burst: settings.Int("API_BURST_LIMIT", 200, 1, 5_000),
		ClientRate: settings.Int("CLIENT_RATE_LIMIT", 20, 1, 10_000),
	}
	return bundle.Config{
		Stage: stage, Origins: origins, Now: time.Now, Limits: limits, Remember: rememberAuthorizer,
		Logger: slog.New(slog.NewTextHandler(p.Err, &slog.HandlerOptions{Level: level})),
	}, settings.Err()
}

// rememberAuthorizer is how long API Gateway uses an answer of the authorizer again: infra/cdk asks it to.
const rememberAuthorizer = 300 * time.Second

func listen(ctx context.Context, address string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is taken by another process; choose another address with -addr", address)
	case err != nil:
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return listener, nil
}

// stopWithin is how long a stop waits for requests that are under way.
const stopWithin = 5 * time.Second

// run serves until ctx ends.
func (p Process) run(ctx context.Context, b *bundle.Bundle, listener net.Listener, config bundle.Config, options serveOptions) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	server := &http.Server{
		Handler: b.Handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(config.Logger.Handler(), slog.LevelWarn),
	}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			cancel(fmt.Errorf("serve: %w", err))
		}
	}()
	background := make(chan error, 1)
	go func() { background <- b.Run(ctx) }()

	p.welcome(config.BaseURL, options.folder)
	var failure error
	if options.sample {
		failure = p.analyzeSample(ctx, b)
	}
	if failure == nil {
		<-ctx.Done()
		if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
			failure = cause
		}
	}
	cancel(nil)
	p.complain("stopping")
	grace, done := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer done()
	return errors.Join(failure, server.Shutdown(grace), <-background)
}

// welcome prints the address and lines to paste.
func (p Process) welcome(base, folder string) {
	flags := ""
	if folder != dataFolder {
		flags = " -data " + folder
	}
	p.say(fmt.Sprintf(`CustomerAI serves on %[1]s and keeps everything in %[2]s. Ctrl-C stops it.

  TOKEN=$(go run ./infra/local token%[3]s)

  curl -s %[1]s/v1/sentiment -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
    -d '{"documents":[{"id":"1","text":"The phone is great but my parcel arrived two weeks late. Call me on 212-555-0143."}]}'

  curl -s %[1]s/v1/batches -H "Authorization: Bearer $TOKEN"

  cp messages.csv %[2]s/incoming/     # a file dropped there is analysed and then removed
`, base, folder, flags))
}
