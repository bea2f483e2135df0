package e2e_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/customerai/customerai/infra/e2e"
)

// keepsPeople has the deployed function keep what stands behind a person's pseudonyms, under a key that the stack's key of KMS
// has wrapped, and make an end of it.
func (s *site) keepsPeople(t *testing.T) {
	pass := append(s.pass(t, everyday, ""), "Content-Type", "application/json")
	const restore = `{"subjectId":"customer-4711","conversationId":"talk-1","documents":[{"id":"1","text":"Dear <PERSON_1>"}],"reason":"reply_to_customer","reference":"ticket 4711"}`
	kept := s.call(t, http.MethodPost, "/v1/privacy/anonymise",
		`{"subjectId":"customer-4711","conversationId":"talk-1","documents":[{"id":"1","text":"Call Maria Lopez."}],"operators":[{"type":"PERSON","operator":"pseudonymise"}]}`, pass...)
	if kept.Status != http.StatusOK || !strings.Contains(string(kept.Body), "<PERSON_1>") {
		t.Fatalf("anonymise = %s, want a pseudonym", kept)
	}
	s.keyIsWrappedByKMS(t)
	if got := s.call(t, http.MethodPost, "/v1/privacy/restore", restore, pass...); got.Status != http.StatusOK || !strings.Contains(string(got.Body), "Maria Lopez") {
		t.Errorf("restore = %s, want the name", got)
	}
	if got := s.call(t, http.MethodDelete, "/v1/subjects/customer-4711", "", pass...); got.Status != http.StatusOK {
		t.Errorf("erase = %s, want 200", got)
	}
	if got := s.call(t, http.MethodPost, "/v1/privacy/restore", restore, pass...); got.Status != http.StatusNotFound {
		t.Errorf("restore after the erasure = %s, want 404", got)
	}
}

// keyIsWrappedByKMS fails unless the table of keys holds one key, and it names the key of KMS that the function is given.
func (s *site) keyIsWrappedByKMS(t *testing.T) {
	t.Helper()
	text, err := e2e.Services{Config: s.config}.REST(t.Context(), "lambda", http.MethodGet, s.function("privacy")+"/configuration", nil)
	if err != nil {
		t.Fatal(err)
	}
	given := decode[struct {
		Environment struct{ Variables map[string]string }
	}](t, response{Status: http.StatusOK, Body: text}, http.StatusOK).Environment.Variables
	table := given["KEYS_TABLE_NAME"]
	found, err := dynamodb.NewFromConfig(s.config).Scan(t.Context(), &dynamodb.ScanInput{TableName: &table})
	if err != nil || len(found.Items) != 1 {
		t.Fatalf("the table of keys has %d items, %v, want one", len(found.Items), err)
	}
	for _, attribute := range found.Items[0] {
		value, _ := attribute.(*types.AttributeValueMemberB)
		var key struct{ Wrapped []byte }
		if value == nil || json.Unmarshal(value.Value, &key) != nil || key.Wrapped == nil {
			continue
		}
		if !bytes.Contains(key.Wrapped, []byte(given["SUBJECTS_KEY_ID"])) {
			t.Errorf("the person's key is not wrapped by %s", given["SUBJECTS_KEY_ID"])
		}
		return
	}
	t.Error("the table of keys has no wrapped key")
}
