package handler_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/functions/privacy/handler"
	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/vault"
)

// lapsing is a source of secrets that does not answer once.
type lapsing struct {
	secrets.Source
	calls, at int
}

func (l *lapsing) Current(ctx context.Context) (secrets.Set, error) {
	if l.calls++; l.calls == l.at {
		return secrets.Set{}, errs.New(errs.Unavailable, "the secrets cannot be read")
	}
	return l.Source.Current(ctx)
}

func TestNoPseudonymIsKeptThatCouldNotBeMade(t *testing.T) {
	body := operators(map[string]any{"type": "DEFAULT", "operator": "pseudonymise", "across": true})
	body["subjectId"], body["conversationId"] = "zoe", "c1"
	for at, reached := 1, true; reached; at++ {
		f := newFixture(t)
		source := &lapsing{Source: theSource(), at: at}
		clock := func() time.Time { return *f.now }
		api, err := handler.New(handler.Deps{
			Table: f.table, Keys: f.keys, Wrapper: vault.Keyset{Secrets: theSource()}, Secrets: source, Audit: f.log, Originals: 30 * day, Now: clock,
			NewID: rand.Text, Random: rand.Reader,
		}, httpapi.Config{Logger: slog.New(slog.DiscardHandler), Now: clock, Audit: f.log})
		if err != nil {
			t.Fatal(err)
		}
		whole := f.http
		if f.http, err = api.Handler(); err != nil {
			t.Fatal(err)
		}
		status, _ := f.do("main", http.MethodPost, "/v1/privacy/anonymise", text(body))
		if reached = source.calls >= at; reached && status != http.StatusServiceUnavailable {
			t.Errorf("without secrets at call %d: status %d, want 503", at, status)
		}
		f.http = whole
		if got := texts(t, f.must(http.MethodPost, "/v1/privacy/anonymise", text(body))); strings.Contains(got[0], "_>") {
			t.Errorf("after no secrets at call %d: got %q, want pseudonyms that tell one from another", at, got[0])
		}
	}
}
