package bundle_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai"
	"github.com/customerai/customerai/shared/testkit/contract"
	"github.com/customerai/customerai/shared/testkit/race"
)

const naughtyStrings = "../../../../shared/data/security/blns.json"

// All of them are 515: go test ./infra/local/bundle -run Naughty -strings 515
var perPlace = flag.Int("strings", 24, "naughty strings that are tried in each place of the API")

// bodies are what requests hold beside the naughty string, where the access table's body would have it refused for another reason,
// or not looked at.
var bodies = map[string]string{
	"anonymiseTexts body conversationId":            keepBoth,
	"anonymiseTexts body subjectId":                 keepBoth,
	"anonymiseTexts body documents[].text":          keepBoth,
	"anonymiseTexts body operators[].with":          operators(`"type":"PERSON","operator":"replace"`),
	"anonymiseTexts body operators[].salt":          operators(`"type":"PERSON","operator":"hash"`),
	"anonymiseTexts body operators[].algorithm":     operators(`"type":"PERSON","operator":"hash"`),
	"anonymiseTexts body operators[].maskCharacter": operators(`"type":"PERSON","operator":"mask"`),
	"anonymiseTexts body operators[].type":          operators(`"operator":"redact"`),
	"createPrincipal body username":                 `{"kind":"person","roles":["analyst"]}`,
	"createPrincipal body password":                 `{"kind":"person","roles":["analyst"],"username":"somebody"}`,
	"putCategory body rule.lists.some[]":            `{"version":1,"status":"DRAFT","rule":{"when":{"words":["{some}"]}}}`,
	"createToken body username":                     `{"grant_type":"password","password":"wrong"}`,
	"createToken body password":                     `{"grant_type":"password","username":"ann.main"}`,
	"createToken body refresh_token":                `{"grant_type":"refresh_token"}`,
	"createToken body client_id":                    `{"grant_type":"client_credentials","client_secret":"wrong"}`,
	"createToken":                                   `{"grant_type":"client_credentials","client_id":"nobody-at-all-000000000","client_secret":"wrong"}`,
	"revokeToken":                                   `{"token":"x"}`,
}

func operators(one string) string {
	return `{"documents":[{"id":"1","text":"I am Maria Lopez."}],"operators":[{` + one + `}]}`
}

// bodyAround is what a request holds beside the string in a place.
func bodyAround(t *testing.T, place contract.Place) (body any) {
	t.Helper()
	text := access[place.Operation.ID].body
	for _, name := range []string{place.Operation.ID, place.Operation.ID + " " + place.Name} {
		if own, ok := bodies[name]; ok {
			text = own
		}
	}
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(strings.NewReplacer("{id}", bothSubject, "{version}", "0").Replace(text)), &body); err != nil {
		t.Fatal(err)
	}
	return body
}

// dearPlaces reach a password's hash.
func dearPlace(p contract.Place) bool {
	return p.Operation.TakesForm() || strings.HasSuffix(p.Operation.ID, "ePrincipal") && strings.HasPrefix(p.Name, "body")
}

// Every string in every place that the API's description has: nothing is answered what the description does not say, an id or a
// description that is accepted comes back as it was, no request reaches for what is another tenant's, and every line of the log is
// one.
func TestNoNaughtyStringInAnyPlaceIsOurFault(t *testing.T) {
	race.Skip(t, "slows request after request, one at a time")
	text, err := os.ReadFile(naughtyStrings)
	if err != nil {
		t.Skip("the naughty strings are not beside the repository (../shared/data/security)")
	}
	var naughty []string
	if err := json.Unmarshal(text, &naughty); err != nil || len(naughty) < 500 {
		t.Fatalf("%d strings, %v, want at least 500", len(naughty), err)
	}
	document, err := contract.Parse(customerai.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	s := newStage(t, slog.New(slog.NewJSONHandler(&log, nil)))
	who := s.begin()[0]
	s.turn = who
	random := rand.New(rand.NewPCG(5, 15))
	places, requests := 0, 0
	statuses := map[int]int{}
	for _, operation := range document.Operations {
		for _, place := range operation.Places() {
			places++
			n := min(*perPlace, len(naughty))
			if dearPlace(place) {
				n = max(2, n/10)
			}
			body := bodyAround(t, place)
			for _, i := range random.Perm(len(naughty))[:n] {
				call := place.Call(body, who.known, naughty[i])
				answer := s.send(operation, call)
				requests++
				statuses[answer.Code]++
				for _, problem := range strange(operation, place, answer, naughty[i]) {
					t.Errorf("%s, %s, string %d: %s", operation.ID, place.Name, i, problem)
				}
			}
		}
	}
	t.Logf("%d places, %d requests, answered %v", places, requests, statuses)
	if places < 100 || statuses[http.StatusOK] < requests/20 {
		t.Errorf("%d places, answered %v: the requests are too tame", places, statuses)
	}
	for line := range strings.Lines(log.String()) {
		if !json.Valid([]byte(line)) {
			t.Fatal("a log line is not one JSON object")
		}
	}
}

// strange returns what is wrong with an answer to a naughty string.
func strange(operation contract.Operation, place contract.Place, answer *httptest.ResponseRecorder, text string) []string {
	if strings.HasPrefix(place.Name, "path") && answer.Code < http.StatusInternalServerError {
		return nil // "", ".." and the like lead elsewhere
	}
	problems := operation.Check(answer.Code, answer.Header().Get("Content-Type"), answer.Body.Bytes())
	comesBack := slices.ContainsFunc([]string{"documents[].id", "turns[].id", "description"}, func(end string) bool { return strings.HasSuffix(place.Name, end) })
	var body any
	if comesBack && text != "" && answer.Code < 300 && (json.Unmarshal(answer.Body.Bytes(), &body) != nil || !tells(body, text)) {
		problems = append(problems, "it is accepted and does not come back")
	}
	return problems
}

// tells reports whether a text stands anywhere in a value.
func tells(value any, text string) bool {
	switch v := value.(type) {
	case string:
		return v == text
	case []any:
		return slices.ContainsFunc(v, func(item any) bool { return tells(item, text) })
	case map[string]any:
		for _, member := range v {
			if tells(member, text) {
				return true
			}
		}
	}
	return false
}
