package bundle_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/infra/local/bundle"
	"github.com/customerai/customerai/shared/env"
)

const naughtyStrings = "../../../../shared/data/security/blns.json"

// fields puts a string into every place of the API that takes one.
var fields = map[string]func(value string) *http.Request{
	"documents.id":       jsonBody("/v1/sentiment", func(v string) any { return documents(map[string]string{"id": v, "text": "a"}) }),
	"documents.text":     jsonBody("/v1/sentiment", func(v string) any { return documents(map[string]string{"id": "1", "text": v}) }),
	"documents.language": jsonBody("/v1/sentiment", func(v string) any { return documents(map[string]string{"id": "1", "text": "a", "language": v}) }),
	"documents.unknown":  jsonBody("/v1/sentiment", func(v string) any { return documents(map[string]string{"id": "1", "text": "a", v: "a"}) }),
	"offsets": jsonBody("/v1/sentiment", func(v string) any {
		return map[string]any{"documents": []any{map[string]string{"id": "1", "text": "a"}}, "offsets": v}
	}),
	"turns.id":          jsonBody("/v1/conversations", func(v string) any { return turns(map[string]string{"id": v, "participant": "AGENT", "text": "a"}) }),
	"turns.participant": jsonBody("/v1/conversations", func(v string) any { return turns(map[string]string{"participant": v, "text": "a"}) }),
	"turns.text":        jsonBody("/v1/conversations", func(v string) any { return turns(map[string]string{"participant": "AGENT", "text": v}) }),
	"fileName":          jsonBody("/v1/batches", func(v string) any { return map[string]string{"fileName": v} }),
	"detect.text":       jsonBody("/v1/privacy/detect", func(v string) any { return documents(map[string]string{"id": "1", "text": v}) }),
	"detect.types": jsonBody("/v1/privacy/detect", func(v string) any {
		return with(documents(map[string]string{"id": "1", "text": "a"}), "types", []string{v})
	}),
	"anonymise.text": jsonBody("/v1/privacy/anonymise", func(v string) any { return kept("talk", v) }),
	"conversationId": jsonBody("/v1/privacy/anonymise", func(v string) any { return kept(v, "I am Maria Lopez.") }),
	"operators.with": jsonBody("/v1/privacy/anonymise", func(v string) any { return treated(map[string]any{"type": "PERSON", "operator": "replace", "with": v}) }),
	"operators.salt": jsonBody("/v1/privacy/anonymise", func(v string) any { return treated(map[string]any{"type": "PERSON", "operator": "hash", "salt": v}) }),
	"operators.mask": jsonBody("/v1/privacy/anonymise", func(v string) any {
		return treated(map[string]any{"type": "PERSON", "operator": "mask", "maskCharacter": v})
	}),
	"restore.text": jsonBody("/v1/privacy/restore", func(v string) any {
		return with(with(documents(map[string]string{"id": "1", "text": v}), "subjectId", "naughty", "conversationId", "talk"), "reason", "support_case", "reference", v)
	}),
	"category.name":  query(func(v string) string { return "/v1/categories/" + url.PathEscape(v) }),
	"category.put":   put(func(v string) string { return "/v1/categories/" + url.PathEscape(v) }, func(string) any { return rule("a") }),
	"category.words": put(func(string) string { return "/v1/categories/naughty" }, rule),
	"category.list": put(func(string) string { return "/v1/categories/naughty" }, func(v string) any {
		return with(rule("{x}"), "rule", map[string]any{"when": map[string]any{"words": []string{"{x}"}}, "lists": map[string]any{"x": []string{v}, v: []string{"a"}}})
	}),
	"subjectId":       query(func(v string) string { return "/v1/subjects/" + url.PathEscape(v) + "/export" }),
	"batchId":         query(func(v string) string { return "/v1/batches/" + url.PathEscape(v) }),
	"results.batchId": query(func(v string) string { return "/v1/batches/" + url.PathEscape(v) + "/results" }),
	"limit":           query(func(v string) string { return "/v1/batches?limit=" + url.QueryEscape(v) }),
	"nextToken":       query(func(v string) string { return "/v1/batches?nextToken=" + url.QueryEscape(v) }),
	"client_id":       form("client_id"),
	"client_secret":   form("client_secret"),
	"scope":           form("scope"),
	"grant_type":      form("grant_type"),
}

