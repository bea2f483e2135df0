package handler_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/customerai/customerai/functions/privacy/handler"
	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/trust/auth"
	"github.com/customerai/customerai/shared/trust/secrets"
)

const day = 24 * time.Hour

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

type source struct{ set secrets.Set }

func (s source) Current(context.Context) (secrets.Set, error) { return s.set, nil }

// theSource is made once: a document's client costs a password hash.
var theSource = sync.OnceValue(func() source {
	document, _, err := secrets.Generate()
	if err != nil {
		panic(err)
	}
	set, _ := document.Open()
	return source{set}
})

// fixture is the function over stores in memory.
type fixture struct {
	t           testing.TB
	http        http.Handler
	now         *time.Time
	table, keys table.Table
	log         *audit.Log
	lines       bytes.Buffer // what was logged
	answers     bytes.Buffer // what was answered
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	clock := new(time.Time)
	*clock = noon
	now := func() time.Time { return *clock }
	return newFixtureOver(t, clock, memtable.New(now), memtable.New(now))
}

func newFixtureOver(t testing.TB, now *time.Time, items, keys table.Table) *fixture {
	t.Helper()
	f := &fixture{t: t, now: now, table: items, keys: keys}
	clock := func() time.Time { return *now }
	f.log = audit.New(audit.Config{
		Table: f.table, Secrets: theSource(), Now: clock, NewID: rand.Text, Sleep: func(context.Context, time.Duration) {},
	})
	api, err := handler.New(handler.Deps{
		Table: f.table, Keys: f.keys, Secrets: theSource(), Audit: f.log, Originals: 30 * day, Now: clock, NewID: rand.Text, Random: rand.Reader,
	}, httpapi.Config{Logger: slog.New(slog.NewJSONHandler(&f.lines, nil)), Now: clock, Audit: f.log})
	if err != nil {
		t.Fatal(err)
	}
	if f.http, err = api.Handler(); err != nil {
		t.Fatal(err)
	}
	return f
}

// do sends a request of a tenant's client with every scope and returns status and body.
func (f *fixture) do(tenant, method, target, body string) (int, string) {
	f.t.Helper()
	return f.doWith(manifest.Scopes(), tenant, method, target, body)
}

func (f *fixture) doWith(scopes []string, tenant, method, target, body string) (int, string) {
	f.t.Helper()
	principal := auth.Principal{Subject: "cli_1", Tenant: tenant, Scopes: scopes}
	request := httptest.NewRequestWithContext(auth.WithPrincipal(f.t.Context(), principal), method, target, strings.NewReader(body))
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	recorder := httptest.NewRecorder()
	f.http.ServeHTTP(recorder, request)
	f.answers.WriteString(recorder.Body.String())
	return recorder.Code, strings.TrimSpace(recorder.Body.String())
}

// must sends a request of the tenant main and fails unless it succeeds.
func (f *fixture) must(method, target, body string) string {
	f.t.Helper()
	status, answer := f.do("main", method, target, body)
	if status >= http.StatusBadRequest {
		f.t.Fatalf("%s %s = %d: %s", method, target, status, answer)
	}
	return answer
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // tests marshal strings and lists
	}
	return string(b)
}

// texts returns the texts of an answer's results.
func texts(t testing.TB, answer string) (list []string) {
	t.Helper()
	var out struct{ Results []struct{ Text string } }
	if err := json.Unmarshal([]byte(answer), &out); err != nil {
		t.Fatal(err)
	}
	for _, r := range out.Results {
		list = append(list, r.Text)
	}
	return list
}

const sentence = "Call Maria Lopez on 212-555-0143 or write to maria@example.com."

func documents(list ...string) []map[string]string {
	var all []map[string]string
	for i, s := range list {
		all = append(all, map[string]string{"id": string(rune('a' + i)), "text": s})
	}
	return all
}

