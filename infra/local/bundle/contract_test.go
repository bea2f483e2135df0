package bundle_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai"
	"github.com/customerai/customerai/shared/testkit/contract"
	"github.com/customerai/customerai/shared/testkit/observatory"
	"github.com/customerai/customerai/shared/testkit/race"
)

// sensible makes a drawn body one that the operation can act on, where the document cannot say what makes sense.
var sensible = map[string]func(t *rapid.T, body map[string]any){
	"detectPII":      privateTexts,
	"anonymiseTexts": privateTexts,
	"restoreTexts": func(t *rapid.T, body map[string]any) {
		if rapid.Bool().Draw(t, "somebody who is not erased") {
			body["subjectId"] = keptSubject
		}
		for i, document := range body["documents"].([]any) {
			document.(map[string]any)["id"] = strconv.Itoa(i)
		}
	},
	"putCategory": func(t *rapid.T, body map[string]any) { // what makes sense of a rule, package categories says
		words := rapid.SliceOfN(rapid.StringMatching(`[a-z]{2,8}\*?`), 1, 3).Draw(t, "words")
		body["version"] = 1.0
		body["rule"] = map[string]any{"when": map[string]any{"any": []any{map[string]any{"words": words}, map[string]any{"topics": []any{"fees"}}}}}
	},
	"putSentimentSettings": func(_ *rapid.T, body map[string]any) { body["version"] = 1.0 },
	"analyzeMessages": func(_ *rapid.T, body map[string]any) {
		for i, document := range body["documents"].([]any) {
			document.(map[string]any)["id"] = strconv.Itoa(i) // each once
		}
	},
	"createPrincipal": func(t *rapid.T, body map[string]any) {
		delete(body, "password") // one is made
		delete(body, "username")
		body["roles"], body["scopes"] = []any{"analyst"}, []any{"analyze"}
		if body["kind"] == "person" {
			body["username"] = rapid.StringMatching(`[a-z][a-z0-9.]{8,20}`).Draw(t, "username")
		}
	},
	"updatePrincipal": func(_ *rapid.T, body map[string]any) {
		delete(body, "password")  // of a person only
		delete(body, "newSecret") // a hash each time
		body["roles"], body["scopes"] = []any{"reviewer"}, []any{}
		if body["version"] != nil {
			body["version"] = 1.0
		}
	},
}

// privateTexts gives a drawn body ids that differ, a conversation or none, and to each operator what is its own.
func privateTexts(_ *rapid.T, body map[string]any) {
	for i, document := range body["documents"].([]any) {
		document.(map[string]any)["id"] = strconv.Itoa(i)
	}
	if types, ok := body["types"].([]any); ok {
		body["types"] = slices.DeleteFunc(types, func(v any) bool { return v == "DEFAULT" })
	}
	if body["subjectId"] == nil || body["conversationId"] == nil {
		delete(body, "subjectId")
		delete(body, "conversationId")
	}
	own := map[string]string{
		"with": "replace", "maskCharacter": "mask", "leaveFirst": "mask", "leaveLast": "mask", "algorithm": "hash", "salt": "hash", "across": "pseudonymise",
	}
	asked, _ := body["operators"].([]any)
	for _, each := range asked {
		operator := each.(map[string]any)
		for field, owner := range own {
			if operator["operator"] != owner {
				delete(operator, field)
			}
		}
		if operator["maskCharacter"] != nil {
			operator["maskCharacter"] = "#"
		}
	}
	if len(asked) > 1 {
		body["operators"] = asked[:1] // each kind once, by whatever name
	}
}

// keptSubject is a person whose originals are kept and not erased.
const keptSubject = "customer-18"

// elsewhere are the operations whose allowed calls may be refused all the same, and why.
var elsewhere = map[string]string{
	"createToken":    "asks for a client's secret, and speaks OAuth's language of errors; see functions/token",
	"changePassword": "as createToken",
	"revokeToken":    "as createToken",
}

