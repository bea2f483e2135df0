package handler_test

import (
	"bytes"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/functions/token/handler"
	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/env"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/secretstore"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/principals"
	"github.com/customerai/customerai/shared/trust/secrets"
)

const annsPassword = "a fine long sentence"

// house is the endpoint with a person in the table, on a clock that only the test moves.
type house struct {
	fixture
	set     secrets.Set
	service *principals.Service
	ann     principals.Principal
	at      *time.Time
	trail   *audit.Log
	first   secrets.Credentials // of the secret document's administrator
}

func newHouse(t *testing.T) house {
	t.Helper()
	document, client, err := secrets.Generate()
	if err != nil {
		t.Fatal(err)
	}
	first, err := document.AddAdministrator()
	if err != nil {
		t.Fatal(err)
	}
	set, problems := document.Open()
	if len(problems) > 0 {
		t.Fatal(secrets.Join(problems))
	}
	at := now
	clock := func() time.Time { return at }
	table := memtable.New(clock)
	var log bytes.Buffer
	trail := audittest.New(t, table, clock)
	api, err := handler.New(handler.Deps{Secrets: secretstore.Fixed{Set: set}, Table: table, Audit: trail}, httpapi.Config{
		Stage: env.Staging, Now: clock, NewID: ids(), Logger: slog.New(slog.NewJSONHandler(&log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	h, err := api.Handler()
	if err != nil {
		t.Fatal(err)
	}
	service := &principals.Service{Table: table, Audit: trail, Now: clock, NewID: rand.Text}
	ann, _, err := service.Create(t.Context(), set, administrator, principals.Draft{
		Kind: principals.Person, Username: "ann@example.com", Password: annsPassword, Roles: []string{"analyst"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return house{fixture{h, client, auth.Tokens{MAC: set.Signing, Stage: env.Staging}, &log}, set, service, ann, &at, trail, first}
}

var administrator = auth.Principal{Subject: "usr_ADMINISTRATORAAAAAAAAAAAAA", Tenant: "main", Scopes: manifest.Scopes()}

func (h house) ask(t *testing.T, path string, form url.Values, authorization ...string) (int, answer, *httptest.ResponseRecorder) {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, value := range authorization {
		request.Header.Add("Authorization", value)
	}
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, request)
	return recorder.Code, decode(t, recorder.Body.Bytes()), recorder
}

func (h house) signIn(t *testing.T, name, password string, authorization ...string) (int, answer) {
	t.Helper()
	status, got, _ := h.ask(t, "/v1/oauth/token", url.Values{"grant_type": {"password"}, "username": {name}, "password": {password}}, authorization...)
	return status, got
}

func (h house) refresh(t *testing.T, token string, authorization ...string) (int, answer) {
	t.Helper()
	status, got, _ := h.ask(t, "/v1/oauth/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}, authorization...)
	return status, got
}

// counts reports whether the authorizer would let an access token pass.
func (h house) counts(t *testing.T, token string) bool {
	t.Helper()
	principal, err := h.tokens.Verify(token, *h.at)
	if err != nil {
		return false
	}
	_, err = h.service.Check(t.Context(), h.set, principal)
	return err == nil
}

func TestAPersonSignsInAndStaysSignedIn(t *testing.T) {
	h := newHouse(t)
	status, got := h.signIn(t, "Ann@example.com", annsPassword)
	want, _ := manifest.ScopesOf("analyst")
	scopes := strings.Fields(got.Scope)
	slices.Sort(scopes)
	slices.Sort(want)
	if status != 200 || got.RefreshToken == "" || !slices.Equal(scopes, want) || !h.counts(t, got.AccessToken) {
		t.Fatalf("%d %+v, want a session with an analyst's scopes", status, got)
	}
	for day := range 6 {
		*h.at = h.at.Add(24 * time.Hour)
		status, next := h.refresh(t, got.RefreshToken)
		if status != 200 || next.RefreshToken == got.RefreshToken || next.AccessToken == got.AccessToken || !h.counts(t, next.AccessToken) {
			t.Fatalf("day %d: %d %+v, want the next tokens", day+1, status, next)
		}
		got = next
	}
	*h.at = h.at.Add(24 * time.Hour)
	if status, got := h.refresh(t, got.RefreshToken); status != 400 || got.Error != "invalid_grant" {
		t.Errorf("after seven days: %d %s, want invalid_grant", status, got.Error)
	}
	for _, secret := range []string{annsPassword, got.AccessToken, got.RefreshToken, "ann@example.com"} {
		if strings.Contains(h.log.String(), secret) {
			t.Error("the log holds a secret or a username")
		}
	}
}

func TestUnknownWrongAndDisabledAreOneAnswer(t *testing.T) {
	h := newHouse(t)
	bodies := map[string]bool{}
	try := func(name, password string) {
		t.Helper()
		status, _, recorder := h.ask(t, "/v1/oauth/token", url.Values{"grant_type": {"password"}, "username": {name}, "password": {password}})
		bodies[recorder.Body.String()] = true
		if status != 400 || !strings.Contains(recorder.Body.String(), "invalid_grant") || recorder.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%d %s, want invalid_grant", status, recorder.Body)
		}
	}
	try("ann@example.com", "wrong")
	try("nobody@example.com", annsPassword)
	try(h.client.ID, h.client.Secret) // a client is no person
	if _, _, err := h.service.Update(t.Context(), h.set, administrator, h.ann.ID, principals.Change{Status: principals.Disabled}); err != nil {
		t.Fatal(err)
	}
	try("ann@example.com", annsPassword)
	if len(bodies) != 1 {
		t.Errorf("%d different answers, want 1: %v", len(bodies), bodies)
	}
	if got := strings.Count(h.log.String(), `"authFailures":1`); got != 4 {
		t.Errorf("%d refusals are counted for the alarm, want 4", got)
	}
}

func TestARefreshTokenThatComesTwiceEndsTheSession(t *testing.T) {
	h := newHouse(t)
	_, first := h.signIn(t, "ann@example.com", annsPassword)
	_, second := h.refresh(t, first.RefreshToken)
	if !h.counts(t, first.AccessToken) || !h.counts(t, second.AccessToken) {
		t.Fatal("the access tokens do not count before it")
	}
	if status, got := h.refresh(t, first.RefreshToken); status != 400 || got.Error != "invalid_grant" {
		t.Errorf("the used token: %d %s, want invalid_grant", status, got.Error)
	}
	if status, _ := h.refresh(t, second.RefreshToken); status != 400 {
		t.Errorf("the newest token afterwards: %d, want 400", status)
	}
	if h.counts(t, first.AccessToken) || h.counts(t, second.AccessToken) {
		t.Error("access tokens of the session still count")
	}
}

func TestASessionIsBoundToItsClientItsPersonAndWhatThePersonMayDo(t *testing.T) {
	h := newHouse(t)
	client := basic(h.client.ID, h.client.Secret)
	status, got := h.signIn(t, "ann@example.com", annsPassword, client)
	if status != 200 {
		t.Fatalf("with a client: %d", status)
	}
	if status, _ := h.refresh(t, got.RefreshToken); status != 400 {
		t.Errorf("without the client: %d, want 400", status)
	}
	if status, _ := h.signIn(t, "ann@example.com", annsPassword, basic(h.client.ID, "wrong")); status != 401 {
		t.Errorf("with a client whose secret is wrong: %d, want 401", status)
	}
	rival := administrator
	rival.Tenant = "rival"
	stranger, secret, err := h.service.Create(t.Context(), h.set, rival, principals.Draft{Kind: principals.Client, Roles: []string{"client"}})
	if err != nil {
		t.Fatal(err)
	}
	if status, got := h.signIn(t, "ann@example.com", annsPassword, basic(stranger.ID, secret)); status != 400 || got.Error != "invalid_grant" {
		t.Errorf("with another tenant's client: %d %s, want invalid_grant", status, got.Error)
	}
	_, got = h.signIn(t, "ann@example.com", annsPassword)
	roles := []string{"reviewer"}
	if _, _, err := h.service.Update(t.Context(), h.set, administrator, h.ann.ID, principals.Change{Roles: &roles}); err != nil {
		t.Fatal(err)
	}
	if status, _ := h.refresh(t, got.RefreshToken); status != 400 {
		t.Errorf("after another role: %d, want 400", status)
	}
}

func TestARefreshMayAskForLessAndNeverForMore(t *testing.T) {
	h := newHouse(t)
	status, got, _ := h.ask(t, "/v1/oauth/token", url.Values{
		"grant_type": {"password"}, "username": {"ann@example.com"}, "password": {annsPassword}, "scope": {"analyze batches:read"},
	})
	if status != 200 || got.Scope != "analyze batches:read" {
		t.Fatalf("%d %q, want the two scopes", status, got.Scope)
	}
	ask := func(token, scope string) (int, answer) {
		status, got, _ := h.ask(t, "/v1/oauth/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}, "scope": {scope}})
		return status, got
	}
	if status, refused := ask(got.RefreshToken, "analyze batches:write"); status != 400 || refused.Error != "invalid_scope" {
		t.Errorf("more: %d %s, want invalid_scope", status, refused.Error)
	}
	if status, less := ask(got.RefreshToken, "analyze"); status != 200 || less.Scope != "analyze" {
		t.Errorf("less: %d %q, want analyze", status, less.Scope)
	}
}

func TestWhatIsRevokedCountsNoLonger(t *testing.T) {
	h := newHouse(t)
	revoke := func(token string, authorization ...string) int {
		status, _, _ := h.ask(t, "/v1/oauth/revoke", url.Values{"token": {token}}, authorization...)
		return status
	}
	_, session := h.signIn(t, "ann@example.com", annsPassword)
	if status := revoke(session.RefreshToken); status != 200 || h.counts(t, session.AccessToken) {
		t.Errorf("a refresh token: %d, want 200 and its access token to count no longer", status)
	}
	if status, _ := h.refresh(t, session.RefreshToken); status != 400 {
		t.Errorf("afterwards it is exchanged: %d, want 400", status)
	}
	_, session = h.signIn(t, "ann@example.com", annsPassword)
	for range 2 {
		if status := revoke(session.AccessToken); status != 200 || h.counts(t, session.AccessToken) {
			t.Errorf("an access token: %d, want 200 and that it counts no longer", status)
		}
	}
	if status, _ := h.refresh(t, session.RefreshToken); status != 200 {
		t.Errorf("its session's refresh token: %d, want it good", status)
	}
	_, bound := h.signIn(t, "ann@example.com", annsPassword, basic(h.client.ID, h.client.Secret))
	if status := revoke(bound.RefreshToken, basic(h.client.ID, "wrong")); status != 401 || !h.counts(t, bound.AccessToken) {
		t.Errorf("with a wrong secret: %d, want 401 and nothing revoked", status)
	}
	for _, token := range []string{"hunter2", "a.b.c", "rft.main.x.y"} {
		if status := revoke(token); status != 200 {
			t.Errorf("%q: %d, want 200", token, status)
		}
	}
	if status := revoke(""); status != 400 {
		t.Errorf("no token: %d, want 400", status)
	}
}

func TestWhoGuessesWaitsAndIsToldHowLong(t *testing.T) {
	h := newHouse(t)
	for range 6 {
		if status, _ := h.signIn(t, "ann@example.com", "a guess of somebody's"); status != 400 {
			t.Fatalf("a guess: %d, want 400", status)
		}
	}
	status, _, recorder := h.ask(t, "/v1/oauth/token", url.Values{"grant_type": {"password"}, "username": {"ann@example.com"}, "password": {annsPassword}})
	if status != 429 || recorder.Header().Get("Retry-After") != "1" || recorder.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("the seventh, right or not: %d %v, want 429 as a problem with Retry-After", status, recorder.Header())
	}
	*h.at = h.at.Add(time.Second)
	if status, _ := h.signIn(t, "ann@example.com", annsPassword); status != 200 {
		t.Errorf("a second later, with the right password: %d, want 200", status)
	}
}

func TestOneNameInManySpellingsIsGuessedAtAsOne(t *testing.T) {
	h := newHouse(t)
	for i, spelling := range []string{"Ann@example.com", "aNn@example.com", " ann@example.com", "ANN@example.com", "ann@example.com\t", "ann@EXAMPLE.com"} {
		if status, _ := h.signIn(t, spelling, "a guess of somebody's"); status != 400 {
			t.Fatalf("guess %d: %d, want 400", i+1, status)
		}
	}
	if status, _ := h.signIn(t, "annN@example.com", "a guess of somebody's"); status != 400 {
		t.Errorf("another name: %d, want 400", status)
	}
	if status, _ := h.signIn(t, "anN@example.com", annsPassword); status != 429 {
		t.Errorf("the seventh spelling, with the right password: %d, want 429 as after six guesses at one", status)
	}
}
