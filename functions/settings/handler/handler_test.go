package handler_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/functions/settings/handler"
	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/caller"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
)

func noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

// fixture is the function with its table.
type fixture struct {
	*caller.Caller
	table table.Table
	audit *audit.Log
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	stored := memtable.New(noon)
	log := audittest.New(t, stored, noon)
	api, err := handler.New(
		handler.Deps{Table: stored, Now: noon, Audit: log},
		httpapi.Config{Logger: slog.New(slog.DiscardHandler), NewID: func() string { return "request-0001" }, Now: noon, Audit: log},
	)
	if err != nil {
		t.Fatal(err)
	}
	return &fixture{caller.New(t, api, manifest.ScopeSettings, manifest.ScopeSettingsRead), stored, log}
}

const (
	path      = "/v1/settings/sentiment"
	calibrate = path + "/calibrate"
)

// messages are of a shop to which what sounds like praise is plain, each so often; more holds further members of the body.
func messages(times int, more string) string {
	var each []string
	for i := range times {
		each = append(each, fmt.Sprintf(`{"text":"good morning, where is order %d? thanks","label":"NEUTRAL"}`, i), `{"text":"thanks for the form","label":"NEUTRAL"}`)
		if i%4 == 0 {
			each = append(each, `{"text":"terrible service and a rude driver","label":"NEGATIVE"}`, `{"text":"wonderful, I love it","label":"POSITIVE"}`)
		}
	}
	return `{"messages":[` + strings.Join(each, ",") + `]` + more + `}`
}

func TestSettingsFromNothingToAReset(t *testing.T) {
	f := newFixture(t)
	const none = `"offsets":{"positive":0,"negative":0,"neutral":0,"mixed":0}`
	const set = `"offsets":{"positive":-0.5,"negative":0,"neutral":0.5,"mixed":0}`
	f.Want("GET", path, "", http.StatusOK, `{"version":0,`+none+`}`)
	f.Want("PUT", path, `{`+set+`}`, http.StatusOK, `{"version":1,`+set+`,"updatedAt":"2026-11-24T12:00:00Z"}`)
	f.Want("PUT", path, `{`+set+`}`, http.StatusConflict, `"code":"conflict"`)
	f.Want("PUT", path, `{"version":1}`, http.StatusOK, `{"version":2,`+none)
	f.Want("GET", path, "", http.StatusOK, `"version":2`)
	f.Want("GET", path+"?version=1", "", http.StatusOK, set)
	f.Want("GET", path+"?version=3", "", http.StatusNotFound, `"code":"not_found"`)
}

func TestACalibrationShowsBeforeAndAfterAndIsAppliedWhenAsked(t *testing.T) {
	f := newFixture(t)
	status, shown := f.Do("main", "POST", calibrate, messages(40, ""))
	var got struct {
		Offsets map[string]float64
		Fitted  struct {
			Rows          int
			Before, After struct{ Accuracy, MacroF1, CalibrationError float64 }
		}
		Version *int64
	}
	if err := json.Unmarshal([]byte(shown), &got); err != nil || status != http.StatusOK {
		t.Fatalf("got %d %s, %v, want a report", status, shown, err)
	}
	if got.Version != nil || got.Fitted.Rows != 100 || got.Offsets["neutral"] <= got.Offsets["positive"] || got.Fitted.After.Accuracy <= got.Fitted.Before.Accuracy {
		t.Errorf("got %s, want neutral raised, a gain, and no version", shown)
	}
	f.Want("GET", path, "", http.StatusOK, `"version":0`)
	f.Want("POST", calibrate, messages(40, `,"apply":true,"version":7`), http.StatusConflict, `"code":"conflict"`)
	f.Want("POST", calibrate, messages(40, `,"apply":true`), http.StatusOK, `"version":1`)
	f.Want("GET", path, "", http.StatusOK, `"fitted":{"rows":100,"before":{"accuracy":`)
}

