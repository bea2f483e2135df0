package handler_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/customerai/customerai/functions/categories/handler"
	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/testkit/caller"
	"github.com/customerai/customerai/shared/testkit/gzipped"
	"github.com/customerai/customerai/shared/testkit/stores"
	"github.com/customerai/customerai/shared/trust/audit"
	"github.com/customerai/customerai/shared/trust/audit/audittest"
	"github.com/customerai/customerai/shared/workflow/batch"
)

func noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

// fixture is the function with its stores.
type fixture struct {
	*caller.Caller
	table   table.Table
	results blob.Bucket
	audit   *audit.Log
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	stored := memtable.New(noon)
	log := audittest.New(t, stored, noon)
	results := stores.Bucket(t)
	api, err := handler.New(
		handler.Deps{Table: stored, Results: results, Now: noon, Audit: log},
		httpapi.Config{Logger: slog.New(slog.DiscardHandler), NewID: func() string { return "request-0001" }, Now: noon, Audit: log},
	)
	if err != nil {
		t.Fatal(err)
	}
	return &fixture{caller.New(t, api, manifest.ScopeCategories, manifest.ScopeCategoriesRead), stored, results, log}
}

// analysed lets the batch functions analyse a file of the tenant.
func (f *fixture) analysed(tenant, content string) {
	f.T.Helper()
	uploads, chunks := stores.Bucket(f.T), &stores.Sent{}
	key := tenant + "/messages.csv"
	if _, err := uploads.Write(f.T.Context(), key, strings.NewReader(content), blob.WriteOptions{}); err != nil {
		f.T.Fatal(err)
	}
	splitter := &batch.Splitter{Table: f.table, Uploads: uploads, Results: f.results, Chunks: chunks, Now: noon}
	if err := splitter.Split(f.T.Context(), key); err != nil {
		f.T.Fatal(err)
	}
	analyzer := &batch.ChunkAnalyzer{Table: f.table, Uploads: uploads, Results: f.results, Now: noon}
	for _, message := range *chunks {
		if err := analyzer.Analyze(f.T.Context(), message); err != nil {
			f.T.Fatal(err)
		}
	}
}

const churn = `{"status":"PUBLISHED","description":"who leaves","rule":{"when":{"any":[{"words":["leav*","cancel my account"]},{"near":{"words":["switch","provider"],"within":3}}]}}}`

func TestACategoryFromItsFirstVersionToItsEnd(t *testing.T) {
	f := newFixture(t)
	const path = "/v1/categories/churn"
	const saved = `{"name":"churn","description":"who leaves","status":"PUBLISHED","rule":{"when":{"any":[{"words":["leav*","cancel my account"]},` +
		`{"near":{"words":["switch","provider"],"within":3}}]}},"version":1,"updatedAt":"2026-11-24T12:00:00Z"}`
	f.Want("PUT", path, churn, http.StatusOK, saved)
	f.Want("PUT", path, churn, http.StatusConflict, `"code":"conflict"`)
	f.Want("PUT", path, strings.Replace(churn, `{"status":"PUBLISHED"`, `{"version":1,"status":"DRAFT"`, 1), http.StatusOK, `"status":"DRAFT"`)
	f.Want("GET", path, "", http.StatusOK, `"version":2`)
	f.Want("GET", path+"?version=1", "", http.StatusOK, saved)
	f.Want("GET", path+"?version=3", "", http.StatusNotFound, `"code":"not_found"`)
	f.Want("GET", "/v1/categories", "", http.StatusOK, `{"categories":[{"name":"churn"`)
	f.Want("DELETE", path+"?version=x", "", http.StatusBadRequest, `"path":"version"`)
	f.Want("DELETE", path+"?version=1", "", http.StatusConflict, `"code":"conflict"`)
	f.Want("DELETE", path+"?version=2", "", http.StatusNoContent, "")
	f.Want("GET", path, "", http.StatusNotFound, `"code":"not_found"`)
	f.Want("GET", "/v1/categories", "", http.StatusOK, `{"categories":[]}`)
}

func TestProblemsOfARuleAreToldByTheirFields(t *testing.T) {
	f := newFixture(t)
	f.Want("PUT", "/v1/categories/a", `{"status":"DRAFT","rule":{"when":{"all":[{"words":["x*y"]},{"topics":["weather"]}]}}}`, http.StatusBadRequest, `"path":"rule.when.all[0].words[0]"`)
	f.Want("PUT", "/v1/categories/a", `{"status":"DRAFT","rule":{"when":{"all":[{"words":["x*y"]},{"topics":["weather"]}]}}}`, http.StatusBadRequest, `"path":"rule.when.all[1].topics[0]"`)
	f.Want("PUT", "/v1/categories/a%20b", churn, http.StatusBadRequest, `"path":"name"`)
	f.Want("PUT", "/v1/categories/a", `{"status":"LIVE","rule":{"when":{"words":["x"]}}}`, http.StatusBadRequest, `"path":"status"`)
	f.Want("PUT", "/v1/categories/a", `{"status":"DRAFT","rule":{"when":{"words":["x"],"colour":"red"}}}`, http.StatusBadRequest, `"code":"invalid"`)
	f.Want("GET", "/v1/categories/a%23b", "", http.StatusNotFound, `"code":"not_found"`)
}

