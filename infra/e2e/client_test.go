package e2e_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/e2e"
	"github.com/customerai/customerai/shared/testkit/observatory"
)

// response is an answer, read to its end.
type response struct {
	Status int
	Header http.Header
	Body   []byte
}

func (r response) String() string { return http.StatusText(r.Status) + " " + string(r.Body) }

// call sends a request to the deployed API. Headers come in pairs.
func (s *site) call(t *testing.T, method, path, body string, headers ...string) response {
	t.Helper()
	return send(t, method, s.address+path, body, headers...)
}

func send(t *testing.T, method, address, body string, headers ...string) response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close() // it was only read
	if err != nil {
		t.Fatal(err)
	}
	return response{answer.StatusCode, answer.Header, content}
}

// askToken asks for a token with a client's id and some secret.
func (s *site) askToken(t *testing.T, id, secret, scope string) response {
	t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}}
	if scope != "" {
		form.Set("scope", scope)
	}
	return s.call(t, http.MethodPost, "/v1/oauth/token", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

// pass returns what a client sends to be let in, with all its scopes or one. The emulator does not take the key that the
// usage plan counts from the authorizer's answer, as API Gateway does. So the tests do: they ask the deployed authorizer,
// and send what it says.
func (s *site) pass(t *testing.T, client int, scope string) []string {
	t.Helper()
	answer := s.askToken(t, s.clients[client].ID, s.clients[client].Secret, scope)
	bearer := "Bearer " + accessToken(t, answer)
	decision := s.authorize(t, bearer)
	key := decode[struct{ UsageIdentifierKey string }](t, response{Status: http.StatusOK, Body: decision}, http.StatusOK).UsageIdentifierKey
	if key != s.clients[client].ID {
		t.Fatalf("the authorizer answers %s, want the client's id for the usage plan", decision)
	}
	return []string{"Authorization", bearer, "X-Api-Key", key, "Origin", origin}
}

func accessToken(t *testing.T, answer response) string {
	t.Helper()
	return decode[struct {
		AccessToken string `json:"access_token"`
	}](t, answer, http.StatusOK).AccessToken
}

// authorize asks the deployed authorizer as the gateway does.
func (s *site) authorize(t *testing.T, bearer string) (decision []byte) {
	t.Helper()
	return s.invoke(t, "authorizer", map[string]any{
		"type": "REQUEST", "methodArn": "arn:aws:execute-api:us-east-1:000000000000:api/production/GET/v1/batches", "headers": map[string]string{"Authorization": bearer},
	})
}

// invoke calls a deployed function and returns what it answers, be it an error.
func (s *site) invoke(t *testing.T, function string, event any) []byte {
	t.Helper()
	body, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := e2e.Services{Config: s.config}.REST(t.Context(), "lambda", http.MethodPost, s.function(function)+"/invocations", body)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// function is the path of a function in Lambda's API.
func (s *site) function(name string) string {
	return "/2015-03-31/functions/" + s.stack.Name + "-" + name
}

// decode reads an answer that must have the status.
func decode[T any](t *testing.T, answer response, status int) (value T) {
	t.Helper()
	if answer.Status != status {
		t.Fatalf("got %d %s, want %d", answer.Status, answer.Body, status)
	}
	if err := json.Unmarshal(answer.Body, &value); err != nil {
		t.Fatalf("decode %s: %v", answer.Body, err)
	}
	return value
}

// wantProblem holds an answer to the form that every refusal has, whoever gives it: the gateway or a function.
func wantProblem(t *testing.T, answer response, status int, code string) {
	t.Helper()
	problem := decode[struct {
		Status                               int
		Type, Title, Code, RequestID, Detail string
	}](t, answer, status)
	if problem.Status != status || problem.Code != code || problem.Title != http.StatusText(status) || problem.Type != "about:blank" ||
		problem.Detail == "" || problem.RequestID == "" || problem.RequestID != answer.Header.Get("X-Request-Id") {
		t.Errorf("got the problem %s, request id %q, want code %s", answer.Body, answer.Header.Get("X-Request-Id"), code)
	}
	want := map[string]string{
		"Content-Type": "application/problem+json", "Cache-Control": "no-store", "Access-Control-Allow-Origin": origin,
		"X-Content-Type-Options": "nosniff", "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
		"Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", "Referrer-Policy": "no-referrer",
	}
	if status == http.StatusUnauthorized {
		want["Www-Authenticate"] = "Bearer"
	}
	for name, value := range want {
		if got := answer.Header.Get(name); got != value {
			t.Errorf("%s = %q, want %q", name, got, value)
		}
	}
	if score, findings := observatory.Score(answer.Header); score != observatory.Shared {
		t.Errorf("score = %d with %v, want %d", score, findings, observatory.Shared)
	}
	if !strings.Contains(strings.Join(answer.Header.Values("Vary"), ","), "Origin") {
		t.Errorf("Vary = %q, want Origin in it", answer.Header.Values("Vary"))
	}
}