func TestNoMessageIsKeptOrShown(t *testing.T) {
	f := newFixture(t)
	_, answer := f.Do("main", "POST", calibrate, messages(40, `,"apply":true`))
	for _, partition := range []string{"main#settings#sentiment", "main#audit"} {
		items, err := table.All(t.Context(), f.table, table.Query{Partition: partition})
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range items {
			answer += string(item.Value)
		}
	}
	if strings.Contains(answer, "driver") || strings.Contains(answer, "wonderful") || !strings.Contains(answer, "neutral") {
		t.Errorf("kept or shown: %s, want numbers and no message", answer)
	}
}

func TestProblemsAreToldByTheirFieldsAndWithoutTheirValues(t *testing.T) {
	f := newFixture(t)
	offsets := func(positive string) string {
		return `{"offsets":{"positive":` + positive + `,"negative":0,"neutral":0,"mixed":0}}`
	}
	many := messages(1000, "")
	for name, c := range map[string]struct {
		method, target, body string
		status               int
		answer               string
	}{
		"an offset out of bounds":   {"PUT", path, offsets("10.5"), 400, `"path":"offsets.positive"`},
		"an offset that is none":    {"PUT", path, offsets(`"hunter2"`), 400, `"path":"offsets.positive"`},
		"an offset left out":        {"PUT", path, `{"offsets":{"positive":1}}`, 400, `"path":"offsets.mixed"`},
		"a member of others":        {"PUT", path, `{"mood":"hunter2"}`, 400, `"path":"mood"`},
		"too few messages":          {"POST", calibrate, messages(10, ""), 400, `"path":"messages"`},
		"too many messages":         {"POST", calibrate, many, 400, `"path":"messages"`},
		"a label that is none":      {"POST", calibrate, strings.Replace(messages(40, ""), "NEUTRAL", "hunter2", 1), 400, `"path":"messages[0].label"`},
		"a message without words":   {"POST", calibrate, strings.Replace(messages(40, ""), "thanks for the form", "", 1), 400, `"path":"messages[1].text"`},
		"a version that is no such": {"GET", path + "?version=hunter2", "", 400, `"path":"version"`},
		"over a megabyte":           {"POST", calibrate, strings.Replace(messages(40, ""), "thanks for the form", strings.Repeat("a", 1<<20), 1), 413, `"code":"too_large"`},
	} {
		got, text := f.Do("main", c.method, c.target, c.body)
		if got != c.status || !strings.Contains(text, c.answer) || strings.Contains(text, "hunter2") {
			t.Errorf("%s: got %d %.300s, want %d with %s", name, got, text, c.status, c.answer)
		}
	}
}

func TestTenantsDoNotSeeEachOthersSettings(t *testing.T) {
	f := newFixture(t)
	f.Want("PUT", path, `{"offsets":{"positive":1,"negative":0,"neutral":0,"mixed":0}}`, http.StatusOK, `"version":1`)
	for target, want := range map[string]int{path: http.StatusOK, path + "?version=1": http.StatusNotFound} {
		if status, body := f.Do("other", "GET", target, ""); status != want || strings.Contains(body, `"positive":1`) {
			t.Errorf("%s of another = %d %s, want %d and nothing set", target, status, body, want)
		}
	}
}

func TestWhateverChangesLeavesARecord(t *testing.T) {
	f := newFixture(t)
	f.Want("PUT", path, `{}`, http.StatusOK, `"version":1`)
	f.Want("PUT", path, `{}`, http.StatusConflict, `conflict`)
	f.Want("POST", calibrate, messages(40, ""), http.StatusOK, `"rows":100`)
	f.Want("POST", calibrate, messages(40, `,"apply":true,"version":1`), http.StatusOK, `"version":2`)
	want := []string{"putSentimentSettings allowed", "putSentimentSettings failed", "calibrateSentiment allowed", "calibrateSentiment allowed"}
	if got := audittest.Outcomes(t, f.audit, "main"); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTheSampleEventsAreAnswered(t *testing.T) {
	f := newFixture(t)
	for _, name := range []string{"get", "put", "calibrate"} {
		f.WantSample("settings-"+name, http.StatusOK)
	}
}