func TestAListGoesOnWhereItsPageEnded(t *testing.T) {
	f := newFixture(t)
	for _, name := range []string{"a", "b"} {
		f.Want("PUT", "/v1/categories/"+name, churn, http.StatusOK, name)
	}
	_, body := f.Do("main", "GET", "/v1/categories?limit=1", "")
	var page struct {
		NextToken string `json:"nextToken"`
	}
	if err := json.Unmarshal([]byte(body), &page); err != nil || page.NextToken == "" {
		t.Fatalf("got %s and %v, want a page with more behind", body, err)
	}
	f.Want("GET", "/v1/categories?limit=2&nextToken="+page.NextToken, "", http.StatusOK, `{"categories":[{"name":"b"`)
	f.Want("GET", "/v1/categories?nextToken=x", "", http.StatusBadRequest, `"path":"nextToken"`)
}

func TestABackTestReadsWhatTheTenantHadAnalysed(t *testing.T) {
	f := newFixture(t)
	f.analysed("main", "id,text\n1,I am leaving you\n2,thank you\n3,how do I switch to another provider? Mail jo@example.com\n")
	f.analysed("other", "id,text\n1,leaving\n2,leaving\n3,leaving\n4,leaving\n5,leaving\n")
	f.Want("PUT", "/v1/categories/churn", churn, http.StatusOK, `"version":1`)
	const path = "/v1/categories/churn/backtest"
	f.Want("POST", path, `{}`, http.StatusOK, `"version":1,"read":3,"matches":2,"rate":0.6666666666666666,"batches":1,"complete":true,"ignored":[]`)
	f.Want("POST", path, `{"examples":1}`, http.StatusOK, `"id":"1","line":2,"text":"I am leaving you"}]`)
	f.Want("POST", path, `{}`, http.StatusOK, `[EMAIL_ADDRESS]`)
	f.Want("POST", path, `{"rows":1}`, http.StatusOK, `"read":1,"matches":1,"rate":1,"batches":1,"complete":false`)
	f.Want("POST", "/v1/categories/none/backtest", `{}`, http.StatusNotFound, `"code":"not_found"`)
}

func TestTenantsDoNotSeeEachOthersCategories(t *testing.T) {
	f := newFixture(t)
	f.Want("PUT", "/v1/categories/churn", churn, http.StatusOK, `"version":1`)
	for method, target := range map[string]string{"GET": "/v1/categories/churn", "DELETE": "/v1/categories/churn?version=1"} {
		if status, body := f.Do("other", method, target, ""); status != http.StatusNotFound {
			t.Errorf("%s of another = %d %s, want 404", method, status, body)
		}
	}
	if status, body := f.Do("other", "GET", "/v1/categories", ""); status != http.StatusOK || strings.Contains(body, "churn") {
		t.Errorf("list of another = %d %s, want none of it", status, body)
	}
}

func TestWhateverChangesOrShowsLeavesARecord(t *testing.T) {
	f := newFixture(t)
	f.Want("PUT", "/v1/categories/churn", churn, http.StatusOK, `"version":1`)
	f.Want("PUT", "/v1/categories/churn", churn, http.StatusConflict, `conflict`)
	f.Want("POST", "/v1/categories/churn/backtest", `{}`, http.StatusOK, `"read":0`)
	f.Want("DELETE", "/v1/categories/churn?version=1", "", http.StatusNoContent, "")
	want := []string{"putCategory allowed", "putCategory failed", "backtestCategory allowed", "deleteCategory allowed"}
	if got := audittest.Outcomes(t, f.audit, "main"); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestDamagedHistoryIsOurFaultAndSaysSo(t *testing.T) {
	f := newFixture(t)
	f.analysed("main", "id,text\n1,I am leaving you\n")
	f.Want("PUT", "/v1/categories/churn", churn, http.StatusOK, `"version":1`)
	page, err := f.results.List(t.Context(), "main/", "", 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range page.Objects {
		if strings.Contains(object.Key, "/results/") {
			if _, err := f.results.Write(t.Context(), object.Key, strings.NewReader(gzipped.String("{no row}\n")), blob.WriteOptions{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	f.Want("POST", "/v1/categories/churn/backtest", `{}`, http.StatusInternalServerError, `"code":"internal"`)
}

func TestTheSampleEventsAreAnswered(t *testing.T) {
	f := newFixture(t)
	for _, sample := range []struct {
		name string
		want int
	}{{"add", 200}, {"get", 200}, {"list", 200}, {"backtest", 200}, {"remove", 204}, {"remove", 404}, {"add", 200}} {
		f.WantSample("categories-"+sample.name, sample.want)
	}
}

func TestMissingFunctionsAreTold(t *testing.T) {
	if _, err := handler.New(handler.Deps{}, httpapi.Config{}); err != nil {
		t.Errorf("got %v, want the documents made without stores", err)
	}
}