func TestDetectShowsKindsAliasesAndOffsetsInTheUnitAskedFor(t *testing.T) {
	f := newFixture(t)
	for unit, want := range map[string]string{
		"codepoint": `{"type":"EMAIL_ADDRESS","aliases":{"comprehend":"EMAIL","bedrock":"EMAIL"},"begin":2,"end":17,"score":1}`,
		"utf16":     `{"type":"EMAIL_ADDRESS","aliases":{"comprehend":"EMAIL","bedrock":"EMAIL"},"begin":3,"end":18,"score":1}`,
		"byte":      `{"type":"EMAIL_ADDRESS","aliases":{"comprehend":"EMAIL","bedrock":"EMAIL"},"begin":5,"end":20,"score":1}`,
	} {
		got := f.must(http.MethodPost, "/v1/privacy/detect", text(map[string]any{"documents": documents("😀 zoe@example.com"), "offsets": unit}))
		if want := `{"results":[{"id":"a","pii":[` + want + `]}]}`; got != want {
			t.Errorf("%s: got %s, want %s", unit, got, want)
		}
	}
}

func TestDetectLooksForWhatIsAskedFor(t *testing.T) {
	f := newFixture(t)
	for name, c := range map[string]struct {
		more map[string]any
		want []string
	}{
		"everything":          {nil, []string{"PERSON", "PHONE_NUMBER", "EMAIL_ADDRESS"}},
		"our own name":        {map[string]any{"types": []string{"PERSON"}}, []string{"PERSON"}},
		"names of Comprehend": {map[string]any{"types": []string{"PHONE", "EMAIL"}}, []string{"PHONE_NUMBER", "EMAIL_ADDRESS"}},
		"what is certain":     {map[string]any{"threshold": 1}, []string{"EMAIL_ADDRESS"}},
		"nothing that is":     {map[string]any{"types": []string{"US_SSN"}}, nil},
	} {
		body := map[string]any{"documents": documents(sentence)}
		for field, value := range c.more {
			body[field] = value
		}
		var out struct {
			Results []struct{ PII []struct{ Type string } }
		}
		if err := json.Unmarshal([]byte(f.must(http.MethodPost, "/v1/privacy/detect", text(body))), &out); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range out.Results[0].PII {
			got = append(got, e.Type)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestDetectSaysWhyWhenThatIsAskedFor(t *testing.T) {
	f := newFixture(t)
	ask := func(more string) (decisions []map[string]any) {
		var out struct {
			Results []struct{ Decisions []map[string]any }
		}
		body := `{"documents":[{"id":"1","text":"😀 please call 212-555-0143, card 4111 1111 1111 1111"}],"offsets":"utf16"` + more + `}`
		if err := json.Unmarshal([]byte(f.must(http.MethodPost, "/v1/privacy/detect", body)), &out); err != nil {
			t.Fatal(err)
		}
		return out.Results[0].Decisions
	}
	if got := ask(""); got != nil {
		t.Errorf("decisions %v without asking, want none", got)
	}
	if got := ask(`,"explain":true`); len(got) < 2 {
		t.Errorf("%d decisions, want one for the number and one for the card at least", len(got))
	}
	got := ask(`,"explain":true,"types":["CREDIT_CARD"]`)
	if len(got) != 1 || got[0]["type"] != "CREDIT_CARD" || got[0]["validated"] != true || got[0]["recogniser"] == "" || got[0]["begin"] != 34.0 {
		t.Errorf("decisions %v, want the card's alone, validated, at 34", got)
	}
}

func operators(list ...map[string]any) map[string]any {
	return map[string]any{"documents": documents(sentence), "operators": list}
}

func TestEachKindIsTreatedAsAskedFor(t *testing.T) {
	f := newFixture(t)
	for name, c := range map[string]struct {
		body map[string]any
		want string
	}{
		"the kind in brackets":   {map[string]any{"documents": documents(sentence)}, "Call [PERSON] on [PHONE_NUMBER] or write to [EMAIL_ADDRESS]."},
		"another text":           {operators(map[string]any{"type": "NAME", "operator": "replace", "with": "somebody"}), "Call somebody on [PHONE_NUMBER] or write to [EMAIL_ADDRESS]."},
		"masked":                 {operators(map[string]any{"type": "PHONE_NUMBER", "operator": "mask", "maskCharacter": "•", "leaveLast": 4}), "Call [PERSON] on ••••••••0143 or write to [EMAIL_ADDRESS]."},
		"kept and gone":          {operators(map[string]any{"type": "PERSON", "operator": "keep"}, map[string]any{"type": "DEFAULT", "operator": "redact"}), "Call Maria Lopez on  or write to ."},
		"pseudonyms for all":     {operators(map[string]any{"type": "DEFAULT", "operator": "pseudonymise"}), "Call <PERSON_1> on <PHONE_NUMBER_1> or write to <EMAIL_ADDRESS_1>."},
		"pseudonyms for names":   {operators(map[string]any{"type": "PERSON", "operator": "pseudonymise"}), "Call <PERSON_1> on [PHONE_NUMBER] or write to [EMAIL_ADDRESS]."},
		"only what is asked for": {map[string]any{"documents": documents(sentence), "types": []string{"PERSON"}}, "Call [PERSON] on 212-555-0143 or write to maria@example.com."},
	} {
		got := texts(t, f.must(http.MethodPost, "/v1/privacy/anonymise", text(c.body)))
		if !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestDigestsAreEqualUnderOneSaltAndOtherwiseNot(t *testing.T) {
	f := newFixture(t)
	hash := func(more ...string) string {
		o := map[string]any{"type": "PERSON", "operator": "hash"}
		for i := 0; i < len(more); i += 2 {
			o[more[i]] = more[i+1]
		}
		return texts(t, f.must(http.MethodPost, "/v1/privacy/anonymise", text(operators(o))))[0]
	}
	const salt = "changeme-changeme-changeme"
	if a, b := hash("salt", salt), hash("salt", salt); a != b || len(a) < len(sentence)+40 {
		t.Errorf("digests %q and %q under one salt, want them equal", a, b)
	}
	if a, b := hash(), hash(); a == b {
		t.Error("digests without a salt are equal, want one drawn for each request")
	}
	if a, b := hash("salt", salt), hash("salt", salt, "algorithm", "sha512"); len(b) != len(a)+64 {
		t.Errorf("a digest of %d characters beside one of %d, want twice the bits", len(b), len(a))
	}
}

func TestPseudonymsAcrossConversationsAreTheTenantsOwn(t *testing.T) {
	f := newFixture(t)
	across := text(operators(map[string]any{"type": "DEFAULT", "operator": "pseudonymise", "across": true}))
	first := texts(t, f.must(http.MethodPost, "/v1/privacy/anonymise", across))[0]
	if second := texts(t, f.must(http.MethodPost, "/v1/privacy/anonymise", across))[0]; first != second {
		t.Errorf("got %q and %q, want one pseudonym for one value", first, second)
	}
	if _, other := f.do("other", http.MethodPost, "/v1/privacy/anonymise", across); strings.Contains(other, strings.Fields(first)[1]) {
		t.Error("two tenants share a pseudonym")
	}
	if strings.Contains(first, "Maria") || strings.Contains(first, "_1>") || strings.Count(first, "<") != 3 {
		t.Errorf("got %q, want three names that are no numbers", first)
	}
}

func TestEveryProblemIsReportedByItsFieldAndNoValueIs(t *testing.T) {
	f := newFixture(t)
	for name, c := range map[string]struct {
		path, body string
		want       []string
	}{
		"ids twice and a kind that is none": {
			"detect", `{"documents":[{"id":"x","text":"a"},{"id":"x","text":"b"}],"types":["DEFAULT"]}`, []string{"documents[1].id", "types[0]"},
		},
		"a kind that nobody knows": {"detect", `{"documents":[{"id":"x","text":"a"}],"types":["hunter2"]}`, []string{"types[0]"}},
		"parameters of others, half a conversation, a kind twice": {
			"anonymise", `{"documents":[{"id":"x","text":"a"}],"subjectId":"s","operators":[{"type":"PERSON","operator":"mask","with":"hunter2","across":true},` +
				`{"type":"NAME","operator":"keep"},{"type":"DEFAULT","operator":"mask","maskCharacter":"ab"}]}`,
			[]string{"conversationId", "operators[0].across", "operators[0].with", "operators[1].type", "operators[2].maskCharacter"},
		},
		"a conversation of nobody": {"anonymise", `{"documents":[{"id":"x","text":"a"}],"conversationId":"hunter2"}`, []string{"subjectId"}},
		"a salt too short":         {"anonymise", `{"documents":[{"id":"x","text":"a"}],"operators":[{"type":"PERSON","operator":"hash","salt":"hunter2"}]}`, []string{"operators[0].salt"}},
		"an id with spaces":        {"anonymise", `{"documents":[{"id":"x","text":"a"}],"subjectId":"hunter2 ","conversationId":"c"}`, []string{"subjectId"}},
		"a reason that is none":    {"restore", `{"documents":[{"id":"x","text":"a"}],"subjectId":"s","conversationId":"c","reason":"hunter2"}`, []string{"reason", "reference"}},
	} {
		status, answer := f.do("main", http.MethodPost, "/v1/privacy/"+c.path, c.body)
		var problem struct{ Errors []struct{ Path string } }
		if err := json.Unmarshal([]byte(answer), &problem); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range problem.Errors {
			got = append(got, e.Path)
		}
		if status != http.StatusBadRequest || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %d %v, want %v", name, status, got, c.want)
		}
		if strings.Contains(answer+f.lines.String(), "hunter2") {
			t.Errorf("%s: a value is shown", name)
		}
	}
}

const talk = `"subjectId":"customer-17","conversationId":"talk 1"`

func keepBody(list ...string) string {
	return `{"documents":` + text(documents(list...)) + `,"operators":[{"type":"DEFAULT","operator":"pseudonymise"}],` + talk + `}`
}

func restoreBody(list ...string) string {
	return `{"documents":` + text(documents(list...)) + `,"reason":"support_case","reference":"ticket 4711",` + talk + `}`
}

func TestWhatWasKeptCanBeRestoredExportedHeldAndErased(t *testing.T) {
	f := newFixture(t)
	kept := texts(t, f.must(http.MethodPost, "/v1/privacy/anonymise", keepBody(sentence, "Maria Lopez again")))
	if want := []string{"Call <PERSON_1> on <PHONE_NUMBER_1> or write to <EMAIL_ADDRESS_1>.", "<PERSON_1> again"}; !slices.Equal(kept, want) {
		t.Fatalf("anonymised %q, want %q", kept, want)
	}
	if got := texts(t, f.must(http.MethodPost, "/v1/privacy/restore", restoreBody("Dear <PERSON_1>,", kept[0]))); !slices.Equal(got, []string{"Dear Maria Lopez,", sentence}) {
		t.Errorf("restored %q, want the originals", got)
	}
	hold := f.must(http.MethodPut, "/v1/subjects/customer-17/hold", `{"reason":"litigation","reference":"case 7"}`)
	if want := `{"reason":"litigation","reference":"case 7","since":"2026-11-24T12:00:00Z"}`; hold != want {
		t.Errorf("hold = %s, want %s", hold, want)
	}
	export := f.must(http.MethodGet, "/v1/subjects/customer-17/export", "")
	for _, want := range []string{`"conversationId":"talk 1"`, `"value":"Maria Lopez"`, `"pseudonym":"<PHONE_NUMBER_1>"`, `"reference":"case 7"`, `"keptUntil":"2026-12-25T00:00:00Z"`} {
		if !strings.Contains(export, want) {
			t.Errorf("export %s lacks %s", export, want)
		}
	}
	if status, answer := f.do("main", http.MethodDelete, "/v1/subjects/customer-17", ""); status != http.StatusConflict || !strings.Contains(answer, "legal hold") {
		t.Errorf("erasure under a hold = %d %s, want a conflict that says so", status, answer)
	}
	if answer := f.must(http.MethodDelete, "/v1/subjects/customer-17/hold", ""); answer != "" {
		t.Errorf("release = %q, want no body", answer)
	}
	var receipt struct {
		ID         string
		AuditIndex uint64
		AuditHash  string
	}
	if err := json.Unmarshal([]byte(f.must(http.MethodDelete, "/v1/subjects/customer-17", "")), &receipt); err != nil {
		t.Fatal(err)
	}
	records := audittest.Records(t, f.log, "main")
	last := records[len(records)-1]
	if receipt.AuditIndex != last.Index || receipt.AuditHash != last.Hash || last.Operation != "eraseSubject" {
		t.Errorf("receipt %+v, want it to name the chain's record %d of %s", receipt, last.Index, last.Operation)
	}
	var operations []string
	for _, r := range records {
		operations = append(operations, r.Operation+" "+r.Outcome+r.Reason)
	}
	want := []string{
		"anonymiseTexts allowed", "restoreTexts allowedsupport_case", "holdSubject allowedlitigation", "exportSubject allowed",
		"eraseSubject failed", "releaseSubject allowed", "eraseSubject allowed",
	}
	if !slices.Equal(operations, want) {
		t.Errorf("records of %q, want %q", operations, want)
	}
}

// TestForeignMissingAndErasedAreOneAnswer compares whole answers, headers apart.
func TestForeignMissingAndErasedAreOneAnswer(t *testing.T) {
	f := newFixture(t)
	body := func(subject string) string {
		return strings.ReplaceAll(restoreBody("<PERSON_1>"), "customer-17", subject)
	}
	if status, answer := f.do("other", http.MethodPost, "/v1/privacy/anonymise", strings.ReplaceAll(keepBody(sentence), "customer-17", "foreign")); status != http.StatusOK {
		t.Fatal(answer)
	}
	f.must(http.MethodPost, "/v1/privacy/anonymise", strings.ReplaceAll(keepBody(sentence), "customer-17", "erased"))
	f.must(http.MethodDelete, "/v1/subjects/erased", "")
	neutral := func(answer string) string {
		var fields map[string]any
		if err := json.Unmarshal([]byte(answer), &fields); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"requestId", "id", "auditIndex", "auditHash"} {
			delete(fields, name)
		}
		return text(fields)
	}
	answers := map[string][]string{}
	for _, subject := range []string{"foreign", "missing", "erased"} {
		for _, call := range [][3]string{
			{http.MethodPost, "/v1/privacy/restore", body(subject)},
			{http.MethodGet, "/v1/subjects/" + subject + "/export", ""},
			{http.MethodDelete, "/v1/subjects/" + subject, ""},
			{http.MethodPut, "/v1/subjects/" + subject + "/hold", `{"reason":"audit","reference":"x"}`},
			{http.MethodDelete, "/v1/subjects/" + subject, ""},
		} {
			status, answer := f.do("main", call[0], call[1], call[2])
			answers[call[0]+" "+strings.ReplaceAll(call[1], subject, "*")] = append(answers[call[0]+" "+strings.ReplaceAll(call[1], subject, "*")], http.StatusText(status)+neutral(answer))
		}
		if status, _ := f.do("main", http.MethodDelete, "/v1/subjects/"+subject+"/hold", ""); status != http.StatusNoContent {
			t.Errorf("release of %s = %d, want 204", subject, status)
		}
	}
	for call, list := range answers {
		slices.Sort(list)
		if got := len(slices.Compact(list)); got > 2 || got == 2 && call != "DELETE /v1/subjects/*" { // which was asked before and under the hold
			t.Errorf("%s: %d different answers: %q", call, got, list)
		}
	}
}

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
