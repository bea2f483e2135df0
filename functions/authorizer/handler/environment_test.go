package handler_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/customerai/customerai/functions/authorizer/handler"
	"github.com/customerai/customerai/shared/edge/lambdahttp"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/emulators"
	"github.com/customerai/customerai/shared/testkit/wire"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/secrets/managersecrets"
	"github.com/customerai/customerai/shared/trust/secrets/rotation"
)

type environment struct {
	w       *world
	source  *managersecrets.Source
	handler *handler.Handler
	fetched time.Time // when it asked last
	failed  bool      // and how that went
	flooded bool      // whether an unknown key has been seen since
	seen    string    // the version that it holds
}

// client reaches the store through what may go wrong.
type client func(request *http.Request) (*http.Response, error)

func (c client) Do(request *http.Request) (*http.Response, error) { return c(request) }

func (w *world) config(do client) aws.Config {
	config := emulators.Nowhere(w.t)
	config.HTTPClient, config.Retryer = do, func() aws.Retryer { return aws.NopRetryer{} }
	return config
}

// environment returns one that is warm, or begins: then it reads the document before anything else.
func (w *world) environment() *environment {
	i := w.rand.IntN(len(w.environments))
	if w.environments[i] != nil && w.rand.IntN(8) > 0 {
		return w.environments[i]
	}
	w.tally["cold"]++
	e := &environment{w: w}
	source, err := managersecrets.Open(w.t.Context(), managersecrets.Config{
		AWS: w.config(e.fetch), ID: "bundle", Now: w.now, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		if !w.down {
			w.errorf("an environment does not start: %v", err)
		}
		return nil
	}
	e.source = source
	e.handler = handler.New(handler.Deps{Secrets: source, Table: memtable.New(w.now), Stage: env.Staging, Logger: slog.New(slog.DiscardHandler), Now: w.now})
	w.environments[i] = e
	return e
}

// fetch counts what an environment asks of the store and holds it to the limits.
func (e *environment) fetch(request *http.Request) (*http.Response, error) {
	w := e.w
	if !e.fetched.IsZero() {
		gap, least := w.at.Sub(e.fetched), secrets.MaxAge
		switch {
		case e.failed:
			least = managersecrets.RetryAfter
		case e.flooded:
			least = managersecrets.RenewAfter
			if gap < secrets.MaxAge {
				w.tally["forced"]++
			}
		}
		if gap < least {
			w.errorf("an environment asks again after %s, want at most once in %s", gap, least)
		}
	}
	w.tally["fetches"]++
	e.fetched, e.failed, e.flooded = w.at, w.down, false
	if w.down {
		return wire.Never(nil)
	}
	_, e.seen = w.store.Document(rotation.LabelCurrent)
	return w.store.Do(request)
}

// sign does what the token function does.
func (e *environment) sign() {
	set, err := e.source.Current(e.w.t.Context())
	switch {
	case errs.Is(err, errs.Unavailable) && (e.w.down || e.failed):
		return
	case err != nil:
		e.w.errorf("an environment does not sign: %v", err)
		return
	}
	token := e.w.mint(set)
	e.w.tally["signed"]++
	if _, err := (auth.Tokens{MAC: set.Signing, Stage: env.Staging}).Verify(token, e.w.at); err != nil {
		e.w.errorf("an environment does not accept its own token: %v", err)
	}
	if e.seen != "first" && e.w.at.Before(e.w.effective(e.seen)) {
		e.w.tally["signed by the key before"]++
	}
	e.w.honest = append(e.w.honest, honest{token, e.w.at, e.seen})
}

func (w *world) effective(version string) time.Time {
	text, id := w.store.Document(rotation.LabelCurrent)
	if id != version {
		return time.Time{}
	}
	document, err := secrets.ParseDocument([]byte(text))
	if err != nil {
		w.errorf("%v", err)
	}
	schedule, _ := document.Schedule()
	return schedule.Effective
}

func (w *world) mint(set secrets.Set) string {
	token, err := auth.Tokens{MAC: set.Signing, Stage: env.Staging}.Mint(alice, "tok_1", w.at)
	if err != nil {
		w.t.Fatal(err)
	}
	return token
}

// verify sends an honest token to the real authorizer.
func (e *environment) verify() {
	w := e.w
	if len(w.honest) == 0 {
		return
	}
	sent := w.honest[w.rand.IntN(len(w.honest))]
	err := e.authorize(sent.token)
	switch {
	case err == nil:
		w.tally["accepted"]++
		if e.seen != sent.version {
			w.tally["accepted with an old document"]++
		}
	case errors.Is(err, lambdahttp.ErrUnauthorized):
		w.errorf("a token that %s signed %s ago is refused by an environment that holds %s", sent.version, w.at.Sub(sent.issued), e.seen)
	case !w.down && !e.failed:
		w.errorf("a token is not decided: %v", err)
	}
}

func (e *environment) authorize(token string) error {
	_, err := e.handler.Handle(context.Background(), events.APIGatewayCustomAuthorizerRequestTypeRequest{
		MethodArn: "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/production/GET/", Headers: map[string]string{"Authorization": "Bearer " + token},
	})
	return err
}

var strangers = func() secrets.Set {
	document, _, err := secrets.Generate()
	if err != nil {
		panic(err)
	}
	set, _ := document.Open()
	return set
}()

// flood sends tokens of keys that nobody knows, at a few a second.
func (e *environment) flood() {
	w := e.w
	for range 1 + w.rand.IntN(20) {
		e.flooded = true
		w.tally["bad kids"]++
		if e.authorize(w.mint(strangers)) == nil {
			w.errorf("a stranger's token is accepted")
		}
		w.at = w.at.Add(time.Duration(w.rand.IntN(5000)) * time.Millisecond)
	}
	w.expire()
}

// forge sends tokens of the key that is pending, and of those that are gone.
func (e *environment) forge() {
	w := e.w
	if text, id := w.store.Document(rotation.LabelPending); text != "" && id != e.seen {
		if _, inForce := w.store.Document(rotation.LabelCurrent); id != inForce {
			set, err := secrets.Parse([]byte(text))
			if err != nil {
				w.errorf("%v", err)
				return
			}
			w.tally["pending"]++
			e.flooded = true
			if e.authorize(w.mint(set)) == nil { // by its primary: it is not yet the one that makes
				w.errorf("a token of a pending key is accepted")
			}
		}
	}
	for _, key := range w.retired[max(0, len(w.retired)-3):] {
		if w.at.Before(key.refuse) {
			continue
		}
		w.tally["retired"]++
		e.flooded = true
		if e.authorize(w.mint(key.set)) == nil {
			w.errorf("a token of a retired key is accepted")
		}
	}
}
