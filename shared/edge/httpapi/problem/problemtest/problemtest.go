// Package problemtest reads the problems of answers, for tests.
//
// Normal use:
//
//	p := problemtest.Want(t, answer, http.StatusConflict)
//	if got := problemtest.Fields(p); got != "name: is required" { … }
//
// It refuses a problem that lacks a member, or whose members say different things.
package problemtest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/edge/httpapi/problem"
)

// Want decodes an answer that must be a problem of the status.
func Want(t testing.TB, w *httptest.ResponseRecorder, status int) problem.Problem {
	t.Helper()
	if w.Code != status || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Fatalf("answer = %d %s %s, want a problem with status %d", w.Code, w.Header().Get("Content-Type"), w.Body, status)
	}
	var p problem.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if p.Type != "about:blank" || p.Status != status || p.Title != http.StatusText(status) || p.Detail == "" || p.Code == "" ||
		p.RequestID == "" || p.RequestID != w.Header().Get("X-Request-Id") {
		t.Errorf("problem = %+v, want every member filled and consistent", p)
	}
	return p
}

// Fields writes a problem's errors one a line.
func Fields(p problem.Problem) string {
	lines := make([]string, len(p.Errors))
	for i, f := range p.Errors {
		lines[i] = f.Path + ": " + f.Message
	}
	return strings.Join(lines, "\n")
}