// caller is the client of the contract, on stores that begin anew with each history.
type caller struct {
	*stage
	who     *tenant
	calls   int
	origin  string                 // of the last one's page
	allowed map[string]int         // operation > how often
	seen    map[string]map[int]int // operation > status > how often
}

// begin begins a history.
func (c *caller) begin() {
	c.who = c.stage.begin()[0]
	c.turn = c.who
	for _, request := range []struct{ method, path, body string }{
		{http.MethodPost, "/v1/privacy/anonymise", strings.Replace(keepBoth, bothSubject, keptSubject, 1)},
		{http.MethodPut, "/v1/settings/sentiment", `{"offsets":{"positive":1,"negative":0,"neutral":0,"mixed":0}}`},
		{http.MethodPut, "/v1/categories/a.b", `{"status":"DRAFT","rule":{"when":{"words":["leave"]}}}`},
	} {
		client{c.t, c.b, c.who.access}.call(request.method, request.path, request.body, nil)
	}
}

// values are those that stand for something.
func (c *caller) values(name string) []string {
	ids := c.who.holding.ids
	switch name {
	case "batchId":
		return slices.Concat(ids["batch"][:1], ids["batch"][2:]) // the second is the other tenant's
	case "principalId":
		return ids["principal"][:1]
	case "subjectId":
		return []string{bothSubject}
	case "conversationId":
		return []string{"talk"}
	case "name":
		return []string{bothCategory, "a.b"}
	case "fileName":
		return []string{"messages.csv", "messages.jsonl.gz", "ünï.ndjson"}
	case "nextToken":
		return []string{""}
	case "version":
		return []string{"1"}
	}
	return nil
}

func (c *caller) send(call contract.Call, who string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(call.Method, call.Target, bytes.NewReader(call.Body))
	if request.Header = call.Header.Clone(); who != "nobody" {
		request.Header.Set("Authorization", "Bearer "+c.who.access)
	}
	if c.origin = origins[c.calls%len(origins)]; c.origin != "" {
		request.Header.Set("Origin", c.origin)
	}
	recorder := httptest.NewRecorder()
	c.b.Handler.ServeHTTP(recorder, request)
	c.who.learn(recorder.Body.Bytes())
	c.calls++
	return recorder
}

// origins are whom calls come from, in turn: no page, one that may read the answers, and one that may not.
var origins = []string{"", app, "https://app.example.com.evil.test"}

const app = "https://app.example.com"

// headers returns what is wrong with those of an answer to a page of the origin.
func headers(h http.Header, origin string) (problems []string) {
	best, shared := observatory.Best, ""
	if origin == app {
		best, shared = observatory.Shared, app
	}
	if got, findings := observatory.Score(h); got != best {
		problems = append(problems, fmt.Sprintf("its headers score %d, want %d: %v", got, best, findings))
	}
	if got := h.Get("Access-Control-Allow-Origin"); got != shared || !slices.Contains(h.Values("Vary"), "Origin") || h.Get("Access-Control-Allow-Credentials") != "" {
		problems = append(problems, fmt.Sprintf("to a page of %q it allows %q and varies by %q", origin, got, h.Values("Vary")))
	}
	if h.Get("Server") != "" || h.Get("X-Powered-By") != "" {
		problems = append(problems, fmt.Sprintf("it says what made it: %v", h))
	}
	return problems
}

func (c *caller) check(t *rapid.T, operation contract.Operation, call contract.Call, who string, want []int) {
	answer := c.send(call, who)
	if c.seen[operation.ID] == nil {
		c.seen[operation.ID] = map[int]int{}
	}
	c.seen[operation.ID][answer.Code]++
	problems := append(operation.Check(answer.Code, answer.Header().Get("Content-Type"), answer.Body.Bytes()), headers(answer.Header(), c.origin)...)
	if kept := answer.Header().Get("Cache-Control"); kept != "no-store" && (operation.Secured || kept != "no-cache") {
		problems = append(problems, fmt.Sprintf("it may be kept: %q", kept))
	}
	if want != nil && !slices.Contains(want, answer.Code) {
		problems = append(problems, fmt.Sprintf("answered %d, want one of %v", answer.Code, want))
	}
	if len(problems) > 0 {
		t.Fatalf("%s (%s) as %s: %s\n%s %s %.300q\n%.500s", operation.ID, call.Fault, who, strings.Join(problems, "; "),
			call.Method, call.Target, call.Body, answer.Body)
	}
}

