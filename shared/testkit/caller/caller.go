// Package caller calls a function over HTTP, in its tests, as the gateway does once it has let a client in.
//
// Normal use: one caller for a function's API, with the scopes that its clients have.
//
//	c := caller.New(t, api, manifest.ScopeBatches, manifest.ScopeBatchesRead)
//	status, answer := c.Do("main", "GET", "/v1/batches", "")
//	c.Want("GET", "/v1/batches", "", http.StatusOK, `"batches":[]`)
//	c.WantSample("batches-list", http.StatusOK)
//
// It refuses an answer that is neither JSON nor empty: for another kind there is Send.
package caller

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/edge/lambdahttp"
	"github.com/customerai/customerai/shared/testkit/depends"
	"github.com/customerai/customerai/shared/trust/auth"
)

// Caller is a client of a function in a test.
type Caller struct {
	T       testing.TB
	Handler http.Handler
	Scopes  []string
}

// New returns a caller of an API in which every operation is bound.
func New(t testing.TB, api *httpapi.API, scopes ...string) *Caller {
	t.Helper()
	handler, err := api.Handler()
	if err != nil {
		t.Fatal(err)
	}
	return &Caller{T: t, Handler: handler, Scopes: scopes}
}

// Send sends a request of a tenant's client. Headers come as name, value pairs.
func (c *Caller) Send(tenant, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	c.T.Helper()
	principal := auth.Principal{Subject: "client", Tenant: tenant, Scopes: c.Scopes}
	request := httptest.NewRequestWithContext(auth.WithPrincipal(c.T.Context(), principal), method, target, strings.NewReader(body))
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	c.Handler.ServeHTTP(recorder, request)
	return recorder
}

// Do sends a request and returns the status and the body, which must be JSON if there is one.
func (c *Caller) Do(tenant, method, target, body string, headers ...string) (int, string) {
	c.T.Helper()
	recorder := c.Send(tenant, method, target, body, headers...)
	answer := strings.TrimSpace(recorder.Body.String())
	if answer != "" && !json.Valid([]byte(answer)) {
		c.T.Fatalf("%s %s answers %q", method, target, answer)
	}
	return recorder.Code, answer
}

// Want sends a request of the tenant main and holds the answer to a status and to something that its body says.
func (c *Caller) Want(method, target, body string, status int, answer string) {
	c.T.Helper()
	if got, text := c.Do("main", method, target, body); got != status || !strings.Contains(text, answer) {
		c.T.Errorf("%s %s = %d %.500s\nwant %d with %s", method, target, got, text, status, answer)
	}
}

// WantSample invokes the function with a sample event of API Gateway, by the name of its file, and holds the answer to a
// status. It returns the answer's body.
func (c *Caller) WantSample(name string, status int) string {
	c.T.Helper()
	root, err := depends.Root()
	if err != nil {
		c.T.Fatal(err)
	}
	event, err := os.ReadFile(filepath.Join(root, "events", name+".json"))
	if err != nil {
		c.T.Fatal(err)
	}
	answer, err := lambdahttp.Adapt(c.Handler)(c.T.Context(), event)
	if err != nil || answer.StatusCode != status {
		c.T.Errorf("event %s = %d %.500s, %v; want %d", name, answer.StatusCode, answer.Body, err, status)
	}
	return answer.Body
}
