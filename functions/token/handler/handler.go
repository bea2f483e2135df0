// Package handler is the token function: the OAuth 2.0 token endpoint (RFC 6749), token revocation (RFC 7009), and the change of
// one's own password.
//
// Normal use, by a client and by a person:
//
//	curl -u "$ID:$SECRET" -d grant_type=client_credentials https://…/v1/oauth/token
//	curl -d grant_type=password -d "username=$NAME" --data-urlencode "password=$PASSWORD" https://…/v1/oauth/token
//	curl -d grant_type=refresh_token -d "refresh_token=$TOKEN" https://…/v1/oauth/token
//	curl -d "username=$NAME" --data-urlencode "password=$PASSWORD" --data-urlencode "new_password=$NEXT" https://…/v1/oauth/password
//
// A client names itself by HTTP Basic or by client_id and client_secret in the form. It gets every scope it was granted, or
// those of them that it asks for; so does a person, who also gets a refresh token. A session that a client has asked for is that
// client's alone.
//
// It refuses credentials in the query, in two places or twice; answers an unknown name, a wrong secret and a disabled principal
// alike; and makes those wait who go on guessing.
package handler

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/edge/httpapi/problem"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/strictjson"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/principals"
	"github.com/customerai/customerai/shared/trust/secrets"
	"github.com/customerai/customerai/shared/trust/sessions"
	"github.com/customerai/customerai/shared/trust/throttle"
)

// Deps is what the function needs.
type Deps struct {
	Secrets secrets.Source
	Table   table.Table
	Audit   *audit.Log // of passwords that are changed
}

// New binds the function's operations.
func New(deps Deps, config httpapi.Config) (*httpapi.API, error) {
	api, err := httpapi.New("token", config)
	if err != nil {
		return nil, err
	}
	now, newID, logger := config.Now, config.NewID, config.Logger
	if now == nil {
		now = time.Now
	}
	if newID == nil {
		newID = rand.Text
	}
	if logger == nil {
		logger = slog.Default()
	}
	e := &endpoint{
		source: deps.Secrets, stage: config.Stage, now: now, newID: newID, logger: logger, table: deps.Table, audit: deps.Audit,
		principals: &principals.Service{Table: deps.Table, Audit: deps.Audit, Now: now, NewID: newID},
		sessions:   &sessions.Service{Table: deps.Table, Now: now, NewID: newID},
		throttle:   &throttle.Throttle{Table: deps.Table, Now: now, NewID: newID},
	}
	httpapi.BindHandler(api, "createToken", describeCreate, e.createToken)
	httpapi.BindHandler(api, "changePassword", describeChange, e.changePassword)
	httpapi.BindHandler(api, "revokeToken", describeRevoke, e.revokeToken)
	return api, nil
}

type endpoint struct {
	source     secrets.Source
	stage      env.Stage
	now        func() time.Time
	newID      func() string
	logger     *slog.Logger
	table      table.Table
	audit      *audit.Log
	principals *principals.Service
	sessions   *sessions.Service
	throttle   *throttle.Throttle
}

func (e *endpoint) tokens(set secrets.Set) auth.Tokens {
	return auth.Tokens{MAC: set.Signing, KeyIDs: set.KeyIDs, Stage: e.stage}
}

// sourceOf is where a request comes from, as the gateway saw it and no header says.
func sourceOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return throttle.Source(host)
}

// check returns the principal of a name and a secret; refused when they are not somebody's. A name that is guessed at from a source
// is answered 429 there, whether it is known or not.
func (e *endpoint) check(ctx context.Context, set secrets.Set, source string, kind principals.Kind, name, secret string, refused *refusal) (auth.Principal, *refusal, error) {
	attempt, err := e.throttle.Begin(ctx, set.Pseudonyms, string(kind)+"\x00"+principals.NormalName(kind, name), source)
	if wait, ok := throttle.RetryAfter(err); ok {
		e.failed(ctx, "throttled")
		return auth.Principal{}, nil, problem.RetryAfter(err, wait)
	}
	if err != nil {
		return auth.Principal{}, nil, err
	}
	principal, err := e.principals.Authenticate(ctx, set, kind, name, secret)
	if errs.Is(err, errs.Unauthorized) {
		if refused.status != http.StatusUnauthorized {
			e.failed(ctx, "refused")
		}
		return auth.Principal{}, refused, e.throttle.Fail(ctx, attempt)
	}
	if err != nil {
		return auth.Principal{}, nil, err
	}
	return principal, nil, e.throttle.Succeed(ctx, attempt)
}

// failed feeds the alarm for spikes of refusals, which counts those answered 401 and 403 by the gateway's log and the others by this
// line.
func (e *endpoint) failed(ctx context.Context, why string) {
	e.logger.WarnContext(ctx, "sign-in refused", slog.String("cause", why), slog.Int("authFailures", 1))
}

// write answers with JSON that no cache may keep (RFC 6749 section 5.1 asks for both headers).
func write(w http.ResponseWriter, status int, body any) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache")
	w.WriteHeader(status)
	return strictjson.MarshalWrite(w, body)
}
