package handler_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/trust/principals"
)

const annsNext = "another fine sentence"

func (h house) change(t *testing.T, name, password, next string, authorization ...string) (int, answer, *httptest.ResponseRecorder) {
	t.Helper()
	return h.ask(t, "/v1/oauth/password", url.Values{"username": {name}, "password": {password}, "new_password": {next}}, authorization...)
}

// changes returns the outcomes of the records that changes of passwords have left.
func (h house) changes(t *testing.T) (outcomes []string) {
	t.Helper()
	for _, r := range audittest.Records(t, h.trail, "main") {
		if r.Operation != "changePassword" {
			continue
		}
		if r.Actor == "" || r.Actor != r.Target || r.RequestID == "" {
			t.Errorf("the record %+v does not say who did it to whom, and in which request", r)
		}
		outcomes = append(outcomes, r.Outcome)
	}
	return outcomes
}

func TestWhoKnowsThePasswordMayChangeItAndHasOneSessionThen(t *testing.T) {
	h := newHouse(t)
	_, before := h.signIn(t, "ann@example.com", annsPassword)
	status, got, recorder := h.change(t, "Ann@example.com", annsPassword, annsNext)
	if status != 200 || got.RefreshToken == "" || !h.counts(t, got.AccessToken) || recorder.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %+v, want a session", status, got)
	}
	if status, _ := h.refresh(t, before.RefreshToken); status != 400 || h.counts(t, before.AccessToken) {
		t.Errorf("the session of before: %d, want it ended with its access token", status)
	}
	if status, _ := h.refresh(t, got.RefreshToken); status != 200 {
		t.Errorf("the session of the change: %d, want it good", status)
	}
	if status, _ := h.signIn(t, "ann@example.com", annsPassword); status != 400 {
		t.Errorf("with the old password: %d, want 400", status)
	}
	if status, _ := h.signIn(t, "ann@example.com", annsNext); status != 200 {
		t.Errorf("with the new one: %d, want 200", status)
	}
	if got, want := strings.Join(h.changes(t), " "), "allowed"; got != want {
		t.Errorf("recorded %q, want %q", got, want)
	}
	for _, secret := range []string{annsPassword, annsNext, "ann@example.com"} {
		if strings.Contains(h.log.String(), secret) {
			t.Error("the log holds a password or a username")
		}
	}
}

func TestAChangeIsRefusedAsASignInIsAndCountsWithIt(t *testing.T) {
	h := newHouse(t)
	_, _, reference := h.ask(t, "/v1/oauth/token", url.Values{"grant_type": {"password"}, "username": {"ann@example.com"}, "password": {"wrong"}})
	for name, of := range map[string][2]string{
		"a wrong password": {"ann@example.com", "wrong"},
		"an unknown name":  {"nobody@example.com", annsPassword},
		"a client":         {h.client.ID, h.client.Secret},
	} {
		if status, _, recorder := h.change(t, of[0], of[1], annsNext); status != 400 || recorder.Body.String() != reference.Body.String() {
			t.Errorf("%s: %d %s, want the answer to a wrong sign-in", name, status, recorder.Body)
		}
	}
	for range 4 {
		h.change(t, "ann@example.com", "a guess of somebody's", annsNext)
	}
	if status, _ := h.signIn(t, "ann@example.com", annsPassword); status != 429 {
		t.Errorf("a sign-in after six guesses: %d, want 429", status)
	}
	if status, _, recorder := h.change(t, "ann@example.com", annsPassword, annsNext); status != 429 || recorder.Header().Get("Retry-After") == "" {
		t.Errorf("a change after six guesses: %d, want 429 with Retry-After", status)
	}
	*h.at = h.at.Add(time.Minute)
	if _, _, err := h.service.Update(t.Context(), h.set, administrator, h.ann.ID, principals.Change{Status: principals.Disabled}); err != nil {
		t.Fatal(err)
	}
	if status, _, recorder := h.change(t, "ann@example.com", annsPassword, annsNext); status != 400 || recorder.Body.String() != reference.Body.String() {
		t.Errorf("a disabled person: %d %s, want the answer to a wrong sign-in", status, recorder.Body)
	}
	if got := h.changes(t); len(got) != 0 {
		t.Errorf("%d records of nobody, want none", len(got))
	}
}

