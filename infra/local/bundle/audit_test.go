package bundle_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/testkit/contract"
	"github.com/customerai/customerai/shared/testkit/race"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/trust/audit/record"
)

// Every route of the manifest, through the gateway: a request to an audited one leaves one record, whatever comes of it; one
// to any other, and one of nobody, leaves none.
func TestEveryAuditedRouteLeavesOneRecordOfEveryRequestAndNoOtherRouteAny(t *testing.T) {
	race.Skip(t, "slows request after request, one at a time")
	document, err := contract.Parse(customerai.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "data")
	b := open(t, folder)
	defer func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}()
	c := newClient(t, b, folder)
	tokens := map[string]string{
		"nobody": "", "the administrator": c.token,
		"somebody without the scope":  c.signIn(folder, manifest.ScopeAnalyze),
		"somebody with another scope": c.signIn(folder, manifest.ScopeAuditRead),
	}
	outcomes := map[string]int{}
	for _, route := range manifest.Routes() {
		operation, ok := document.Operation(route.OperationID)
		if !ok {
			t.Fatalf("the document has no operation %s", route.OperationID)
		}
		draw := rapid.Custom(func(t *rapid.T) contract.Call {
			_ = rapid.Bool().Draw(t, "something") // a generator has to draw, and some operations take nothing
			return operation.Call(t, func(string) []string { return nil })
		})
		for who, token := range tokens {
			for seed := range 2 {
				call := draw.Example(seed)
				request := httptest.NewRequestWithContext(t.Context(), call.Method, call.Target, bytes.NewReader(call.Body))
				if request.Header = call.Header.Clone(); token != "" {
					request.Header.Set("Authorization", "Bearer "+token)
				}
				before := len(audittest.Records(t, b.Audit(), "main"))
				answer := httptest.NewRecorder()
				b.Handler.ServeHTTP(answer, request)
				added := audittest.Records(t, b.Audit(), "main")[before:]
				if !route.Audited || token == "" || answer.Header().Get("Idempotency-Replayed") != "" {
					if len(added) > 0 && route.OperationID != "createToken" && route.OperationID != "changePassword" {
						t.Errorf("%s by %s: got %d and the records %+v, want none", route.OperationID, who, answer.Code, added)
					}
					continue
				}
				if len(added) != 1 || added[0].Operation != route.OperationID || added[0].Outcome != outcomeOf(answer.Code) ||
					added[0].Actor == "" || added[0].RequestID != answer.Header().Get("X-Request-Id") {
					t.Errorf("%s by %s: got %d and the records %+v, want one that says so", route.OperationID, who, answer.Code, added)
				}
				outcomes[outcomeOf(answer.Code)]++
			}
		}
	}
	for _, outcome := range []string{record.Allowed, record.Denied, record.Failed} {
		if outcomes[outcome] == 0 {
			t.Errorf("got %v, want requests with the outcome %s, too", outcomes, outcome)
		}
	}
	t.Logf("%v", outcomes)
}

func outcomeOf(status int) string {
	switch {
	case status < http.StatusBadRequest:
		return record.Allowed
	case status == http.StatusForbidden:
		return record.Denied
	}
	return record.Failed
}
