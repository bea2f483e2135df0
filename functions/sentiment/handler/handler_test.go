package handler_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/functions/sentiment/handler"
	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/insight/analysis"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/faults"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/caller"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/workflow/calibration"
)

func noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

func newHandler(t testing.TB) http.Handler { return newHandlerOn(t, memtable.New(noon), noon) }

func newHandlerOn(t testing.TB, stored table.Table, now func() time.Time) http.Handler {
	t.Helper()
	api, err := handler.New(handler.Deps{Table: stored, Now: now, Remember: time.Minute}, httpapi.Config{Logger: slog.New(slog.DiscardHandler), NewID: func() string { return "request-1" }})
	if err != nil {
		t.Fatal(err)
	}
	h, err := api.Handler()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// post sends a body as a principal with the analyze scope.
func post(t testing.TB, h http.Handler, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	return postAs(t, h, "main", path, body)
}

func postAs(t testing.TB, h http.Handler, tenant, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	c := caller.Caller{T: t, Handler: h, Scopes: []string{manifest.ScopeAnalyze}}
	return c.Send(tenant, http.MethodPost, path, body)
}

func TestRowsComeInTheOrderOfTheDocuments(t *testing.T) {
	recorder := post(t, newHandler(t), "/v1/sentiment",
		`{"documents":[{"id":"b","text":"Thank you, excellent service!"},{"id":"a","text":"Mail me at ann@example.com","language":"nl"}]}`)
	if recorder.Code != http.StatusOK {
		t.Fatalf("status = %d, want 200: %s", recorder.Code, recorder.Body)
	}
	var got struct{ Results []analysis.Row }
	if err := json.Unmarshal(recorder.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Results) != 2 || got.Results[0].ID != "b" || got.Results[1].ID != "a" || got.Results[1].Line != 2 {
		t.Errorf("results = %+v, want b, then a on line 2", got.Results)
	}
	if got.Results[0].Sentiment.Label != "POSITIVE" || got.Results[1].Language != "nl" {
		t.Errorf("label, language = %s, %s, want POSITIVE, nl", got.Results[0].Sentiment.Label, got.Results[1].Language)
	}
	if strings.Contains(recorder.Body.String(), "ann@") {
		t.Error("the answer is not anonymised")
	}
}

func TestOffsetsCountWhatTheRequestAsksFor(t *testing.T) {
	for unit, want := range map[string]int{"codepoint": 2, "byte": 5, "utf16": 3} {
		t.Run(unit, func(t *testing.T) {
			recorder := post(t, newHandler(t), "/v1/sentiment",
				fmt.Sprintf(`{"documents":[{"id":"1","text":"🙂 ann@example.com"}],"offsets":%q}`, unit))
			var got struct{ Results []analysis.Row }
			if err := json.Unmarshal(recorder.Body.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if len(got.Results) != 1 || len(got.Results[0].PII) != 1 || got.Results[0].PII[0].Begin != want {
				t.Errorf("answer = %s, want one entity from %d", recorder.Body, want)
			}
		})
	}
}

func TestBadRequestsAreRefusedByFieldAndWithoutTheirValues(t *testing.T) {
	many := `{"documents":[` + strings.TrimSuffix(strings.Repeat(`{"id":"x","text":"hunter2"},`, 1001), ",") + `]}`
	for name, test := range map[string]struct {
		path, body string
		wantStatus int
		wantPaths  []string
	}{
		"no documents":            {"/v1/sentiment", `{"documents":[]}`, 400, []string{"documents"}},
		"more than 1,000":         {"/v1/sentiment", many, 400, []string{"documents"}},
		"documents left out":      {"/v1/sentiment", `{}`, 400, []string{"documents"}},
		"every problem at once":   {"/v1/sentiment", `{"documents":[{"id":"","text":""}]}`, 400, []string{"documents[0].id", "documents[0].text"}},
		"a repeated id":           {"/v1/sentiment", `{"documents":[{"id":"hunter2","text":"a"},{"id":"hunter2","text":"b"}]}`, 400, []string{"documents[1].id"}},
		"an unknown field":        {"/v1/sentiment", `{"documents":[{"id":"1","text":"a","mood":"hunter2"}]}`, 400, []string{"documents[0].mood"}},
		"an unknown offset unit":  {"/v1/sentiment", `{"documents":[{"id":"1","text":"a"}],"offsets":"hunter2"}`, 400, []string{"offsets"}},
		"a language that is none": {"/v1/sentiment", `{"documents":[{"id":"1","text":"a","language":"hunter2"}]}`, 400, []string{"documents[0].language"}},
		"over a megabyte":         {"/v1/sentiment", `{"documents":[{"id":"1","text":"` + strings.Repeat("a", 1<<20) + `"}]}`, 413, nil},
		"no turns":                {"/v1/conversations", `{"turns":[]}`, 400, []string{"turns"}},
		"an unknown participant":  {"/v1/conversations", `{"turns":[{"participant":"hunter2","text":"a"}]}`, 400, []string{"turns[0].participant"}},
	} {
		t.Run(name, func(t *testing.T) {
			recorder := post(t, newHandler(t), test.path, test.body)
			if recorder.Code != test.wantStatus {
				t.Fatalf("status = %d, want %d: %s", recorder.Code, test.wantStatus, recorder.Body)
			}
			for _, path := range test.wantPaths {
				if !strings.Contains(recorder.Body.String(), `"`+path+`"`) {
					t.Errorf("answer = %s, want it to name %s", recorder.Body, path)
				}
			}
			if strings.Contains(recorder.Body.String(), "hunter2") {
				t.Errorf("answer = %s echoes a value", recorder.Body)
			}
		})
	}
}

func TestAConversationIsScored(t *testing.T) {
	recorder := post(t, newHandler(t), "/v1/conversations", `{"turns":[
		{"participant":"CUSTOMER","text":"My card was declined again, this is a disgrace."},
		{"participant":"AGENT","text":"Let me look at that."},
		{"id":"x","participant":"CUSTOMER","text":"It works now, thank you so much!"}]}`)
	var got analysis.Conversation
	if err := json.Unmarshal(recorder.Body.Bytes(), &got); err != nil || recorder.Code != http.StatusOK {
		t.Fatalf("status %d, %v: %s", recorder.Code, err, recorder.Body)
	}
	if len(got.Turns) != 3 || got.Turns[0].Row.ID != "1" || got.Turns[2].Row.ID != "x" {
		t.Errorf("turns = %+v, want three with the ids 1, 2, x", got.Turns)
	}
	if len(got.Participants) != 2 || got.Participants[0].BeginScore != -5 || got.Participants[0].EndScore != 5 {
		t.Errorf("participants = %+v, want the customer from -5 to 5, and the agent", got.Participants)
	}
}

// A change holds within a minute, for the tenant whose it is, and for messages and conversations alike.
func TestAnswersAreOfTheTenantsOwnSettings(t *testing.T) {
	now, stored := noon(), memtable.New(noon)
	h := newHandlerOn(t, stored, func() time.Time { return now })
	label := func(tenant string) string {
		t.Helper()
		var labels []string
		for path, body := range map[string]string{
			"/v1/sentiment":     `{"documents":[{"id":"1","text":"ok then"}]}`,
			"/v1/conversations": `{"turns":[{"participant":"CUSTOMER","text":"ok then"}]}`,
		} {
			recorder := postAs(t, h, tenant, path, body)
			found := regexp.MustCompile(`"label":"([A-Z]+)"`).FindStringSubmatch(recorder.Body.String())
			if recorder.Code != http.StatusOK || found == nil {
				t.Fatalf("%s = %d %s, want a label", path, recorder.Code, recorder.Body)
			}
			labels = append(labels, found[1])
		}
		slices.Sort(labels)
		return strings.Join(slices.Compact(labels), " and ")
	}
	if got := label("main"); got != "NEUTRAL" {
		t.Errorf("before: got %s, want NEUTRAL", got)
	}
	settings := calibration.Service{Table: stored, Audit: audittest.New(t, stored, noon), Now: noon}
	if _, err := settings.Put(t.Context(), "main", sentiment.Offsets{Positive: 10, Neutral: -10}, 0); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Minute)
	if got := label("main"); got != "POSITIVE" {
		t.Errorf("a minute later: got %s, want POSITIVE", got)
	}
	if got := label("other"); got != "NEUTRAL" {
		t.Errorf("of another tenant: got %s, want NEUTRAL", got)
	}
}

// Without the table nobody could say whose settings an answer is of.
func TestNothingIsAnalysedWhileTheTableDoesNotAnswer(t *testing.T) {
	injector := faults.New(faults.Kill(1, faults.Before))
	h := newHandlerOn(t, injector.Table(memtable.New(noon)), noon)
	for path, body := range map[string]string{
		"/v1/sentiment": `{"documents":[{"id":"1","text":"a"}]}`, "/v1/conversations": `{"turns":[{"participant":"AGENT","text":"a"}]}`,
	} {
		if recorder := post(t, h, path, body); recorder.Code != http.StatusServiceUnavailable {
			t.Errorf("%s = %d %s, want 503", path, recorder.Code, recorder.Body)
		}
	}
}

func TestTheSampleEventsAreAnswered(t *testing.T) {
	for _, name := range []string{"sentiment-messages", "sentiment-conversation"} {
		(&caller.Caller{T: t, Handler: newHandler(t)}).WantSample(name, http.StatusOK)
	}
}