func TestAPasswordThatIsNotAcceptableIsRefusedWithItsReason(t *testing.T) {
	h := newHouse(t)
	for name, c := range map[string]struct{ username, password, next, want string }{
		"short":           {"ann@example.com", annsPassword, "short", "the parameter new_password must have at least 12 characters"},
		"the present one": {"ann@example.com", annsPassword, annsPassword, "the parameter new_password must not be the present password"},
		"the username":    {"Ann@example.com", annsPassword, "ann is my name, is it not", "the parameter new_password must not hold the username"},
		"none":            {"ann@example.com", annsPassword, "", "the parameters username, password and new_password are required"},
		"of the secret document": {
			h.set.Administrator.Username, h.first.Secret, annsNext, "the password of this administrator is in the secret document, and is changed there",
		},
	} {
		status, got, _ := h.change(t, c.username, c.password, c.next)
		if status != 400 || got.Error != "invalid_request" || got.Description != c.want {
			t.Errorf("%s: %d %s %q, want invalid_request %q", name, status, got.Error, got.Description, c.want)
		}
	}
	if status, _ := h.signIn(t, "ann@example.com", annsPassword); status != 200 {
		t.Errorf("the present password afterwards: %d, want it good", status)
	}
	if got, want := strings.Join(h.changes(t), " "), "failed failed failed failed"; got != want {
		t.Errorf("recorded %q, want %q", got, want)
	}
}

func TestAChangeThroughAClientIsForItsTenantAndItsSession(t *testing.T) {
	h := newHouse(t)
	client := basic(h.client.ID, h.client.Secret)
	if status, _, _ := h.change(t, "ann@example.com", annsPassword, annsNext, basic(h.client.ID, "wrong")); status != 401 {
		t.Errorf("with a client whose secret is wrong: %d, want 401", status)
	}
	rival := administrator
	rival.Tenant = "rival"
	stranger, secret, err := h.service.Create(t.Context(), h.set, rival, principals.Draft{Kind: principals.Client, Roles: []string{"client"}})
	if err != nil {
		t.Fatal(err)
	}
	if status, got, _ := h.change(t, "ann@example.com", annsPassword, annsNext, basic(stranger.ID, secret)); status != 400 || got.Error != "invalid_grant" {
		t.Errorf("with another tenant's client: %d %s, want invalid_grant", status, got.Error)
	}
	status, got, _ := h.change(t, "ann@example.com", annsPassword, annsNext, client)
	if status != 200 {
		t.Fatalf("with its own: %d, want 200", status)
	}
	status, got = h.refresh(t, got.RefreshToken, client)
	if status != 200 {
		t.Errorf("its session with it: %d, want 200", status)
	}
	if status, _ := h.refresh(t, got.RefreshToken); status != 400 {
		t.Errorf("its session without it: %d, want 400", status)
	}
}

func TestAChangeThatAsksForAScopeThatIsNotGrantedChangesNothing(t *testing.T) {
	h := newHouse(t)
	_, before := h.signIn(t, "ann@example.com", annsPassword)
	status, got, _ := h.ask(t, "/v1/oauth/password", url.Values{
		"username": {"ann@example.com"}, "password": {annsPassword}, "new_password": {annsNext}, "scope": {"analyze erase"},
	})
	if status != 400 || got.Error != "invalid_scope" {
		t.Errorf("%d %s, want invalid_scope", status, got.Error)
	}
	if status, _ := h.signIn(t, "ann@example.com", annsPassword); status != 200 {
		t.Errorf("the present password afterwards: %d, want it good", status)
	}
	if status, _ := h.refresh(t, before.RefreshToken); status != 200 {
		t.Errorf("the session of before: %d, want it good", status)
	}
	if got, want := strings.Join(h.changes(t), " "), "failed"; got != want {
		t.Errorf("recorded %q, want %q", got, want)
	}
}