func rule(word string) any {
	return map[string]any{"status": "DRAFT", "description": word, "rule": map[string]any{"when": map[string]any{"words": []string{word}}}}
}

func put(path func(string) string, body func(string) any) func(string) *http.Request {
	return func(value string) *http.Request {
		posted := jsonBody("/", body)(value)
		request := httptest.NewRequest(http.MethodPut, path(value), posted.Body)
		request.Header = posted.Header
		return request
	}
}

func with(body any, members ...any) any {
	for i := 0; i < len(members); i += 2 {
		body.(map[string]any)[members[i].(string)] = members[i+1]
	}
	return body
}

func treated(operator map[string]any) any {
	return with(documents(map[string]string{"id": "1", "text": "I am Maria Lopez."}), "operators", []any{operator})
}

func kept(conversation, text string) any {
	pseudonymise := []any{map[string]any{"type": "DEFAULT", "operator": "pseudonymise"}}
	return with(documents(map[string]string{"id": "1", "text": text}), "operators", pseudonymise, "subjectId", "naughty", "conversationId", conversation)
}

func documents(document map[string]string) any { return map[string]any{"documents": []any{document}} }
func turns(turn map[string]string) any         { return map[string]any{"turns": []any{turn}} }

func jsonBody(path string, body func(string) any) func(string) *http.Request {
	return func(value string) *http.Request {
		text, err := json.Marshal(body(value))
		if err != nil {
			panic(err) // strings always marshal
		}
		request := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(text))
		request.Header.Set("Content-Type", "application/json")
		return request
	}
}

func query(path func(string) string) func(string) *http.Request {
	return func(value string) *http.Request {
		return httptest.NewRequest(http.MethodGet, path(value), nil)
	}
}

func form(field string) func(string) *http.Request {
	return func(value string) *http.Request {
		values := url.Values{"grant_type": {"client_credentials"}, "client_id": {"nobody-at-all-000000000"}, "client_secret": {"wrong"}}
		values.Set(field, value)
		request := httptest.NewRequest(http.MethodPost, "/v1/oauth/token", strings.NewReader(values.Encode()))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return request
	}
}

func TestNoNaughtyStringInAnyFieldIsOurFault(t *testing.T) {
	text, err := os.ReadFile(naughtyStrings)
	if err != nil {
		t.Skip("the naughty strings are not beside the repository (../shared/data/security)")
	}
	var naughty []string
	if err := json.Unmarshal(text, &naughty); err != nil || len(naughty) < 500 {
		t.Fatalf("%d strings, %v, want at least 500", len(naughty), err)
	}
	var log bytes.Buffer
	folder := filepath.Join(t.TempDir(), "data")
	b, err := bundle.Open(t.Context(), bundle.Config{
		Folder: folder, BaseURL: "http://localhost", Stage: env.Development, Now: time.Now, Logger: slog.New(slog.NewJSONHandler(&log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Close() }()
	token := newClient(t, b, folder).token
	requests := 0
	for name, build := range fields {
		for i, value := range naughty {
			if name == "client_id" && i%50 != 0 || name == "client_secret" && i%50 != 0 || name == "scope" && i%50 != 0 {
				continue // each of these costs a password hash
			}
			request := build(value).WithContext(t.Context())
			request.Header.Set("Authorization", "Bearer "+token)
			recorder := httptest.NewRecorder()
			b.Handler.ServeHTTP(recorder, request)
			requests++
			if recorder.Code >= http.StatusInternalServerError {
				t.Errorf("%s, string %d: status %d, want below 500", name, i, recorder.Code)
			}
		}
	}
	if requests < 7000 {
		t.Errorf("%d requests, want at least 7,000", requests)
	}
	for line := range strings.Lines(log.String()) {
		if !json.Valid([]byte(line)) {
			t.Fatal("a log line is not one JSON object")
		}
	}
}
