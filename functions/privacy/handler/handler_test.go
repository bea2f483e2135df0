package handler_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/manifest"
)

const sentence = "Call Maria Lopez on 212-555-0143 or write to maria@example.com."

const talk = `"subjectId":"customer-17","conversationId":"talk 1"`

func TestEveryRouteAsksForItsScope(t *testing.T) {
	f := newFixture(t)
	for _, route := range manifest.Routes() {
		if !strings.HasPrefix(route.Path, "/v1/privacy") && !strings.HasPrefix(route.Path, "/v1/subjects") {
			continue
		}
		others := slices.DeleteFunc(manifest.Scopes(), func(s string) bool { return s == route.Scope })
		status, _ := f.doWith(others, "main", route.Method, strings.ReplaceAll(route.Path, "{subjectId}", "customer-17"), "")
		if status != http.StatusForbidden {
			t.Errorf("%s without %s = %d, want 403", route.OperationID, route.Scope, status)
		}
		if route.Idempotent {
			t.Errorf("%s keeps answers for a repeat, want no answer with personal data to be kept", route.OperationID)
		}
	}
}