// go test ./infra/local/bundle -run Document -calls 106000, of which some six thousand are not sent: nobody needs no token for some.
var calls = flag.Int("calls", 1_500, "drawn calls that are held to the API's description")

const (
	perHistory = 15
	often      = 20 // allowed calls of an operation, of which one at least succeeds
)

func TestEveryOperationKeepsToItsDocument(t *testing.T) {
	race.Skip(t, "slows request after request, one at a time")
	document, err := contract.Parse(customerai.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	c := &caller{stage: newStage(t, slog.New(slog.DiscardHandler)), allowed: map[string]int{}, seen: map[string]map[int]int{}}
	usual := flag.Lookup("rapid.checks").Value.String()
	defer func() { _ = flag.Set("rapid.checks", usual) }()
	if err := flag.Set("rapid.checks", strconv.Itoa(*calls/perHistory)); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		c.begin()
		for range perHistory {
			operation := rapid.SampledFrom(document.Operations).Draw(t, "operation")
			call := operation.Call(t, c.values)
			if change := sensible[operation.ID]; change != nil {
				change(t, call.Value().(map[string]any))
				call.Rewrite()
			}
			switch rapid.IntRange(0, 9).Draw(t, "kind") {
			case 0:
				if operation.Secured {
					c.check(t, operation, call, "nobody", []int{http.StatusUnauthorized})
				}
			case 1, 2, 3:
				spoilt := operation.Spoil(t, call)
				if spoilt.Header.Get("Idempotency-Key") != "" {
					spoilt.Want = append(slices.Clone(spoilt.Want), http.StatusConflict) // drawn keys meet again
				}
				c.check(t, operation, spoilt, "a client", spoilt.Want)
			default:
				want := []int{http.StatusOK, http.StatusCreated, http.StatusNoContent, http.StatusNotFound, http.StatusConflict}
				if elsewhere[operation.ID] != "" {
					want = nil
				}
				c.allowed[operation.ID]++
				c.check(t, operation, call, "a client", want)
			}
		}
	})
	for _, operation := range document.Operations {
		if elsewhere[operation.ID] == "" && c.allowed[operation.ID] >= often && c.seen[operation.ID][http.StatusOK]+c.seen[operation.ID][http.StatusCreated]+c.seen[operation.ID][http.StatusNoContent] == 0 {
			t.Errorf("%s never succeeded: %v", operation.ID, c.seen[operation.ID])
		}
	}
	t.Logf("%d calls: %v", c.calls, c.seen)
}

// What customers wrote may begin with "=", which a spreadsheet computes. Nothing that the API hands out is opened by one: it is all
// JSON, so that there is no cell to neutralise.
func TestNothingIsHandedOutThatASpreadsheetWouldCompute(t *testing.T) {
	var document struct {
		Paths map[string]map[string]struct {
			Responses map[string]struct{ Content map[string]any }
		}
	}
	if err := json.Unmarshal(customerai.OpenAPI, &document); err != nil {
		t.Fatal(err)
	}
	answers := 0
	for path, operations := range document.Paths {
		for method, operation := range operations {
			for status, response := range operation.Responses {
				for mediaType := range response.Content {
					answers++
					if !slices.Contains([]string{"application/json", "application/problem+json", "application/jsonl"}, mediaType) {
						t.Errorf("%s %s answers %s with %s: neutralise its cells, and say so here", method, path, status, mediaType)
					}
				}
			}
		}
	}
	if answers < 2*len(document.Paths) {
		t.Errorf("%d answers of %d paths were looked at: too few", answers, len(document.Paths))
	}
}
